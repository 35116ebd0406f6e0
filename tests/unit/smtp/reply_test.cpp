// SPDX-License-Identifier: Apache-2.0
#include "smtp/reply.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mailsonde::smtp;

TEST_SUITE_BEGIN("smtp.reply");

TEST_CASE("an enhanced code is taken from the start of the text (RFC 3463 section 2)") {
  CHECK(parse_enhanced_code("4.7.1 Greylisted") == EnhancedCode{4, 7, 1});
  CHECK(parse_enhanced_code("2.0.0") == EnhancedCode{2, 0, 0});
  CHECK(parse_enhanced_code("5.7.999\tx") == EnhancedCode{5, 7, 999});
  CHECK(parse_enhanced_code("4.7.500 Server busy")->to_string() == "4.7.500");
}

TEST_CASE("what only resembles an enhanced code is none") {
  for (const char* text : {"", "4", "4.", "4.7", "4.7.", "4..1", "3.7.1 x", "1.0.0", "14.7.1", "4.7.1000", "4.1234.1",
                           "4.7.1.2", "4.7.1x", "4.7.1;", " 4.7.1", "-4.7.1", "4.-7.1", "4.7.+1", "a.b.c"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_enhanced_code(text));
  }
}

TEST_CASE("the text joins the lines by a blank and keeps the enhanced code as sent") {
  CHECK(Reply{.code = 451, .enhanced = {}, .lines = {"4.7.1 a", "4.7.1 b"}, .breaches = {}}.text() ==
        "4.7.1 a 4.7.1 b");
  CHECK(Reply{.code = 250, .enhanced = {}, .lines = {}, .breaches = {}}.text().empty());
}

TEST_CASE("a long text is cut and marked at 1024 bytes") {
  Reply reply{.code = 550, .enhanced = {}, .lines = {std::string(kMaxKeptText, 'x')}, .breaches = {}};
  CHECK(reply.text() == std::string(kMaxKeptText, 'x'));
  reply.lines.emplace_back("y");
  CHECK(reply.text().size() == kMaxKeptText);
  CHECK(reply.text() == std::string(kMaxKeptText - 3, 'x') + "...");
}

TEST_CASE("one line holds codes, separators and the two characters backslash and n") {
  CHECK(Reply{.code = 451, .enhanced = {}, .lines = {"4.7.1 Try later"}, .breaches = {}}.one_line() ==
        "451 4.7.1 Try later");
  CHECK(Reply{.code = 550, .enhanced = {}, .lines = {"a", "", "c"}, .breaches = {}}.one_line() ==
        "550-a\\n550-\\n550 c");
  CHECK(Reply{.code = 250, .enhanced = {}, .lines = {""}, .breaches = {}}.one_line() == "250");
  CHECK(Reply{.code = 250, .enhanced = {}, .lines = {}, .breaches = {}}.one_line() == "250");
}

TEST_CASE("the first digit says positive, transient or permanent") {
  CHECK(Reply{.code = 354, .enhanced = {}, .lines = {}, .breaches = {}}.is_positive());
  CHECK(Reply{.code = 421, .enhanced = {}, .lines = {}, .breaches = {}}.is_transient());
  CHECK(Reply{.code = 599, .enhanced = {}, .lines = {}, .breaches = {}}.is_permanent());
  CHECK_FALSE(Reply{.code = 421, .enhanced = {}, .lines = {}, .breaches = {}}.is_permanent());
}
