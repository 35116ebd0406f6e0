// SPDX-License-Identifier: Apache-2.0
#include "probe/stage_clock.hpp"

#include <doctest/doctest.h>

using namespace mailsonde;
using namespace std::chrono_literals;

TEST_SUITE_BEGIN("probe.stage_clock");

TEST_CASE("stages add up to the total, and our own time between them belongs to none") {
  probe::StageClock clock;
  const MonotonicTime start{1h};
  clock.add(Stage::dns, 2ms);
  clock.begin(Stage::connect, start);
  clock.end(start + 10ms);
  clock.begin(Stage::ehlo, start + 500ms);  // half a second in our own queue
  clock.end(start + 503ms);
  REQUIRE(clock.times().size() == 3);
  CHECK(clock.times()[2].elapsed == 3ms);
  CHECK(clock.total() == 15ms);
}

TEST_CASE("a stage of several rounds is one entry") {
  probe::StageClock clock;
  const MonotonicTime start{1h};
  clock.begin(Stage::auth, start);
  clock.end(start + 1ms);
  clock.begin(Stage::auth, start + 5ms);
  clock.end(start + 7ms);
  REQUIRE(clock.times().size() == 1);
  CHECK(clock.times()[0].elapsed == 3ms);
}

TEST_CASE("an answer that was there before the question takes no negative time") {
  probe::StageClock clock;
  clock.begin(Stage::banner, MonotonicTime{1h});
  clock.end(MonotonicTime{1h} - 3ms);
  CHECK(clock.total() == 0ms);
}

TEST_SUITE_END();
