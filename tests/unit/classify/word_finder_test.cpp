// SPDX-License-Identifier: Apache-2.0
#include "classify/word_finder.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

using namespace mailsonde;
using namespace mailsonde::classify;

TEST_SUITE_BEGIN("classify.word_finder");

namespace {

std::vector<std::size_t> found_in(std::string_view text, const std::vector<MarkedWord>& words, std::size_t bits) {
  const WordFinder finder(words);
  Bits found((bits + 63) / 64);
  finder.find(text, found);
  std::vector<std::size_t> result;
  for (std::size_t bit = 0; bit < bits; ++bit) {
    if ((found[bit / 64] >> (bit % 64) & 1) != 0) result.push_back(bit);
  }
  return result;
}

}  // namespace

TEST_CASE("each word sets its bits, also as the end or the beginning of a longer one") {
  const std::vector<MarkedWord> words{
      {.word = "she", .bit = 0}, {.word = "he", .bit = 1}, {.word = "hers", .bit = 70}, {.word = "his", .bit = 3}};
  CHECK(found_in("ushers", words, 71) == std::vector<std::size_t>{0, 1, 70});
  CHECK(found_in("xhisx", words, 71) == std::vector<std::size_t>{3});
  CHECK(found_in("h is", words, 71).empty());
}

TEST_CASE("one word may set several bits, and one bit may be set by several words") {
  const std::vector<MarkedWord> words{
      {.word = "full", .bit = 0}, {.word = "full", .bit = 1}, {.word = "quota", .bit = 1}};
  CHECK(found_in("mailbox full", words, 2) == std::vector<std::size_t>{0, 1});
  CHECK(found_in("over quota", words, 2) == std::vector<std::size_t>{1});
}

TEST_CASE("case is ignored in words and text, accented letters of Latin-1 included") {
  const std::vector<MarkedWord> words{
      {.word = "Full", .bit = 0}, {.word = "satur\xe9", .bit = 1}, {.word = "\xd7", .bit = 2}};
  CHECK(found_in("FULL", words, 3) == std::vector<std::size_t>{0});
  CHECK(found_in("SATUR\xc9", words, 3) == std::vector<std::size_t>{1});
  CHECK(found_in("\xf7", words, 3).empty());
}

TEST_CASE("without words nothing is found, whatever the bytes") {
  CHECK(found_in(std::string("any\0text\xff", 9), {}, 5).empty());
}

TEST_CASE("what is found is what a search for each word finds") {
  std::mt19937 random(1);
  const auto some = [&](std::size_t most) {
    std::string text(1 + random() % most, ' ');
    for (char& c : text) c = static_cast<char>('a' + random() % 3);
    return text;
  };
  for (int round = 0; round < 200; ++round) {
    std::vector<MarkedWord> words;
    for (std::uint32_t bit = 0; bit < 100; ++bit) words.push_back({.word = some(6), .bit = bit});
    const std::string text = some(40);
    std::vector<std::size_t> expected;
    for (const MarkedWord& word : words) {
      if (text.contains(word.word)) expected.push_back(word.bit);
    }
    CHECK(found_in(text, words, words.size()) == expected);
  }
}
