// SPDX-License-Identifier: Apache-2.0
#include "smtp/reply.hpp"

#include <fmt/format.h>

namespace mailsonde::smtp {
namespace {

constexpr std::string_view kCut = "...";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes one to three digits off the front of `text`.
std::optional<int> take_number(std::string_view& text) {
  constexpr std::size_t kMostDigits = 3;
  int number = 0;
  std::size_t used = 0;
  while (used < text.size() && is_digit(text[used])) {
    if (used == kMostDigits) return std::nullopt;
    number = number * 10 + (text[used++] - '0');
  }
  if (used == 0) return std::nullopt;
  text.remove_prefix(used);
  return number;
}

bool take_dot(std::string_view& text) {
  if (!text.starts_with('.')) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::string EnhancedCode::to_string() const { return fmt::format("{}.{}.{}", class_digit, subject, detail); }

std::string Reply::text() const {
  std::string result;
  for (const std::string& line : lines) {
    if (&line != &lines.front()) result += ' ';
    result += line;
    if (result.size() > kMaxKeptText) break;
  }
  if (result.size() > kMaxKeptText) {
    result.resize(kMaxKeptText - kCut.size());
    result += kCut;
  }
  return result;
}

std::string Reply::one_line() const {
  if (lines.empty()) return fmt::format("{:03}", code);
  std::string result;
  for (const std::string& line : lines) {
    const bool is_last = &line == &lines.back();
    result += fmt::format("{:03}", code);
    if (!is_last) {
      result += '-';
    } else if (!line.empty()) {
      result += ' ';
    }
    result += line;
    if (!is_last) result += "\\n";
  }
  return result;
}

std::optional<EnhancedCode> parse_enhanced_code(std::string_view text) {
  if (text.empty() || (text[0] != '2' && text[0] != '4' && text[0] != '5')) return std::nullopt;
  EnhancedCode result{.class_digit = text[0] - '0'};
  text.remove_prefix(1);
  if (!take_dot(text)) return std::nullopt;
  const auto subject = take_number(text);
  if (!subject || !take_dot(text)) return std::nullopt;
  const auto detail = take_number(text);
  if (!detail) return std::nullopt;
  if (!text.empty() && text[0] != ' ' && text[0] != '\t') return std::nullopt;
  result.subject = *subject;
  result.detail = *detail;
  return result;
}

}  // namespace mailsonde::smtp
