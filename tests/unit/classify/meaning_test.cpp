// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <string>

#include "classify/meaning.hpp"

using namespace mailsonde;
using namespace mailsonde::classify;

TEST_SUITE_BEGIN("classify.meaning");

TEST_CASE("every outcome has a definition and advice in plain sentences") {
  for (const Outcome outcome : all_outcomes()) {
    CAPTURE(to_string(outcome));
    const Meaning& meaning = meaning_of(outcome);
    for (const std::string_view sentence : {meaning.definition, meaning.advice}) {
      CHECK(sentence.size() > 10);
      CHECK(sentence.ends_with('.'));
      CHECK(sentence.front() >= 'A');
      CHECK(sentence.front() <= 'Z');
      CHECK(sentence.find("  ") == std::string_view::npos);
    }
  }
}

TEST_CASE("who must act follows the taxonomy") {
  CHECK(meaning_of(Outcome::ok).fault == Fault::none);
  CHECK(meaning_of(Outcome::greylisted).fault == Fault::receiver);
  CHECK(meaning_of(Outcome::rate_limited).fault == Fault::sender);
  CHECK(meaning_of(Outcome::connection_timeout).fault == Fault::network);
  CHECK(meaning_of(Outcome::connection_lost).fault == Fault::unknown);
  CHECK(meaning_of(Outcome::mailbox_full).fault == Fault::recipient);
  CHECK(meaning_of(Outcome::policy_rejected).fault == Fault::receiver);
  CHECK(meaning_of(Outcome::tls_failed).fault == Fault::unknown);
  CHECK(meaning_of(Outcome::tls_certificate).fault == Fault::receiver);
}

TEST_CASE("the advice does not send people from port 25 to 465 or 587 toward an MX") {
  const std::string_view advice = meaning_of(Outcome::connection_timeout).advice;
  CHECK(advice.contains("only taken on port 25"));
  CHECK(advice.contains("465 and 587 are for logging in to your own relay"));
}
