// SPDX-License-Identifier: Apache-2.0
#include "config/bounds.hpp"

#include "loading.hpp"

using namespace mailsonde::config;

namespace {

std::string repeated(std::string_view piece, std::size_t count) {
  std::string result;
  for (std::size_t i = 0; i < count; ++i) result += piece;
  return result;
}

// "name0", "name1", ... put into a pattern in place of each '@', up to about `size` bytes.
std::string numbered(std::string_view pattern, std::size_t size) {
  std::string result;
  for (std::size_t i = 0; result.size() < size; ++i) {
    for (const char c : pattern) c == '@' ? result += "n" + std::to_string(i) : result += c;
  }
  return result;
}

constexpr std::size_t kAlmostFull = (std::size_t{4} << 20U) - 100;

}  // namespace

TEST_SUITE_BEGIN("config.bounds");

TEST_CASE("brackets and dots that nest too deep are a mistake with a place, not a stack overflow") {
  CHECK(mistake_in("a = " + repeated("[", 3'000'000)) == "1:37: nested deeper than 32 levels");
  CHECK(mistake_in("a = " + repeated("{a=", 1'000'000)) == "1:101: nested deeper than 32 levels");
  CHECK(mistake_in("\n[a" + repeated(".a", 2'000'000) + "]") == "2:67: nested deeper than 32 levels");
  CHECK(mistake_in("a" + repeated(" . a", 1'000'000) + " = 1") == "1:131: nested deeper than 32 levels");
  CHECK(mistake_in("\"a\"" + repeated(".'a#'", 500'000) + " = 1") == "1:164: nested deeper than 32 levels");
}

TEST_CASE("nesting below the bound reaches the parser") {
  CHECK(mistake_in("a = " + repeated("[", 32) + repeated("]", 32)).starts_with("1:1: unknown key \"a\""));
  CHECK(mistake_in("a" + repeated(".a", 32) + " = 1").starts_with("1:1: unknown key \"a\""));
}

TEST_CASE("strings and comments do not count as nesting") {
  const std::string deep = repeated("[.", 100);
  CHECK_FALSE(first_excess("# " + deep));
  CHECK_FALSE(first_excess("a = \"" + deep + "\\\"" + deep + "\""));
  CHECK_FALSE(first_excess("a = '" + deep + "\\'"));
  CHECK_FALSE(first_excess("a = \"\"\"\n" + deep + "\n\"" + deep + "\"\"\""));
  CHECK_FALSE(first_excess("a = '''\n" + deep + "\n'''"));
}

TEST_CASE("what follows a string counts, however the string ends") {
  for (const std::string_view string : {R"("")", R"("\\")", R"('\')", R"("""a\"""")", R"("""a""""")", R"('''a'''')"}) {
    CAPTURE(string);
    CHECK(first_excess("a = {b = " + std::string(string) + ", " + repeated("a.", 40)));
  }
}

TEST_CASE("a column counts characters, not bytes") {
  CHECK(mistake_in("\"\xc3\xa4\" = " + repeated("[", 33)) == "1:39: nested deeper than 32 levels");
}

TEST_CASE("an unfinished string or a lone backslash ends the scan at the end of the text") {
  for (const std::string_view text : {"\"", "'", "\"\\", "\"\"\"", "\"\"\"\\", "'''", "#", "[", ".", ""}) {
    CHECK_FALSE(first_excess(text));
  }
}

TEST_CASE("lists that the parser searches again and again are bounded") {
  const auto too_many = [](std::string_view pattern) {
    return mistake_in(numbered(pattern, kAlmostFull))
        .ends_with("more than 50000 dotted keys and changes of [[section]]");
  };
  CHECK(too_many("@.b=1\n@.c=1\n"));
  CHECK(too_many("[[@]]\n[[@]]\n"));
  CHECK(too_many("[x.@]\n"));
}

TEST_CASE("four megabytes of mistakes give a thousand problems and say that there are more") {
  const auto mistakes = mistakes_in(numbered("@=1\n", kAlmostFull));
  REQUIRE(mistakes.size() == 1001);
  CHECK(mistakes.back() == "0:0: more than 1000 mistakes; the rest is not listed");
  CHECK(mistakes.front().starts_with("1:1: unknown key \"n0\" at the top level"));
  const auto incomplete = mistakes_in(repeated("[[destinations]]\nport=0\n", 10'000));
  REQUIRE(incomplete.size() == 1001);
  CHECK(incomplete.back() == mistakes.back());
}

TEST_CASE("a thousand mistakes are all told") {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "n" + std::to_string(i) + "=1\n";
  const auto mistakes = mistakes_in(text);
  REQUIRE(mistakes.size() == 1000);
  CHECK(mistakes.back().starts_with("1000:1: unknown key \"n999\""));
}

TEST_CASE("a hundred thousand targets load") {
  const auto config = loaded(numbered("[[destinations]]\ndomain=\"@.example\"\n", kAlmostFull));
  CHECK(config.targets.size() > 90'000);
}
