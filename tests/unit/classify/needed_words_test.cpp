// SPDX-License-Identifier: Apache-2.0
#include "classify/needed_words.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "config/pattern.hpp"

using namespace mailsonde;
using namespace mailsonde::classify;

TEST_SUITE_BEGIN("classify.needed_words");

namespace {

std::vector<AnyWord> lists_of(const std::string& pattern) {
  re2::FilteredRE2 compiled(2);
  int number = 0;
  REQUIRE(compiled.Add(pattern, config::pattern_options(), &number) == RE2::NoError);
  std::vector<AnyWord> lists = needed_words(compiled);
  for (AnyWord& list : lists) std::ranges::sort(list);
  std::ranges::sort(lists);
  return lists;
}

}  // namespace

TEST_CASE("a pattern needs each word that it has in every text") {
  CHECK(lists_of("Greylist") == std::vector<AnyWord>{{"greylist"}});
  CHECK(lists_of(R"(\bmail ?box\b)") == std::vector<AnyWord>{{"box"}, {"mail"}});
}

TEST_CASE("a pattern needs one word of each group") {
  CHECK(lists_of(R"((unknown|invalid).*(user|mailbox))") ==
        std::vector<AnyWord>{{"invalid", "unknown"}, {"mailbox", "user"}});
}

TEST_CASE("of more groups than lists, the shortest word is in none") {
  const auto lists = lists_of(R"(quota.*at.*mailbox)");
  CHECK(lists == std::vector<AnyWord>{{"mailbox"}, {"quota"}});
}

TEST_CASE("a pattern that fits without any word needs none") {
  CHECK(lists_of(R"([0-9]+)").empty());
  CHECK(lists_of(R"((mailbox)?.)").empty());
  CHECK(lists_of(R"(mailbox|[0-9]{9})").empty());
}
