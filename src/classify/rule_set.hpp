// SPDX-License-Identifier: Apache-2.0
// A list of rules made ready to match. All patterns are one automaton (RE2::Set), so that a reply is read once, however
// many rules there are.
#pragma once

#include <re2/set.h>

#include <memory>
#include <vector>

#include "classify/conditions.hpp"
#include "classify/reply_facts.hpp"
#include "classify/reply_rules.hpp"

namespace mailsonde::classify {

// Immutable; find() may be called by several threads at once.
class RuleSet {
 public:
  // Every pattern compiles (asserted): those of the tables are tested, those of the configuration were checked there.
  explicit RuleSet(std::vector<ReplyRule> rules);

  // The first rule that fits, or nullptr; valid as long as the set. Linear in the length of the text, whatever its
  // bytes: the automaton's memory is bounded, and a text that outgrows it is only slower.
  [[nodiscard]] const ReplyRule* find(const ReplyFacts& facts) const;

  [[nodiscard]] const std::vector<ReplyRule>& rules() const { return rules_; }

 private:
  // Some of the patterns as one automaton.
  struct Part {
    std::unique_ptr<RE2::Set> patterns;
    std::vector<std::size_t> rules;  // of each pattern, ascending
  };

  void add(std::size_t rule);

  std::vector<ReplyRule> rules_;
  std::vector<Conditions> conditions_;  // of each rule
  std::vector<Part> parts_;
  std::vector<std::size_t> plain_;  // rules without a pattern, ascending
};

}  // namespace mailsonde::classify
