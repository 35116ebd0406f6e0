// SPDX-License-Identifier: Apache-2.0
#include "metrics/label.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mailsonde::metrics;

TEST_SUITE_BEGIN("metrics.label");

TEST_CASE("host names become lower case, with underscores and single pieces allowed") {
  CHECK(mx_label("MX1.Example.COM").text == "mx1.example.com");
  CHECK(mx_label("_mx.a-b.test").text == "_mx.a-b.test");
  CHECK(mx_label("localhost").text == "localhost");
}

TEST_CASE("what is no host name becomes other and counts") {
  for (const std::string& name :
       {std::string("a\"b"), std::string("a\nb"), std::string("a b"), std::string("a\0b", 3), std::string("\xc3\xa4"),
        std::string("a..b"), std::string(""), std::string("a."), std::string(64, 'a'),
        std::string(43, 'a') + "." + std::string(43, 'b') + "." + std::string(43, 'c')}) {
    CAPTURE(name);
    CHECK(mx_label(name).text == "other");
    CHECK(mx_label(name).overflowed);
  }
}

TEST_CASE("no address stands in a label, and that is no overflow") {
  for (const char* address : {"127.0.0.1", "::1", "2001:db8::1"}) {
    CAPTURE(address);
    CHECK(mx_label(address).text == "other");
    CHECK_FALSE(mx_label(address).overflowed);
  }
}

TEST_CASE("words and codes are checked") {
  CHECK(word_label("TLSv1.3").text == "TLSv1.3");
  CHECK(word_label("").text == "none");
  CHECK(word_label("a\"b").text == "other");
  CHECK(code_label(200).text == "200");
  CHECK(code_label(599).text == "599");
  CHECK(code_label(199).text == "other");
  CHECK(code_label(600).overflowed);
}

TEST_SUITE_END();
