// SPDX-License-Identifier: Apache-2.0
#include "cli/limits.hpp"

#include <doctest/doctest.h>

using namespace mailsonde;

TEST_SUITE_BEGIN("cli.limits");

TEST_CASE("scrapes and resolvers keep their descriptors when every probe hangs") {
  CHECK(cli::probes_within(48, 1000) == 12);
  CHECK(cli::probes_within(1024, 1000) == 768);
  CHECK(cli::probes_within(65536, 1000) == 1000);
  CHECK(cli::probes_within(0, 1000) == 1);
}

TEST_SUITE_END();
