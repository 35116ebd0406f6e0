// SPDX-License-Identifier: Apache-2.0
#include "schedule/greylist_chains.hpp"

#include <doctest/doctest.h>

using namespace mailsonde;
using namespace std::chrono_literals;
using schedule::Attempt;
using schedule::AttemptEnd;
using schedule::GreylistChains;

namespace {

const MonotonicTime kStart{1000h};
const Attempt kAttempt{"a", "out.example.org", "probe@example.org", "me@example.com", "mx.example.com", Family::ipv4};
const AttemptEnd kGreylisted{Outcome::greylisted, Stage::rcpt, std::nullopt};
const AttemptEnd kAccepted{Outcome::ok, Stage::rcpt, std::nullopt};

// Retries whenever the chain says so against a server with that delay, until the chain ends.
GreylistChains::Finding run_against(Duration server_delay, bool tells_hint = false) {
  GreylistChains chains;
  GreylistChains::Finding finding;
  MonotonicTime now = kStart;
  for (int i = 0; i < 100; ++i) {
    const Duration passed = now - kStart;
    AttemptEnd end = passed >= server_delay ? kAccepted : kGreylisted;
    if (tells_hint) end.hint = server_delay - passed;
    finding = chains.note(kAttempt, end, now);
    const auto next = chains.next(kAttempt);
    if (!next) return finding;
    REQUIRE(*next > now);
    now = *next;
  }
  FAIL("the chain has no end");
  return finding;
}

}  // namespace

TEST_SUITE_BEGIN("schedule.greylist_chains");

TEST_CASE("a greylisting reply at RCPT is retried after five minutes, or when the server says") {
  GreylistChains chains;
  CHECK(chains.note(kAttempt, kGreylisted, kStart) == GreylistChains::Finding{});
  CHECK(chains.next(kAttempt) == kStart + 5min);
  GreylistChains hinted;
  hinted.note(kAttempt, {Outcome::greylisted, Stage::eod, 90s}, kStart);
  CHECK(hinted.next(kAttempt) == kStart + 91s);
}

TEST_CASE("one before RCPT, or another outcome, starts no chain") {
  GreylistChains chains;
  chains.note(kAttempt, {Outcome::greylisted, Stage::mail, std::nullopt}, kStart);
  chains.note(kAttempt, {Outcome::mailbox_full, Stage::rcpt, std::nullopt}, kStart);
  CHECK(chains.all().empty());
}

TEST_CASE("the delay is from the first reply to the accepted retry, a fifth too long at most") {
  CHECK(run_against(5min).delay == 5min);
  CHECK(run_against(9min).delay == 10min);
  for (const Duration delay : {25min, 47min, 61min, 150min, 240min}) {
    const auto measured = run_against(delay).delay;
    REQUIRE(measured.has_value());
    CHECK(*measured >= delay);
    CHECK(*measured <= delay + delay / 5);
  }
}

TEST_CASE("with hints the delay is exact") {
  CHECK(run_against(47min, true).delay == 47min + 1s);
  CHECK(run_against(3s, true).delay == GreylistChains::kLeastWait);
}

TEST_CASE("what is not accepted within the span was something else") {
  const auto finding = run_against(1000h);
  CHECK_FALSE(finding.delay.has_value());
  CHECK(finding.something_else);
}

TEST_CASE("a hint beyond the span is not waited for") {
  GreylistChains chains;
  CHECK(chains.note(kAttempt, {Outcome::greylisted, Stage::rcpt, 24h}, kStart).something_else);
  CHECK_FALSE(chains.next(kAttempt).has_value());
}

TEST_CASE("after something else there is no other chain for a day, and the replies say so") {
  GreylistChains chains;
  chains.note(kAttempt, {Outcome::greylisted, Stage::rcpt, 24h}, kStart);
  CHECK(chains.note(kAttempt, kGreylisted, kStart + 1h).something_else);
  CHECK_FALSE(chains.next(kAttempt).has_value());
  CHECK_FALSE(chains.note(kAttempt, kGreylisted, kStart + 25h).something_else);
  CHECK(chains.next(kAttempt).has_value());
}

TEST_CASE("a retry that fails in another way at that stage ends the chain as something else") {
  GreylistChains chains;
  chains.note(kAttempt, kGreylisted, kStart);
  const auto finding = chains.note(kAttempt, {Outcome::mailbox_unavailable, Stage::rcpt, {}}, kStart + 5min);
  CHECK(finding == GreylistChains::Finding{});  // that reply needs no other name
  CHECK_FALSE(chains.next(kAttempt).has_value());
}

TEST_CASE("a retry that did not get as far teaches nothing and is retried") {
  GreylistChains chains;
  chains.note(kAttempt, kGreylisted, kStart);
  chains.note(kAttempt, {Outcome::connection_timeout, Stage::connect, {}}, kStart + 5min);
  CHECK(chains.next(kAttempt) == kStart + 10min);
  CHECK(chains.note(kAttempt, kAccepted, kStart + 10min).delay == 10min);
}

TEST_CASE("getting past the stage is acceptance, whatever comes after it") {
  GreylistChains chains;
  chains.note(kAttempt, kGreylisted, kStart);
  CHECK(chains.note(kAttempt, {Outcome::content_rejected, Stage::eod, {}}, kStart + 5min).delay == 5min);
}

TEST_CASE("attempts that differ in anything have chains of their own") {
  GreylistChains chains;
  Attempt other = kAttempt;
  other.family = Family::ipv6;
  chains.note(kAttempt, kGreylisted, kStart);
  CHECK_FALSE(chains.next(other).has_value());
  chains.note(other, kGreylisted, kStart + 1min);
  CHECK(chains.all().size() == 2);
}

TEST_CASE("a chain that nobody goes on with is dropped, and tells no delay of a week") {
  GreylistChains chains;
  chains.note(kAttempt, kGreylisted, kStart);
  GreylistChains copy = chains;
  copy.tidy(kStart + 4h);
  CHECK(copy.all().size() == 1);
  copy.tidy(kStart + 9h);
  CHECK(copy.all().empty());
  CHECK(chains.note(kAttempt, kAccepted, kStart + 168h) == GreylistChains::Finding{});
}

TEST_CASE("the number of chains is bounded") {
  GreylistChains chains;
  Attempt attempt = kAttempt;
  for (std::size_t i = 0; i < GreylistChains::kMostChains + 10; ++i) {
    attempt.recipient = std::to_string(i) + "@example.com";
    chains.note(attempt, kGreylisted, kStart);
  }
  CHECK(chains.all().size() == GreylistChains::kMostChains);
}

TEST_SUITE_END();
