// SPDX-License-Identifier: Apache-2.0
// A list of rules made ready to match. A reply is read once for the words that the patterns need; then only the few
// patterns whose words it has are searched, in their order, until one fits. Automata for all patterns would search for
// them at once, but their states outgrow the caches: that took twice as long.
#pragma once

#include <re2/filtered_re2.h>

#include <vector>

#include "classify/conditions.hpp"
#include "classify/reply_facts.hpp"
#include "classify/reply_rules.hpp"
#include "classify/word_finder.hpp"

namespace mailsonde::classify {

// Immutable; find() may be called by several threads at once.
class RuleSet {
 public:
  // Every pattern compiles (asserted): those of the tables are tested, those of the configuration were checked there.
  // Takes some 50 ms for the tables, with the help of a second thread.
  explicit RuleSet(std::vector<ReplyRule> rules);

  // The first rule that fits, or nullptr; valid as long as the set. Linear in the length of the text, whatever its
  // bytes: the memory of each pattern is bounded, and a text that outgrows it is only slower.
  [[nodiscard]] const ReplyRule* find(const ReplyFacts& facts) const;

  [[nodiscard]] const std::vector<ReplyRule>& rules() const { return rules_; }

 private:
  [[nodiscard]] std::vector<MarkedWord> words_of_patterns();
  [[nodiscard]] bool fits(std::size_t rule, const ReplyFacts& facts) const;

  std::vector<ReplyRule> rules_;
  std::vector<Conditions> conditions_;      // of each rule
  std::vector<re2::FilteredRE2> patterns_;  // of each rule; without a pattern, an empty one
  // A bit for each rule in each of kMostLists parts: the n-th list of words that it needs is met.
  std::size_t numbers_in_part_;
  Bits always_;  // bits that need no word
  WordFinder words_;
};

}  // namespace mailsonde::classify
