// SPDX-License-Identifier: Apache-2.0
// One server reply as a value (RFC 5321 section 4.2): three-digit code, optional enhanced code (RFC 3463), text lines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mailsonde::smtp {

// RFC 3463 section 2: class 2, 4 or 5; subject and detail at most three digits.
struct EnhancedCode {
  int class_digit = 0;
  int subject = 0;
  int detail = 0;
  [[nodiscard]] std::string to_string() const;  // "4.7.1"
  auto operator<=>(const EnhancedCode&) const = default;
};

struct Reply {
  int code = 0;                          // 200..599
  std::optional<EnhancedCode> enhanced;  // of the first line, only if its class is the code's first digit
  std::vector<std::string> lines;        // raw bytes of each line, without code, separator and line end
  std::vector<std::string> breaches;     // what of RFC 5321 it broke and was accepted anyway, e.g. "bare LF"

  // The lines joined by a blank, enhanced code included as sent; at most kMaxKeptText bytes, then cut with "...".
  [[nodiscard]] std::string text() const;
  // "451 4.7.1 Greylisted" as one line; a multi-line reply with its codes joined by the two characters \n, as the
  // reply corpus and `mailsonde explain` write it.
  [[nodiscard]] std::string one_line() const;

  [[nodiscard]] bool is_positive() const { return code >= 200 && code < 400; }
  [[nodiscard]] bool is_transient() const { return code >= 400 && code < 500; }
  [[nodiscard]] bool is_permanent() const { return code >= 500; }
  bool operator==(const Reply&) const = default;
};

inline constexpr std::size_t kMaxKeptText = 1024;  // hostile-cases section 2

// Enhanced code at the start of `text`, followed by a blank or the end; nothing if out of range.
[[nodiscard]] std::optional<EnhancedCode> parse_enhanced_code(std::string_view text);

}  // namespace mailsonde::smtp
