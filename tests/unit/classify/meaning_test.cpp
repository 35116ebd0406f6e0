// SPDX-License-Identifier: Apache-2.0
#include "classify/meaning.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "classify/explain.hpp"

using namespace mailsonde;
using namespace mailsonde::classify;

TEST_SUITE_BEGIN("classify.meaning");

namespace {

std::string read_page() {
  std::ifstream file(MAILSONDE_DOCS "/outcomes.md");
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

// From the heading of `outcome` to the next one, without both.
std::string_view section_of(std::string_view page, Outcome outcome) {
  const std::string heading = fmt::format("\n## {}\n\n", to_string(outcome));
  const auto start = page.find(heading);
  REQUIRE(start != std::string_view::npos);
  const std::string_view section = page.substr(start + heading.size());
  return section.substr(0, section.find("\n## "));
}

std::string_view line_after(std::string_view section, std::string_view label) {
  const auto start = section.find(label);
  REQUIRE(start != std::string_view::npos);
  const std::string_view line = section.substr(start + label.size());
  return line.substr(0, line.find('\n'));
}

Outcome outcome_of(std::string_view reply) { return explain(Classifier(), reply, {}, "").verdict.outcome; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

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

TEST_CASE(
    "docs/outcomes.md has a section for every outcome, with its definition, side and all that an alert leads to") {
  const std::string page = read_page();
  for (const Outcome outcome : all_outcomes()) {
    CAPTURE(to_string(outcome));
    const Meaning& meaning = meaning_of(outcome);
    const std::string_view section = section_of(page, outcome);
    CHECK(section.starts_with(fmt::format("{}\n\n", meaning.definition)));
    CHECK(line_after(section, "\n- Who acts: ") == to_string(meaning.fault));
    for (const char* label : {"Wordings", "In the metrics", "Retry", "What to do", "Confused with"}) {
      CAPTURE(label);
      CHECK(section.contains(fmt::format("\n- {}: ", label)) != section.contains(fmt::format("\n- {}:\n", label)));
    }
  }
}

TEST_CASE("the replies that a section of docs/outcomes.md quotes have that outcome") {
  const std::string page = read_page();
  int quoted = 0;
  for (const Outcome outcome : all_outcomes()) {
    std::string_view wordings = line_after(section_of(page, outcome), "\n- Wordings: ");
    while (wordings.contains('`')) {
      wordings.remove_prefix(wordings.find('`') + 1);
      const std::string_view reply = wordings.substr(0, wordings.find('`'));
      wordings.remove_prefix(reply.size() + 1);
      if (reply.size() < 5 || !is_digit(reply[0]) || !is_digit(reply[1]) || !is_digit(reply[2])) continue;
      CAPTURE(reply);
      CHECK(to_string(outcome_of(reply)) == to_string(outcome));
      ++quoted;
    }
  }
  CHECK(quoted >= 80);
}
