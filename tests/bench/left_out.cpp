// SPDX-License-Identifier: Apache-2.0
#include "left_out.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"

namespace mailsonde::bench {
namespace {

using classify::ReplyRule;
using classify::RuleSet;

constexpr std::size_t kFolds = 5;

// Two replies nearly say the same if four of five words of either are in both. Numbers and what holds one are not
// counted as words: they are addresses, host names and ids.
constexpr std::size_t kSharedWords = 4;
constexpr std::size_t kOfWords = 5;

std::vector<std::string> words_of(std::string_view text) {
  std::set<std::string> words;
  std::string word;
  bool numbered = false;
  for (const char c : fmt::format("{} ", text)) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
    if (letter) word += c;
    if (c >= '0' && c <= '9') numbered = true;
    if (c != ' ' && c != '\n') continue;
    if (!word.empty() && !numbered) words.insert(to_lower(word));
    word.clear();
    numbered = false;
  }
  return {words.begin(), words.end()};
}

bool nearly_same(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  const auto [less, more] = std::minmax(a.size(), b.size());
  if (less * kOfWords < more * kSharedWords) return false;
  std::vector<std::string_view> shared;
  std::ranges::set_intersection(a, b, std::back_inserter(shared));
  return shared.size() * kOfWords >= (a.size() + b.size() - shared.size()) * kSharedWords;
}

// The fifth of each row: rows that nearly say the same as an earlier one are put to it.
std::vector<std::size_t> fifths_of(const std::vector<const Row*>& rows) {
  std::vector<std::vector<std::string>> words;
  for (const Row* row : rows) words.push_back(words_of(row->facts.text));
  std::vector<std::size_t> fifths;
  std::size_t next = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto end = words.begin() + static_cast<std::ptrdiff_t>(i);
    const auto same = std::find_if(words.begin(), end, [&](const auto& earlier) { return nearly_same(earlier, *end); });
    fifths.push_back(same == end ? next++ % kFolds : fifths[static_cast<std::size_t>(same - words.begin())]);
  }
  return fifths;
}

RuleSet without_support_of(std::size_t fifth, const RuleSet& rules,
                           const std::map<const ReplyRule*, std::set<std::size_t>>& support) {
  std::vector<ReplyRule> kept;
  for (const ReplyRule& rule : rules.rules()) {
    const auto found = support.find(&rule);
    const bool only_there = found != support.end() && found->second == std::set{fifth};
    if (rule.pattern.empty() || !only_there) kept.push_back(rule);
  }
  return RuleSet(std::move(kept));
}

Step step_of(const ReplyRule* rule) {
  if (rule == nullptr) return Step::first_digit;
  if (rule->pattern.empty()) return Step::code;
  return rule->name.starts_with("word: ") ? Step::word : Step::wording;
}

void judge(const Row& row, const RuleSet& rules, LeftOut& result) {
  const ReplyRule* rule = rules.find(row.facts);
  const Outcome outcome = outcome_of(rule);
  const auto step = static_cast<std::size_t>(step_of(rule));
  result.scores.count(row, outcome);
  ++result.decided[step];
  if (outcome == row.label) {
    ++result.right[step];
  } else {
    result.misses.push_back(fmt::format("{} -> {} ({}) {}", to_string(row.label), to_string(outcome),
                                        rule == nullptr ? "first digit" : rule->name, row.text));
  }
}

}  // namespace

LeftOut judge_left_out(const std::vector<Row>& rows, const std::vector<Row>& others, const RuleSet& rules) {
  std::vector<const Row*> all;
  for (const Row& row : rows) all.push_back(&row);
  for (const Row& row : others) all.push_back(&row);
  const std::vector<std::size_t> fifths = fifths_of(all);
  std::map<const ReplyRule*, std::set<std::size_t>> support;
  for (std::size_t i = 0; i < all.size(); ++i) support[rules.find(all[i]->facts)].insert(fifths[i]);
  LeftOut result;
  for (std::size_t fifth = 0; fifth < kFolds; ++fifth) {
    const RuleSet fewer = without_support_of(fifth, rules, support);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (fifths[i] == fifth) judge(rows[i], fewer, result);
    }
  }
  return result;
}

}  // namespace mailsonde::bench
