// SPDX-License-Identifier: Apache-2.0
#include "identity/local_address.hpp"

#include <doctest/doctest.h>

using namespace mailsonde;

TEST_SUITE_BEGIN("identity.local_address");

TEST_CASE("the address that the system chooses, if it has a way out, is one of that family that can be dialled from") {
  for (const Family family : {Family::ipv4, Family::ipv6}) {
    const auto address = identity::local_address(family);
    if (!address) continue;  // a host without a route
    CHECK(address->family() == family);
    CHECK(reach_of(*address) != Reach::never);
  }
}
