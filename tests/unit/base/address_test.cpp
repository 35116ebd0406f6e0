// SPDX-License-Identifier: Apache-2.0
#include "base/address.hpp"

#include <doctest/doctest.h>

using namespace mailsonde;

namespace {
Reach reach(std::string_view text) {
  const auto address = IpAddress::parse(text);
  REQUIRE(address.has_value());
  return reach_of(*address);
}
}  // namespace

TEST_SUITE_BEGIN("base.address");

TEST_CASE("text and bytes lead to the same value") {
  CHECK(IpAddress::parse("192.0.2.1")->to_string() == "192.0.2.1");
  CHECK(IpAddress::parse("2001:DB8::1")->to_string() == "2001:db8::1");
  CHECK(IpAddress::parse("192.0.2.1")->family() == Family::ipv4);
  CHECK(IpAddress::parse("2001:db8::1")->bytes().size() == 16);
}

TEST_CASE("spellings that hide an address are no addresses") {
  for (const std::string_view text : {"127.1", "0x7f000001", "2130706433", "0177.0.0.1", "::1%lo", "[::1]", "", "a"}) {
    CAPTURE(text);
    CHECK_FALSE(IpAddress::parse(text).has_value());
  }
  CHECK_FALSE(IpAddress::parse(std::string_view("127.0.0.1\0x", 11)).has_value());
}

TEST_CASE("an address literal stands in brackets, IPv6 with its tag (RFC 5321 4.1.3)") {
  CHECK(IpAddress::parse_literal("[192.0.2.1]") == IpAddress::parse("192.0.2.1"));
  CHECK(IpAddress::parse_literal("[ipv6:2001:db8::1]") == IpAddress::parse("2001:db8::1"));
  for (const std::string_view none : {"", "[", "[]", "192.0.2.1", "[2001:db8::1]", "[IPv6:192.0.2.1]", "[a.example]"}) {
    CAPTURE(none);
    CHECK_FALSE(IpAddress::parse_literal(none).has_value());
  }
}

TEST_CASE("private space is private in every disguise (hostile cases, rule 10)") {
  for (const std::string_view text :
       {"127.0.0.1", "127.255.0.3", "10.1.2.3", "172.31.255.255", "192.168.0.1", "169.254.1.1", "100.64.0.1", "::1",
        "fe80::1", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1"}) {
    CAPTURE(text);
    CHECK(reach(text) == Reach::private_use);
  }
}

TEST_CASE("what can be no mail server is never dialled") {
  for (const std::string_view text : {"0.0.0.0", "0.1.2.3", "224.0.0.1", "255.255.255.255", "240.0.0.1",
                                      "::", "ff02::1", "::ffff:0.0.0.0", "::7f00:1"}) {
    CAPTURE(text);
    CHECK(reach(text) == Reach::never);
  }
}

TEST_CASE("the neighbours of private space are global") {
  for (const std::string_view text : {"11.0.0.0", "172.32.0.0", "172.15.255.255", "192.167.255.255", "100.128.0.0",
                                      "128.0.0.1", "2001:db8::1", "2a00::1", "::ffff:8.8.8.8"}) {
    CAPTURE(text);
    CHECK(reach(text) == Reach::global);
  }
}

TEST_SUITE_END();
