// SPDX-License-Identifier: Apache-2.0
// A verdict in words, as `check` and `explain` both print it. Pure.
#pragma once

#include <string>
#include <string_view>

#include "classify/classify.hpp"

namespace mailsonde::cli {

// One line "  label        text", broken at blanks within 100 columns.
[[nodiscard]] std::string labelled(std::string_view label, std::string_view text);

// Whose side it is, in words.
[[nodiscard]] std::string_view side_in_words(Fault fault);

// Whose side, whether and when to retry, what to do next, which rule decided, where to read more: a line or more each,
// the last with a line end.
[[nodiscard]] std::string advice_lines(const classify::Verdict& verdict);

}  // namespace mailsonde::cli
