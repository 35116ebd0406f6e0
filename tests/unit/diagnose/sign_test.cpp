// SPDX-License-Identifier: Apache-2.0
#include "diagnose/sign.hpp"

#include <doctest/doctest.h>

using namespace mailsonde;
using namespace mailsonde::diagnose;

TEST_SUITE_BEGIN("diagnose.sign");

TEST_CASE("what ended in DNS says nothing about an endpoint") {
  CHECK_FALSE(sign_of({.stage = Stage::dns, .outcome = Outcome::dns_temporary}));
  CHECK_FALSE(sign_of({.stage = Stage::dns, .outcome = Outcome::dns_no_route}));
}

TEST_CASE("only a connect that failed is unreachable; a reply about somebody else's connect is the server's trouble") {
  CHECK(sign_of({.stage = Stage::connect, .outcome = Outcome::connection_timeout}) == Sign::unreachable);
  CHECK(sign_of({.stage = Stage::connect, .outcome = Outcome::connection_refused}) == Sign::unreachable);
  CHECK(sign_of({.stage = Stage::rcpt, .outcome = Outcome::connection_timeout}) == Sign::ails);
  CHECK(sign_of({.stage = Stage::rcpt, .outcome = Outcome::dns_temporary}) == Sign::ails);
}

TEST_CASE("a throttled refusal is inconclusive, unless it names a listing, or nothing connected") {
  CHECK(sign_of({.stage = Stage::mail, .outcome = Outcome::rate_limited, .throttled = true}) == Sign::throttled);
  CHECK(sign_of({.stage = Stage::mail, .outcome = Outcome::server_overloaded, .throttled = true}) == Sign::throttled);
  CHECK(sign_of({.stage = Stage::mail, .outcome = Outcome::blocklisted, .throttled = true}) == Sign::listed);
  CHECK(sign_of({.stage = Stage::connect, .outcome = Outcome::connection_timeout, .throttled = true}) ==
        Sign::unreachable);
  CHECK(sign_of({.stage = Stage::quit, .outcome = Outcome::ok, .throttled = true}) == Sign::works);
  CHECK(sign_of({.stage = Stage::mail, .outcome = Outcome::rate_limited}) == Sign::limited);
}

TEST_CASE("a probe that never left is unsent, whatever else it says") {
  CHECK(sign_of({.stage = Stage::dns, .outcome = Outcome::ok, .unsent = true}) == Sign::unsent);
  CHECK_FALSE(is_conclusive(Sign::unsent));
  CHECK_FALSE(is_reached(Sign::unsent));
}

TEST_CASE(
    "every outcome of a connected probe reached the host, and only those of the receiver's side count against it") {
  for (const Outcome outcome : all_outcomes()) {
    CAPTURE(to_string(outcome));
    const auto sign = sign_of({.stage = Stage::rcpt, .outcome = outcome});
    REQUIRE(sign);
    CHECK(is_reached(*sign));
  }
  for (const Outcome outcome : {Outcome::greylisted, Outcome::mailbox_unavailable, Outcome::mailbox_full,
                                Outcome::content_rejected, Outcome::relay_denied, Outcome::blocklisted})
    CHECK_FALSE(is_receiver_failure(*sign_of({.stage = Stage::rcpt, .outcome = outcome})));
  for (const Outcome outcome : {Outcome::server_error, Outcome::tls_certificate, Outcome::connection_lost,
                                Outcome::policy_rejected, Outcome::unclassified})
    CHECK(is_receiver_failure(*sign_of({.stage = Stage::rcpt, .outcome = outcome})));
}

TEST_SUITE_END();
