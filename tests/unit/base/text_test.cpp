// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

using namespace mailsonde;

TEST_SUITE_BEGIN("base.text");

TEST_CASE("bytes that could fool a terminal or a log are shown as numbers") {
  CHECK(printable("250 ok") == "250 ok");
  CHECK(printable("a\x1b[31m\r\n\xff\\") == "a\\x1b[31m\\x0d\\x0a\\xff\\x5c");
  CHECK(printable(std::string_view("\0", 1)) == "\\x00");
  CHECK(printable("abcdef", 3) == "abc...");
}

TEST_CASE("a typing error finds its word, another word does not") {
  constexpr std::array<std::string_view, 3> kKeys{"interval", "module", "rcpt_to"};
  CHECK(closest("intervall", kKeys) == "interval");
  CHECK(closest("Modul", kKeys) == "module");
  CHECK(closest("rcptto", kKeys) == "rcpt_to");
  CHECK(closest("banana", kKeys).empty());
  CHECK(closest(std::string(100'000, 'x'), kKeys).empty());
}

TEST_CASE("base64 as in RFC 4648 section 10") {
  CHECK(base64_encode("") == "");
  CHECK(base64_encode("f") == "Zg==");
  CHECK(base64_encode("fo") == "Zm8=");
  CHECK(base64_encode("foobar") == "Zm9vYmFy");
  CHECK(base64_encode("\xff\xfe\xfd") == "//79");
}

TEST_CASE("splitting keeps empty pieces, trimming takes both ends") {
  CHECK(split("a,,b", ',') == std::vector<std::string_view>{"a", "", "b"});
  CHECK(split("", ',') == std::vector<std::string_view>{""});
  CHECK(trim("\t a b\r\n") == "a b");
  CHECK(trim(" \n") == "");
}

TEST_CASE("case is ASCII's only") {
  CHECK(to_lower("MX1.Example\xC4") == "mx1.example\xC4");
  CHECK(equals_ignoring_case("StartTLS", "STARTTLS"));
  CHECK_FALSE(equals_ignoring_case("a", "ab"));
  CHECK(starts_with_ignoring_case("Auth=PLAIN", "AUTH="));
}

TEST_SUITE_END();
