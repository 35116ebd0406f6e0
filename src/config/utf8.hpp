// SPDX-License-Identifier: Apache-2.0
// Whether a text is UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mailsonde::config {

// The 1-based line of the first byte that is not; nothing if the whole text is UTF-8.
[[nodiscard]] std::optional<std::uint32_t> first_line_not_utf8(std::string_view text);

}  // namespace mailsonde::config
