// SPDX-License-Identifier: Apache-2.0
// The conditions of a rule besides its pattern, taken apart once so that a reply is compared with numbers only.
#pragma once

#include <string_view>
#include <vector>

#include "classify/reply_facts.hpp"
#include "classify/reply_rules.hpp"

namespace mailsonde::classify {

// A value; its views are those of the rule.
class Conditions {
 public:
  explicit Conditions(const ReplyRule& rule);

  [[nodiscard]] bool hold(const ReplyFacts& facts) const;

 private:
  struct Range {
    int least;
    int most;
    [[nodiscard]] bool holds(int number) const { return least <= number && number <= most; }
  };

  [[nodiscard]] static Range range_of(std::string_view digits);

  StageSet stages_;
  std::vector<Range> codes_;     // one of them; none: any code
  std::vector<Range> enhanced_;  // class, subject and detail; none: any
  std::vector<std::string_view> providers_;
};

}  // namespace mailsonde::classify
