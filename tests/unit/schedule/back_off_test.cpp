// SPDX-License-Identifier: Apache-2.0
#include "schedule/back_off.hpp"

#include <doctest/doctest.h>

using namespace mailsonde;
using namespace std::chrono_literals;
using schedule::BackOff;

namespace {

const MonotonicTime kStart{1000h};
constexpr Duration kNatural = 10s;

// Good probes at the pace that it allows, until `end`.
MonotonicTime run_well(BackOff& back_off, MonotonicTime now, MonotonicTime end) {
  while (now < end) {
    back_off.started(now);
    back_off.fine(now);
    now = std::max(now + kNatural, back_off.next(kNatural));
  }
  return now;
}

BackOff slowed_to(unsigned level) {
  BackOff back_off;
  MonotonicTime now = kStart;
  for (unsigned i = 0; i < level; ++i, now += 2min) {
    back_off.started(now);
    back_off.troubled(now, std::nullopt, now);
  }
  return back_off;
}

}  // namespace

TEST_SUITE_BEGIN("schedule.back_off");

TEST_CASE("without trouble nothing waits") {
  BackOff back_off;
  back_off.started(kStart);
  back_off.fine(kStart);
  CHECK(back_off.next(kNatural) <= kStart);
  CHECK_FALSE(back_off.holds(kStart));
}

TEST_CASE("each trouble halves the pace, down to a bound") {
  BackOff back_off;
  MonotonicTime now = kStart;
  for (const Duration gap : {20s, 40s, 80s, 160s, 160s}) {
    back_off.started(now);
    back_off.troubled(now, std::nullopt, now + 1s);
    CHECK(back_off.next(kNatural) == now + gap);
    now += 2min;
  }
  CHECK(back_off.level() == BackOff::kMostLevel);
}

TEST_CASE("a burst of failures that began before the new pace counts as one") {
  BackOff back_off;
  back_off.started(kStart);
  back_off.troubled(kStart, std::nullopt, kStart + 1s);
  back_off.troubled(kStart, std::nullopt, kStart + 2s);
  back_off.troubled(kStart + 30s, std::nullopt, kStart + 31s);
  CHECK(back_off.level() == 1);
  back_off.troubled(kStart + 62s, std::nullopt, kStart + 63s);
  CHECK(back_off.level() == 2);
}

TEST_CASE("the wait that the server asks for is kept, up to an hour") {
  BackOff back_off;
  back_off.started(kStart);
  back_off.troubled(kStart, 5min, kStart);
  CHECK(back_off.next(kNatural) == kStart + 5min);
  back_off.troubled(kStart, 24h, kStart);
  CHECK(back_off.next(kNatural) == kStart + BackOff::kLongestPause);
}

TEST_CASE("a gap is bounded by an hour, and never shorter than the natural one") {
  CHECK(slowed_to(4).next(10min) == kStart + 6min + 1h);
  CHECK(slowed_to(1).next(24h) == kStart + 24h);
}

TEST_CASE("a pace that stays without trouble is doubled step by step until it is the full one") {
  BackOff back_off = slowed_to(3);
  MonotonicTime now = kStart + 4min + 80s;
  unsigned level = 3;
  while (level > 0) {
    now = run_well(back_off, now, now + 1min);
    CHECK(back_off.level() <= level);
    CHECK(back_off.level() + 1 >= level);  // never two steps at once
    level = back_off.level();
    REQUIRE(now < kStart + 1h);
  }
  CHECK(now >= kStart + 4min + 3 * BackOff::kFirstPatience);
  CHECK(back_off.has_eased(now));
}

TEST_CASE("one good probe is no recovery") {
  BackOff back_off = slowed_to(2);
  back_off.fine(kStart + 30min);
  CHECK(back_off.level() == 2);
}

TEST_CASE("a relapse doubles the patience before the next step up") {
  BackOff back_off = slowed_to(1);
  MonotonicTime now = run_well(back_off, kStart + 20s, kStart + 6min);
  REQUIRE(back_off.level() == 0);
  now += 2min;
  back_off.started(now);
  back_off.troubled(now, std::nullopt, now);
  REQUIRE(back_off.level() == 1);
  const MonotonicTime relapse = now;
  run_well(back_off, now + 20s, relapse + 9min);
  CHECK(back_off.level() == 1);
  run_well(back_off, relapse + 9min, relapse + 11min);
  CHECK(back_off.level() == 0);
}

TEST_CASE("well is full pace and a good probe lately, with no trouble after it") {
  BackOff back_off;
  CHECK_FALSE(back_off.is_well(1h, kStart));
  back_off.fine(kStart);
  CHECK(back_off.is_well(1h, kStart + 1h));
  CHECK_FALSE(back_off.is_well(1h, kStart + 2h));
  back_off.troubled(kStart, std::nullopt, kStart + 1min);
  CHECK_FALSE(back_off.is_well(1h, kStart + 2min));
}

TEST_CASE("trouble of the day before is past") {
  const BackOff back_off = slowed_to(1);
  CHECK_FALSE(back_off.is_past(kStart + 23h));
  CHECK(back_off.is_past(kStart + 24h));
  CHECK(BackOff().is_past(kStart));
}

TEST_SUITE_END();
