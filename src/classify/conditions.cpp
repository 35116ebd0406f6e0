// SPDX-License-Identifier: Apache-2.0
#include "classify/conditions.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/text.hpp"

namespace mailsonde::classify {
namespace {

constexpr std::size_t kCodeDigits = 3;

std::vector<std::string_view> words_of(std::string_view list) {
  return list.empty() ? std::vector<std::string_view>() : split(list, ' ');
}

}  // namespace

// "50x": 500 to 509; "x" alone: any number.
Conditions::Range Conditions::range_of(std::string_view digits) {
  if (digits == "x") return {.least = 0, .most = 999};
  Range range{.least = 0, .most = 0};
  for (const char c : digits) {
    range.least = range.least * 10 + (c == 'x' ? 0 : c - '0');
    range.most = range.most * 10 + (c == 'x' ? 9 : c - '0');
  }
  return range;
}

Conditions::Conditions(const ReplyRule& rule) : stages_(rule.stages), providers_(words_of(rule.providers)) {
  for (const std::string_view beginning : words_of(rule.codes)) {
    std::string digits(beginning);
    digits.resize(kCodeDigits, 'x');
    codes_.push_back(range_of(digits));
  }
  if (rule.enhanced.empty()) return;
  for (const std::string_view part : split(rule.enhanced, '.')) enhanced_.push_back(range_of(part));
  MAILSONDE_ASSERT(enhanced_.size() == 3);
}

bool Conditions::hold(const ReplyFacts& facts) const {
  const bool code =
      codes_.empty() || std::ranges::any_of(codes_, [&](const Range& range) { return range.holds(facts.code); });
  if (!code) return false;
  if (stages_ != kAnyStage && (!facts.stage || (stages_ & in(*facts.stage)) == 0)) return false;
  if (!providers_.empty() && std::ranges::find(providers_, facts.provider) == providers_.end()) return false;
  if (enhanced_.empty()) return true;
  return facts.enhanced && enhanced_[0].holds(facts.enhanced->class_digit) &&
         enhanced_[1].holds(facts.enhanced->subject) && enhanced_[2].holds(facts.enhanced->detail);
}

}  // namespace mailsonde::classify
