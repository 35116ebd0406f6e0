// SPDX-License-Identifier: Apache-2.0
#include "config/pattern.hpp"

#include "loading.hpp"

using namespace mailsonde::config;

namespace {

// What is wrong with a pattern; "" if nothing is.
std::string mistake(std::string_view pattern) {
  const auto size = measure_pattern(pattern);
  return size ? "" : size.error();
}

}  // namespace

TEST_SUITE_BEGIN("config.pattern");

TEST_CASE("a pattern has a size that grows with it") {
  REQUIRE(measure_pattern("greylist"));
  CHECK(*measure_pattern("greylist") < *measure_pattern("greylist(ed|ing) for [0-9]{1,4} seconds"));
  CHECK(measure_pattern("\xc3\xa9t\xc3\xa9"));
  CHECK(measure_pattern(std::string(kMaxPatternLength, 'a')));
}

TEST_CASE("RE2's reasons come in plain words, with what would be right") {
  CHECK(mistake("a(b") == "has a ( without its ); the character itself is \\(");
  CHECK(mistake("a)b") == "has a ) without its (; the character itself is \\)");
  CHECK(mistake("a[b") == "has a [ without its ]: \"[b\"; the character itself is \\[");
  CHECK(mistake("a[z-a]") ==
        "has a range of characters that is none: \"z-a\"; the smaller one stands first, as in [a-z]");
  CHECK(mistake("*") == "repeats nothing: there is nothing before \"*\"; the character itself is \\*");
  CHECK(mistake("a**") == "repeats a repetition: \"**\"; put parentheses around the inner one");
  CHECK(mistake("a{1001}") == "repeats too often or backwards: \"{1001}\"; at most 1000 times, as in {1,1000}");
  CHECK(mistake("a\\") == "ends with a single backslash; the character itself is \\\\");
  CHECK(mistake("a\\y") == "has an unknown escape \"\\y\"; a backslash itself is \\\\");
  CHECK(mistake("(?=a)") == "uses \"(?=\", which RE2 does not have (no look-around, no back-references)");
  CHECK(mistake("(?P<a b>c)").starts_with("has a badly named group "));
}

TEST_CASE("a pattern that fits every text is refused, one that needs something is not") {
  for (const char* pattern : {".*", ".", "x*", "^", "$", "()", "a|", "^.*$", "\\s*", "(?i)b?", "\\w|\\W", "[^a]|a"}) {
    CAPTURE(pattern);
    CHECK(mistake(pattern).starts_with("fits every text"));
  }
  CHECK(mistake("") == "is empty and would fit every reply; leave the key out instead");
  for (const char* pattern : {"^$", "x+", "^[^z]*$", "\\w", "\\b", "a.*"}) {
    CAPTURE(pattern);
    CHECK(mistake(pattern) == "");
  }
}

TEST_CASE("what a pattern costs is bounded, whatever it repeats") {
  CHECK(mistake(std::string(kMaxPatternLength + 1, 'a')) == "is longer than 1000 bytes");
  for (const char* pattern : {"(a{1,100}b){1,100}", "((a{100}){100}){100}", "(.{1,50}){1,500}",
                              "\\pL{500}x{999}.{1000}y{1000}z{1000}w{1000}v{1000}"}) {
    CAPTURE(pattern);
    const std::string what = mistake(pattern);
    CHECK((what.starts_with("is too large") || what.starts_with("repeats too often")));
  }
}

TEST_CASE("a pattern is shown printable and bounded, its backslashes as they stand") {
  CHECK(pattern_in_quotes("\\[TS\\d+\\]") == "\"\\[TS\\d+\\]\"");
  CHECK(pattern_in_quotes("a\x1b[31m\n") == "\"a\\x1b[31m\\x0a\"");
  CHECK(pattern_in_quotes(std::string(100, 'a')) == "\"" + std::string(64, 'a') + "...\"");
}

TEST_CASE("any bytes are judged") {
  for (int first = 0; first < 256; ++first) {
    for (const char* rest : {"", "a", "(", "\\", "]"}) {
      const std::string pattern = static_cast<char>(first) + std::string(rest);
      const auto size = measure_pattern(pattern);
      REQUIRE((size || !size.error().empty()));
    }
  }
}
