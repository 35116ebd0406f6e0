// SPDX-License-Identifier: Apache-2.0
#include "metrics/process.hpp"

#include <doctest/doctest.h>

using namespace mailsonde::metrics;

TEST_SUITE_BEGIN("metrics.process");

TEST_CASE("/proc/self/stat is read behind a name with blanks and brackets") {
  const auto stat =
      parse_stat("42 (a) b) S 1 2 3 4 5 6 7 8 9 10 100 50 0 0 20 0 7 0 12345 4096000 321 18446744073709551615 1\n");
  REQUIRE(stat);
  CHECK(stat->cpu_ticks == 150);
  CHECK(stat->threads == 7);
  CHECK(stat->start_ticks == 12345);
  CHECK(stat->virtual_bytes == 4096000);
  CHECK(stat->resident_pages == 321);
}

TEST_CASE("what is no stat gives nothing") {
  for (const char* text : {"", "42 (a", "42 (a) S 1 2", "42 (a) S x x x x x x x x x x x x x x x x x x x x x x"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_stat(text));
  }
}

TEST_SUITE_END();
