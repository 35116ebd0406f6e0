// SPDX-License-Identifier: Apache-2.0
#include "classify/needed_words.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

namespace mailsonde::classify {
namespace {

// RE2 tells the words of a pattern, and whether it may fit a text that has some of them. A list is what remains when as
// many words as possible are given without making it fit: then one of the rest must be there. Those that are better not
// in the list are given first.
std::vector<int> list_without(const std::vector<int>& given_first, const re2::FilteredRE2& pattern) {
  std::vector<int> given;
  std::vector<int> list;
  std::vector<int> fitting;
  for (const int word : given_first) {
    given.push_back(word);
    pattern.AllPotentials(given, &fitting);
    if (fitting.empty()) continue;
    given.pop_back();
    list.push_back(word);
  }
  return list;
}

}  // namespace

std::vector<AnyWord> needed_words(re2::FilteredRE2& pattern) {
  std::vector<std::string> words;
  pattern.Compile(&words);
  std::vector<int> fitting;
  pattern.AllPotentials({}, &fitting);
  if (!fitting.empty()) return {};

  // Short words are in many texts, so that lists of long ones tell more.
  std::vector<int> order(words.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, {}, [&](int word) { return std::pair(words[static_cast<std::size_t>(word)].size(), word); });

  std::vector<std::vector<int>> lists;
  while (lists.size() < kMostLists) {
    std::vector<int> list = list_without(order, pattern);
    if (std::ranges::find(lists, list) != lists.end()) break;
    // The next list is better made of other words.
    std::vector<int> next_order = list;
    std::ranges::copy_if(order, std::back_inserter(next_order),
                         [&](int word) { return std::ranges::find(list, word) == list.end(); });
    order = std::move(next_order);
    lists.push_back(std::move(list));
  }

  std::vector<AnyWord> result;
  for (const auto& list : lists) {
    AnyWord& any = result.emplace_back();
    for (const int word : list) any.push_back(words[static_cast<std::size_t>(word)]);
  }
  return result;
}

}  // namespace mailsonde::classify
