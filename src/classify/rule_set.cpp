// SPDX-License-Identifier: Apache-2.0
#include "classify/rule_set.hpp"

#include <utility>

#include "base/assert.hpp"
#include "config/pattern.hpp"

namespace mailsonde::classify {
namespace {

// One automaton for all patterns would remember every combination of what it has seen so far: several small ones need
// far fewer states. And a reply that an early one decides is not read by the later ones.
constexpr std::size_t kPatternsInPart = 100;

}  // namespace

RuleSet::RuleSet(std::vector<ReplyRule> rules) : rules_(std::move(rules)) {
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    conditions_.emplace_back(rules_[i]);
    if (rules_[i].pattern.empty()) {
      plain_.push_back(i);
    } else {
      add(i);
    }
  }
  for (const Part& part : parts_) MAILSONDE_ASSERT(part.patterns->Compile());
}

void RuleSet::add(std::size_t rule) {
  if (parts_.empty() || parts_.back().rules.size() == kPatternsInPart) {
    parts_.push_back({.patterns = std::make_unique<RE2::Set>(config::pattern_options(), RE2::UNANCHORED), .rules = {}});
  }
  Part& part = parts_.back();
  const std::string_view pattern = rules_[rule].pattern;
  const int index = part.patterns->Add(re2::StringPiece(pattern.data(), pattern.size()), nullptr);
  MAILSONDE_ASSERT(index == static_cast<int>(part.rules.size()));
  part.rules.push_back(rule);
}

const ReplyRule* RuleSet::find(const ReplyFacts& facts) const {
  std::size_t first = rules_.size();
  std::vector<int> matches;
  for (const Part& part : parts_) {
    if (part.rules.front() >= first) break;
    part.patterns->Match(facts.text, &matches);
    for (const int match : matches) {
      const std::size_t rule = part.rules[static_cast<std::size_t>(match)];
      if (rule < first && conditions_[rule].hold(facts)) first = rule;
    }
  }
  for (const std::size_t rule : plain_) {
    if (rule >= first) break;
    if (conditions_[rule].hold(facts)) first = rule;
  }
  return first == rules_.size() ? nullptr : &rules_[first];
}

}  // namespace mailsonde::classify
