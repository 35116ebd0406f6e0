// SPDX-License-Identifier: Apache-2.0
#include "classify/rule_set.hpp"

#include <algorithm>
#include <bit>
#include <future>
#include <iterator>
#include <span>
#include <utility>

#include "base/assert.hpp"
#include "classify/needed_words.hpp"
#include "config/pattern.hpp"

namespace mailsonde::classify {
namespace {

constexpr std::size_t kBitsInNumber = 64;

// Shorter words, such as "a", are in nearly every text.
constexpr int kShortestWord = 2;

// Of a pattern of the tables; a reply makes few states of it. Hostile ones may fill it, for each pattern.
constexpr std::int64_t kPatternMemory = 1 << 20;

re2::FilteredRE2 compiled(std::string_view pattern) {
  re2::FilteredRE2 result(kShortestWord);
  if (pattern.empty()) return result;
  const re2::StringPiece text(pattern.data(), pattern.size());
  RE2::Options options = config::pattern_options();
  options.set_max_mem(kPatternMemory);
  int number = 0;
  RE2::ErrorCode error = result.Add(text, options, &number);
  // A large one of the configuration.
  if (error == RE2::ErrorPatternTooLarge) error = result.Add(text, config::pattern_options(), &number);
  MAILSONDE_ASSERT(error == RE2::NoError);
  return result;
}

// What a rule searches for, and what a text must have to be worth it.
struct Searchable {
  re2::FilteredRE2 pattern;
  std::vector<AnyWord> needs;
};

std::vector<Searchable> searchable(std::span<const ReplyRule> rules) {
  std::vector<Searchable> result;
  for (const ReplyRule& rule : rules) {
    Searchable& added = result.emplace_back(compiled(rule.pattern));
    if (!rule.pattern.empty()) added.needs = needed_words(added.pattern);
  }
  return result;
}

}  // namespace

RuleSet::RuleSet(std::vector<ReplyRule> rules)
    : rules_(std::move(rules)),
      numbers_in_part_((rules_.size() + kBitsInNumber - 1) / kBitsInNumber),
      always_(numbers_in_part_ * kMostLists),
      words_(words_of_patterns()) {
  for (const ReplyRule& rule : rules_) conditions_.emplace_back(rule);
}

std::vector<MarkedWord> RuleSet::words_of_patterns() {
  // Each takes some fifty microseconds. A second thread, if there can be one, makes half of them.
  const std::span<const ReplyRule> rules(rules_);
  const std::size_t half = rules.size() / 2;
  std::future<std::vector<Searchable>> second_half = std::async(searchable, rules.subspan(half));
  std::vector<Searchable> all = searchable(rules.first(half));
  std::ranges::move(second_half.get(), std::back_inserter(all));

  std::vector<MarkedWord> words;
  for (std::size_t rule = 0; rule < rules_.size(); ++rule) {
    patterns_.push_back(std::move(all[rule].pattern));
    std::vector<AnyWord>& lists = all[rule].needs;
    for (std::size_t part = 0; part < kMostLists; ++part) {
      const std::size_t bit = part * numbers_in_part_ * kBitsInNumber + rule;
      if (part >= lists.size()) {
        always_[bit / kBitsInNumber] |= std::uint64_t{1} << (bit % kBitsInNumber);
        continue;
      }
      for (std::string& word : lists[part]) {
        words.push_back({.word = std::move(word), .bit = static_cast<std::uint32_t>(bit)});
      }
    }
  }
  return words;
}

bool RuleSet::fits(std::size_t rule, const ReplyFacts& facts) const {
  if (!conditions_[rule].hold(facts)) return false;
  return rules_[rule].pattern.empty() || RE2::PartialMatch(facts.text, patterns_[rule].GetRE2(0));
}

const ReplyRule* RuleSet::find(const ReplyFacts& facts) const {
  if (rules_.empty()) return nullptr;
  Bits met = always_;
  words_.find(facts.text, met);
  for (std::size_t n = 0; n < numbers_in_part_; ++n) {
    for (std::uint64_t left = met[n] & met[numbers_in_part_ + n]; left != 0; left &= left - 1) {
      const std::size_t rule = n * kBitsInNumber + static_cast<std::size_t>(std::countr_zero(left));
      if (fits(rule, facts)) return &rules_[rule];
    }
  }
  return nullptr;
}

}  // namespace mailsonde::classify
