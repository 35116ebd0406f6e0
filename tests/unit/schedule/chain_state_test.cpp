// SPDX-License-Identifier: Apache-2.0
#include "schedule/chain_state.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mailsonde;
using namespace std::chrono_literals;
using schedule::chains_from_json;
using schedule::GreylistChains;
using schedule::Moment;

namespace {

const Moment kSaved{MonotonicTime(1000h), WallTime(500'000h)};
const schedule::Attempt kAttempt{"a",    "out.example.org", "",  // the null reverse-path
                                 "me@x", "mx.example.com",  Family::ipv6};

GreylistChains one_chain() {
  GreylistChains chains;
  chains.note(kAttempt, {Outcome::greylisted, Stage::rcpt, 10min}, kSaved.monotonic - 1min);
  return chains;
}

// The machine was started anew: the monotonic clock counts from elsewhere.
Moment after_restart(Duration passed) { return {MonotonicTime(5min), kSaved.wall + passed}; }

bool is_close(MonotonicTime a, MonotonicTime b) { return a - b < 1ms && b - a < 1ms; }

std::string with(std::string text, const std::string& old, const std::string& fresh) {
  const auto at = text.find(old);
  REQUIRE(at != std::string::npos);
  return text.replace(at, old.size(), fresh);
}

}  // namespace

TEST_SUITE_BEGIN("schedule.chain_state");

TEST_CASE("a chain goes on after a restart where it was, by the wall clock") {
  const Moment now = after_restart(3min);
  const auto loaded = chains_from_json(to_json(one_chain(), kSaved), now);
  REQUIRE(loaded.has_value());
  REQUIRE(loaded->next(kAttempt).has_value());
  CHECK(is_close(*loaded->next(kAttempt), now.monotonic + 6min + 1s));
  GreylistChains chains = *loaded;
  const auto finding = chains.note(kAttempt, {Outcome::ok, Stage::rcpt, {}}, now.monotonic + 7min);
  REQUIRE(finding.delay.has_value());
  CHECK(to_seconds(*finding.delay) == doctest::Approx(11 * 60));
}

TEST_CASE("that it was something else is not forgotten either") {
  GreylistChains chains;
  chains.note(kAttempt, {Outcome::greylisted, Stage::rcpt, 24h}, kSaved.monotonic);
  auto loaded = chains_from_json(to_json(chains, kSaved), after_restart(1h));
  REQUIRE(loaded.has_value());
  CHECK(loaded->note(kAttempt, {Outcome::greylisted, Stage::rcpt, {}}, MonotonicTime(6min)).something_else);
}

TEST_CASE("chains from before their span are left out") {
  const auto loaded = chains_from_json(to_json(one_chain(), kSaved), after_restart(12h));
  REQUIRE(loaded.has_value());
  CHECK(loaded->all().empty());
}

TEST_CASE("a wall clock that was set back a year holds no chain for a year") {
  const auto loaded = chains_from_json(to_json(one_chain(), kSaved), after_restart(-8760h));
  REQUIRE(loaded.has_value());
  REQUIRE(loaded->next(kAttempt).has_value());
  CHECK(*loaded->next(kAttempt) <= MonotonicTime(5min) + GreylistChains::kLongestSpan);
}

TEST_CASE("nothing to save is a valid file") {
  const auto loaded = chains_from_json(to_json({}, kSaved), kSaved);
  REQUIRE(loaded.has_value());
  CHECK(loaded->all().empty());
}

TEST_CASE("what is no state file is an error with a reason, never a crash") {
  const std::string good = to_json(one_chain(), kSaved);
  const std::string bad[] = {"",
                             "{",
                             "[]",
                             "null",
                             std::string(100'000, '['),
                             std::string("\0\xff\xfe", 3),
                             "{}",
                             R"({"version":2,"greylist_chains":[]})",
                             R"({"version":1})",
                             R"({"version":1,"greylist_chains":{}})",
                             R"({"version":1,"greylist_chains":[1]})",
                             R"({"version":1,"greylist_chains":[{}]})",
                             good.substr(0, good.size() / 2),
                             with(good, "\"ipv6\"", "\"ipx\""),
                             with(good, "\"rcpt\"", "\"mail\""),
                             with(good, "\"retries\": 0", "\"retries\": -1"),
                             with(good, "\"over\": false", "\"over\": 0"),
                             with(good, "\"since\": ", "\"since\": 1e99, \"then\": "),
                             with(good, "\"next\": ", "\"next\": \"soon\", \"then\": ")};
  for (const std::string& text : bad) {
    CAPTURE(text.substr(0, 200));
    const auto loaded = chains_from_json(text, kSaved);
    REQUIRE_FALSE(loaded.has_value());
    CHECK_FALSE(loaded.error().message.empty());
  }
}

TEST_CASE("names that are no UTF-8 are saved all the same") {
  GreylistChains chains;
  schedule::Attempt attempt = kAttempt;
  attempt.recipient = "\xff@example.com";
  chains.note(attempt, {Outcome::greylisted, Stage::rcpt, {}}, kSaved.monotonic);
  CHECK(chains_from_json(to_json(chains, kSaved), kSaved).has_value());
}

TEST_SUITE_END();
