// SPDX-License-Identifier: Apache-2.0
#include "schedule/timetable.hpp"

#include <doctest/doctest.h>

#include <map>
#include <vector>

using namespace mailsonde;
using namespace std::chrono_literals;
using schedule::Timetable;

namespace {

constexpr std::uint64_t kSeed = 7;
const MonotonicTime kStart{1000h};

// Takes every turn up to `end`, jumping from one to the next.
std::vector<Timetable::Turn> run_until(Timetable& timetable, MonotonicTime end) {
  std::vector<Timetable::Turn> turns;
  for (auto next = timetable.next_due(); next && *next <= end; next = timetable.next_due()) {
    const auto turn = timetable.take(*next);
    REQUIRE(turn.has_value());
    turns.push_back(*turn);
  }
  return turns;
}

}  // namespace

TEST_SUITE_BEGIN("schedule.timetable");

TEST_CASE("each key has its turn once an interval, within 5 % of its slot, for a day") {
  Timetable timetable(kSeed);
  timetable.add(1, 1min, 20s, kStart);
  timetable.add(2, 5min, 0s, kStart);
  std::map<Timetable::Key, std::vector<MonotonicTime>> seen;
  for (const auto& turn : run_until(timetable, kStart + 24h)) seen[turn.key].push_back(turn.due);

  REQUIRE(seen[1].size() >= 1439);
  REQUIRE(seen[1].size() <= 1441);
  CHECK(seen[1].front() == kStart + 20s);
  bool moved = false;
  for (std::size_t i = 1; i < seen[1].size(); ++i) {
    const Duration off = seen[1][i] - (kStart + 20s + 1min * static_cast<Duration::rep>(i));
    CHECK(off >= -3s);
    CHECK(off <= 3s);
    moved = moved || off != 0s;
  }
  CHECK(moved);
  CHECK(seen[2].size() >= 288);
}

TEST_CASE("nothing is due before its time, and what is due comes in order") {
  Timetable timetable(kSeed);
  timetable.add(1, 1min, 30s, kStart);
  timetable.add(2, 1min, 10s, kStart);
  CHECK(timetable.next_due() == kStart + 10s);
  CHECK_FALSE(timetable.take(kStart + 9s).has_value());
  CHECK(timetable.take(kStart + 30s)->key == 2);
  CHECK(timetable.take(kStart + 30s)->key == 1);
  CHECK_FALSE(timetable.take(kStart + 30s).has_value());
}

TEST_CASE("after a stop of an hour each key has one turn, not sixty (rule 12)") {
  Timetable timetable(kSeed);
  timetable.add(1, 1min, 0s, kStart);
  const auto turn = timetable.take(kStart + 1h);
  REQUIRE(turn.has_value());
  CHECK(turn->due == kStart);  // the lag shows the stop
  CHECK_FALSE(timetable.take(kStart + 1h).has_value());
  CHECK(*timetable.next_due() > kStart + 1h);
  CHECK(*timetable.next_due() <= kStart + 1h + 1min + 3s);
}

TEST_CASE("a removed key has no more turns, and one added anew has only its new ones") {
  Timetable timetable(kSeed);
  timetable.add(1, 1min, 0s, kStart);
  timetable.add(2, 1min, 1s, kStart);
  timetable.remove(1);
  CHECK(timetable.take(kStart + 5s)->key == 2);
  timetable.add(2, 1h, 30min, kStart);
  CHECK(timetable.next_due() == kStart + 30min);
  timetable.remove(2);
  CHECK_FALSE(timetable.next_due().has_value());
  CHECK(timetable.size() == 0);
}

TEST_SUITE_END();
