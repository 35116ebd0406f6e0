// SPDX-License-Identifier: Apache-2.0
#include "base/duration.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mailsonde;
using namespace std::chrono_literals;

TEST_SUITE_BEGIN("base.duration");

TEST_CASE("units add up in any order") {
  CHECK(parse_duration("500ms") == 500ms);
  CHECK(parse_duration("30s") == 30s);
  CHECK(parse_duration("1h30m") == 90min);
  CHECK(parse_duration("2d") == 48h);
  CHECK(parse_duration("0s") == 0s);
}

TEST_CASE("what is no duration is refused, not guessed") {
  for (const char* text :
       {"", "30", "s", "-5s", "+5s", "5 s", "1.5s", "5sec", "99999999999d", "9999999999999999999s", "1h-5m"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text).has_value());
  }
}

TEST_CASE("formatting and reading are inverse") {
  for (const Duration duration : {Duration(0), Duration(1ms), Duration(90s), Duration(36h), Duration(1h + 1ms)}) {
    CHECK(parse_duration(format_duration(duration)) == duration);
  }
  CHECK(format_duration(90min) == "1h30m");
}

TEST_CASE("people read three figures at most") {
  CHECK(describe_duration(400us) == "0.4 ms");
  CHECK(describe_duration(12ms) == "12 ms");
  CHECK(describe_duration(1240ms) == "1.24 s");
  CHECK(describe_duration(62s) == "62 s");
}

TEST_SUITE_END();
