// SPDX-License-Identifier: Apache-2.0
// What is left of the classifier when its wordings have never met the replies that they are asked about.
//
// The replies are parted into fifths, those that nearly say the same into the same one. A fifth is judged by the rules
// that some other reply supports: a wording stays if it decides a reply outside the fifth; so do rules without words,
// which stand for registered codes, and wordings that decide no labelled reply at all. A wording's own example is no
// support, since it may have been written from the very reply that is left out.
//
// The figure flatters all the same: a wording that stays was made broad by somebody who had read what it now finds.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "classify/rule_set.hpp"
#include "labelled_rows.hpp"

namespace mailsonde::bench {

// What decided, from strong to weak.
enum class Step : std::uint8_t { wording, word, code, first_digit };
inline constexpr std::array<std::string_view, 4> kStepNames{"wordings", "single words", "codes", "first digit"};

struct LeftOut {
  Scores scores;
  std::array<int, kStepNames.size()> decided{};
  std::array<int, kStepNames.size()> right{};
  std::vector<std::string> misses;
};

// `rows` are judged; `others` only support wordings.
[[nodiscard]] LeftOut judge_left_out(const std::vector<Row>& rows, const std::vector<Row>& others,
                                     const classify::RuleSet& rules);

}  // namespace mailsonde::bench
