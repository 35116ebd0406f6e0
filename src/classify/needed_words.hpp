// SPDX-License-Identifier: Apache-2.0
// What a pattern cannot do without: lists of words, such that every text that it fits has a word of each list. A text
// that has none of some list need not be searched for the pattern at all. Pure.
#pragma once

#include <re2/filtered_re2.h>

#include <cstddef>
#include <string>
#include <vector>

namespace mailsonde::classify {

// Any of these, in a text in lower case.
using AnyWord = std::vector<std::string>;

// "(no such|unknown) (user|mailbox)" asks for one of the first two and one of the last two. Two lists tell nearly all:
// of 804 patterns, a reply of the corpus is searched for 7 with one list, and for 2 with two.
inline constexpr std::size_t kMostLists = 2;

// Of the only pattern in `pattern`, which must not be compiled yet; it is afterwards. At most kMostLists lists; none
// when the pattern has no word that it needs, as in "[0-9]+".
[[nodiscard]] std::vector<AnyWord> needed_words(re2::FilteredRE2& pattern);

}  // namespace mailsonde::classify
