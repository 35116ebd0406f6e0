// SPDX-License-Identifier: Apache-2.0
// Looks at a TOML text before the parser does. The parser bounds nested brackets but not dotted keys, and builds and
// frees a tree by recursion: "[a.a.a. ...]" over some megabytes would end the process by stack overflow.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "config/problems.hpp"

namespace mailsonde::config {

inline constexpr std::size_t kMaxNesting = 32;  // our deepest key has four levels

// Where brackets or the dots of one key first go deeper than kMaxNesting. Exact up to the first syntax error, which is
// as far as the parser reads too. Linear in the text, constant memory.
[[nodiscard]] std::optional<Position> first_too_deep(std::string_view text);

}  // namespace mailsonde::config
