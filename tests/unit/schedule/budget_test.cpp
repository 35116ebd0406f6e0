// SPDX-License-Identifier: Apache-2.0
#include "schedule/budget.hpp"

#include <doctest/doctest.h>

using namespace mailsonde;
using namespace std::chrono_literals;
using schedule::Budget;

namespace {
const MonotonicTime kStart{1000h};
}

TEST_SUITE_BEGIN("schedule.budget");

TEST_CASE("12 a minute is one every 5 seconds, the first at once") {
  Budget budget(schedule::Rate{12, 1min});
  CHECK(budget.next() <= kStart);
  budget.spend(kStart);
  CHECK(budget.next() == kStart + 5s);
}

TEST_CASE("a rate that does not divide its window is never exceeded by rounding") {
  Budget budget(schedule::Rate{7, 1min});
  MonotonicTime now = kStart;
  int in_window = 0;
  for (; now < kStart + 1min; now = budget.next()) {
    budget.spend(now);
    ++in_window;
  }
  CHECK(in_window == 7);
  CHECK(now >= kStart + 1min);
}

TEST_CASE("without a rate nothing waits") {
  Budget budget;
  budget.spend(kStart);
  CHECK(budget.next() <= kStart);
  CHECK(budget.gap() == 0s);
}

TEST_CASE("time that was not used is not saved up for a burst") {
  Budget budget(schedule::Rate{12, 1min});
  budget.spend(kStart);
  budget.spend(kStart + 1h);
  CHECK(budget.next() == kStart + 1h + 5s);
}

TEST_CASE("another rate counts from the last start on") {
  Budget budget(schedule::Rate{12, 1min});
  budget.spend(kStart);
  budget.set(schedule::Rate{2, 1min});
  CHECK(budget.next() == kStart + 30s);
}

TEST_SUITE_END();
