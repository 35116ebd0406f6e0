// SPDX-License-Identifier: Apache-2.0
#include "schedule/rotation.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace mailsonde;
using schedule::Rotation;

namespace {

IpAddress ip(int last) { return *IpAddress::parse("192.0.2." + std::to_string(last)); }

Rotation of(std::vector<IpAddress> addresses) {
  Rotation rotation;
  rotation.set(std::move(addresses));
  return rotation;
}

void kill(Rotation& rotation, const IpAddress& address) {
  for (unsigned i = 0; i < Rotation::kDeadAfter; ++i) rotation.failed(address);
}

}  // namespace

TEST_SUITE_BEGIN("schedule.rotation");

TEST_CASE("each address has its turn, one after the other") {
  Rotation rotation = of({ip(1), ip(2), ip(3)});
  for (int round = 0; round < 2; ++round) {
    for (int i = 1; i <= 3; ++i) CHECK(rotation.pick() == ip(i));
  }
}

TEST_CASE("the order in which DNS shuffles the addresses changes nothing") {
  Rotation rotation = of({ip(1), ip(2), ip(3)});
  CHECK(rotation.pick() == ip(1));
  rotation.set({ip(3), ip(1), ip(2)});
  CHECK(rotation.pick() == ip(2));
}

TEST_CASE("a dead address among others has one of four of its turns, and no turn is lost") {
  Rotation rotation = of({ip(1), ip(2)});
  kill(rotation, ip(2));
  std::map<std::string, int> seen;
  for (int i = 0; i < 50; ++i) {
    const auto address = rotation.pick();
    REQUIRE(address.has_value());
    ++seen[address->to_string()];
  }
  CHECK(seen["192.0.2.2"] == 10);
  CHECK(seen["192.0.2.1"] == 40);
}

TEST_CASE("the only address, when dead, leaves three of four turns out") {
  Rotation rotation = of({ip(1)});
  kill(rotation, ip(1));
  int dialled = 0;
  for (int i = 0; i < 40; ++i) dialled += rotation.pick().has_value() ? 1 : 0;
  CHECK(dialled == 10);
}

TEST_CASE("fewer failures are not death, and one connect ends it") {
  Rotation rotation = of({ip(1)});
  for (unsigned i = 1; i < Rotation::kDeadAfter; ++i) rotation.failed(ip(1));
  CHECK(rotation.pick().has_value());
  CHECK(rotation.pick().has_value());
  rotation.failed(ip(1));
  CHECK_FALSE(rotation.pick().has_value());
  rotation.reached(ip(1));
  CHECK(rotation.pick().has_value());
  CHECK(rotation.pick().has_value());
}

TEST_CASE("an address that stays in DNS stays dead, one that comes is alive") {
  Rotation rotation = of({ip(1), ip(2)});
  kill(rotation, ip(1));
  rotation.set({ip(1)});
  CHECK_FALSE(rotation.pick().has_value());
  rotation.set({ip(3)});
  CHECK(rotation.pick() == ip(3));
  CHECK_FALSE(rotation.has(ip(1)));
  CHECK(rotation.any() == ip(3));
}

TEST_CASE("an address that is gone may still be reported") {
  Rotation rotation = of({ip(1)});
  rotation.failed(ip(9));
  rotation.reached(ip(9));
  CHECK(rotation.pick() == ip(1));
}

TEST_SUITE_END();
