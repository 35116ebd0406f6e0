// SPDX-License-Identifier: Apache-2.0
// Looks at a TOML text before the parser does, which has two weak sides (seen in toml++ 3.3.0). It bounds nested
// brackets but not the dots of a key, and frees its tree by recursion: "[a.a.a. ...]" over some megabytes would end the
// process. And it looks for each dotted key in a list of all of them, and for each [[section]] likewise: 4 MiB of them
// take 7 s, 50,000 half a second.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "config/problems.hpp"

namespace mailsonde::config {

inline constexpr std::size_t kMaxNesting = 32;     // our deepest key has four levels
inline constexpr std::size_t kMaxListed = 50'000;  // dots in keys, and [[sections]] that do not repeat the last one

struct Excess {
  Position at;
  std::string what;
};

// Where the text first goes over one of these bounds. Exact up
// to the first syntax error, which is as far as the parser reads too. Linear in the text, constant memory.
[[nodiscard]] std::optional<Excess> first_excess(std::string_view text);

}  // namespace mailsonde::config
