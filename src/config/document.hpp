// SPDX-License-Identifier: Apache-2.0
// Text -> TOML tree. The only place where the parser runs, and so the only one that meets its exceptions.
#pragma once

#include <toml++/toml.h>

#include <optional>
#include <string_view>

#include "config/problems.hpp"

namespace mailsonde::config {

inline constexpr std::size_t kMaxFileSize = std::size_t{4} << 20U;

// Refuses what is too large, not UTF-8 or nested too deep, then parses. Nothing: `problems` says why. The parser stops
// at the first syntax error.
[[nodiscard]] std::optional<toml::table> parse_document(std::string_view text, Problems& problems);

}  // namespace mailsonde::config
