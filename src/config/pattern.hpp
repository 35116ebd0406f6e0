// SPDX-License-Identifier: Apache-2.0
// Patterns that users write about replies. They run on what strangers send, so everything about them is bounded here,
// before any reply meets them.
#pragma once

#include <re2/re2.h>

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace mailsonde::config {

inline constexpr std::size_t kMaxPatternLength = 1000;
// Of one compiled pattern and of all patterns of a file, in RE2 instructions: about one a character, times what
// counted repetitions multiply. It bounds the work for a reply, and the memory of the automata.
inline constexpr std::size_t kMaxPatternSize = 5'000;
inline constexpr std::size_t kMaxPatternSizes = 50'000;

// How replies are searched: Latin-1 takes any byte as a character, since a reply need not be UTF-8; case is ignored.
// The memory bound is RE2's default, 8 MiB: a text that makes an automaton outgrow it is searched slower, still in
// linear time.
[[nodiscard]] RE2::Options pattern_options();

// The compiled size of a pattern under these options, found anywhere. Otherwise what is wrong, as the rest of a
// sentence that begins with the pattern. Pure.
[[nodiscard]] std::expected<std::size_t, std::string> measure_pattern(std::string_view pattern);

// A pattern as a message shows it: bounded and printable, but with its backslashes as they stand in the file.
[[nodiscard]] std::string pattern_in_quotes(std::string_view pattern);

}  // namespace mailsonde::config
