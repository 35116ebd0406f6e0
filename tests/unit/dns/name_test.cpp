// SPDX-License-Identifier: Apache-2.0
#include "dns/name.hpp"

#include <doctest/doctest.h>

#include <string>

#include "unit/dns/packet.hpp"

using namespace mailsonde;
using namespace mailsonde::dns;
using namespace mailsonde::dns::test;

namespace {

// A packet whose first name stands behind a header.
Bytes behind_header(const Bytes& bytes) {
  Bytes packet(12);
  append(packet, bytes);
  return packet;
}

std::string text_at(const Bytes& packet, std::size_t at) {
  const auto read = read_name(packet, at);
  return read ? to_text(read->labels) : "(none)";
}

}  // namespace

TEST_SUITE_BEGIN("dns.name");

TEST_CASE("a name is read in lower case, with the place behind it") {
  const Bytes packet = behind_header(name("MX1.Example.COM"));
  const auto read = read_name(packet, 12);
  REQUIRE(read.has_value());
  CHECK(to_text(read->labels) == "mx1.example.com");
  CHECK(read->labels == to_wire("mx1.example.com"));
  CHECK(read->end == packet.size());
  CHECK(text_at(behind_header({0}), 12).empty());
}

TEST_CASE("a pointer backwards is followed, and the name ends behind it (RFC 1035 4.1.4)") {
  Bytes packet = behind_header(name("example.com"));
  const std::size_t at = packet.size();
  append(packet, {3, 'm', 'x', '1'});
  append(packet, pointer(12));
  const auto read = read_name(packet, at);
  REQUIRE(read.has_value());
  CHECK(to_text(read->labels) == "mx1.example.com");
  CHECK(read->end == packet.size());
}

TEST_CASE("pointers to themselves, forwards, in circles and into the header are broken") {
  CHECK(text_at(behind_header(pointer(12)), 12) == "(none)");
  CHECK(text_at(behind_header({0xc0, 14, 0}), 12) == "(none)");
  CHECK(text_at(behind_header(pointer(0)), 12) == "(none)");
  Bytes circle = behind_header({1, 'a'});
  append(circle, pointer(12));
  CHECK(text_at(circle, 12) == "(none)");
}

TEST_CASE("a chain of pointers has an end") {
  Bytes packet = behind_header({0});
  for (unsigned i = 0; i < 1000; ++i) append(packet, pointer(i == 0 ? 12 : 13 + (i - 1) * 2));
  CHECK(text_at(packet, 13 + 2 * 100).empty());
  CHECK(text_at(packet, 13 + 2 * 900) == "(none)");
}

TEST_CASE("a name is 255 bytes on the wire and no more (RFC 1035 2.3.4)") {
  const std::string label(63, 'a');
  const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'b');
  CHECK(text_at(behind_header(name(longest)), 12) == longest);
  const auto longer = read_name(behind_header(name(longest + "c")), 12);
  REQUIRE_FALSE(longer.has_value());
  CHECK(longer.error() == NameFault::too_long);
}

TEST_CASE("a name that leaves its packet, or has a reserved label type, is broken") {
  CHECK(text_at(behind_header({3, 'a', 'b'}), 12) == "(none)");
  CHECK(text_at(behind_header({3, 'a', 'b', 'c'}), 12) == "(none)");
  CHECK(text_at(behind_header({0xc0}), 12) == "(none)");
  CHECK(text_at(behind_header({0x40, 0}), 12) == "(none)");
  CHECK(text_at(behind_header({0x80, 0}), 12) == "(none)");
  CHECK(text_at(behind_header({}), 12) == "(none)");
}

TEST_CASE("bytes that have no place in a host name become \\DDD") {
  Bytes packet = behind_header({7, 'a', '"', '\n', 0, '.', '\\', 0xff, 0});
  CHECK(text_at(packet, 12) == "a\\034\\010\\000\\046\\092\\255");
}

TEST_CASE("within a zone means at a label's boundary") {
  CHECK(is_within(to_wire("mx.example.com"), to_wire("example.com")));
  CHECK(is_within(to_wire("example.com"), to_wire("example.com")));
  CHECK(is_within(to_wire("example.com"), ""));
  CHECK_FALSE(is_within(to_wire("badexample.com"), to_wire("example.com")));
  CHECK_FALSE(is_within(to_wire("com"), to_wire("example.com")));
}

TEST_CASE("host names are letters, digits, hyphen and underscore in labels of 63") {
  for (const std::string_view good : {"example.com", "a", "mx_1.xn--bcher-kva.example", "3com.example", "1.2.3.4a"}) {
    CAPTURE(good);
    CHECK(is_host_name(good));
  }
  const std::string long_label = std::string(64, 'a') + ".com";
  std::string long_name = "com";
  while (long_name.size() <= kLongestHostName) long_name = "aaaaaaa." + long_name;
  for (const std::string_view bad :
       {std::string_view(""), std::string_view("."), std::string_view("a..b"), std::string_view("a."),
        std::string_view(".a"), std::string_view("a b"), std::string_view("a\nb"), std::string_view("a\0b", 3),
        std::string_view("b\xfc"
                         "cher.example"),
        std::string_view("Example.com"), std::string_view("192.0.2.1"), std::string_view("::1"),
        std::string_view("127.1"), std::string_view("[192.0.2.1]"), std::string_view("a\\046b"),
        std::string_view(long_label), std::string_view(long_name)}) {
    CAPTURE(bad);
    CHECK_FALSE(is_host_name(bad));
  }
}

TEST_SUITE_END();

TEST_CASE("the reverse name of an address has its bytes, or its nibbles, from the last to the first") {
  CHECK(reverse_name(*IpAddress::parse("192.0.2.10")) == "10.2.0.192.in-addr.arpa");
  CHECK(reverse_name(*IpAddress::parse("2001:db8::567:89ab")) ==
        "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}
