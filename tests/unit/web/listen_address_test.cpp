// SPDX-License-Identifier: Apache-2.0
#include "web/listen_address.hpp"

#include <doctest/doctest.h>

using namespace mailsonde;
using web::parse_listen_address;

TEST_SUITE_BEGIN("web.listen_address");

TEST_CASE("a port alone stands for all addresses of both families") {
  const auto where = parse_listen_address(":10451");
  REQUIRE(where);
  CHECK(where->both_families);
  CHECK(where->port == 10451);
  CHECK(where->to_string() == ":10451");
}

TEST_CASE("an IPv4 address and a bracketed IPv6 address are written back as they came") {
  for (const char* text : {"127.0.0.1:0", "0.0.0.0:65535", "[::1]:10451", "[::]:80"}) {
    CAPTURE(text);
    const auto where = parse_listen_address(text);
    REQUIRE(where);
    CHECK_FALSE(where->both_families);
    CHECK(where->to_string() == text);
  }
}

TEST_CASE("anything else is refused with what would be right") {
  for (const char* text :
       {"", "10451", ":", ":x", ":65536", ":-1", ":+1", ": 1", ":000080", "localhost:80", "::1:80", "[::1]", "[::1]80",
        "[127.0.0.1]:80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:80 ", "[::1:80", "999.0.0.1:80"}) {
    CAPTURE(text);
    const auto where = parse_listen_address(text);
    REQUIRE_FALSE(where);
    CHECK(where.error().message.find("write :PORT, 127.0.0.1:PORT or [::1]:PORT") != std::string::npos);
  }
}

TEST_CASE("of several addresses the first bad one is named") {
  const std::vector<std::string> texts{":1", "oops", "worse"};
  const auto addresses = web::parse_listen_addresses(texts);
  REQUIRE_FALSE(addresses);
  CHECK(addresses.error().message.find("\"oops\"") == 0);
}

TEST_SUITE_END();
