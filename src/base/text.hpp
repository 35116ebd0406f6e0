// SPDX-License-Identifier: Apache-2.0
// Text helpers for bytes that strangers send: case, trimming, making them safe to show, suggestions for typing errors.
// All are pure, take any bytes and know nothing of locales.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mailsonde {

// ASCII only, as SMTP and DNS compare names.
[[nodiscard]] std::string to_lower(std::string_view text);
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);
[[nodiscard]] bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);

// Without spaces, tabs, CR and LF at both ends.
[[nodiscard]] std::string_view trim(std::string_view text);

// Pieces between separators; an empty text is one empty piece.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
[[nodiscard]] std::string join(std::span<const std::string> pieces, std::string_view separator);

// Bytes outside printable ASCII and the backslash as \xNN, so that a log, transcript or terminal cannot be fooled.
// Longer than `limit` bytes is cut and marked with "...".
[[nodiscard]] std::string printable(std::string_view bytes, std::size_t limit = 1024);

// The candidate closest to `word`, if it is close enough to be a typing error; else empty. Views into `candidates`.
[[nodiscard]] std::string_view closest(std::string_view word, std::span<const std::string_view> candidates);

// Standard alphabet with padding (RFC 4648 section 4).
[[nodiscard]] std::string base64_encode(std::string_view bytes);

}  // namespace mailsonde
