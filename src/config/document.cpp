// SPDX-License-Identifier: Apache-2.0
#include "config/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "config/bounds.hpp"
#include "config/utf8.hpp"

namespace mailsonde::config {
namespace {

// Words in whose neighbourhood the parser's excerpts ("saw 'x'", "'123' is not representable") may be a secret.
constexpr std::array<std::string_view, 4> kSecretWords{"pass", "token", "secret", "bearer"};

bool names_a_secret(std::string_view line) {
  const std::string lower = to_lower(line);
  return std::ranges::any_of(kSecretWords, [&](std::string_view word) { return lower.contains(word); });
}

// Whether the statement around a line does: a value may begin lines before the error in it.
bool near_a_secret(std::string_view text, std::uint32_t line_number) {
  const auto lines = split(text, '\n');
  std::size_t line = std::min<std::size_t>(line_number, lines.size());
  while (line > 0) {
    const std::string_view current = lines[--line];
    if (names_a_secret(current)) return true;
    if (current.contains('=')) return false;
  }
  return false;
}

// The parser's own words are "Error while parsing WHAT: WHY"; control characters in them are escaped already.
std::string describe(const toml::parse_error& error, std::string_view text) {
  if (near_a_secret(text, error.source().begin.line)) {
    return "not valid TOML (what was read is not shown, since it may be a secret); strings stand in quotes";
  }
  std::string_view why = error.description();
  constexpr std::string_view kOpening = "Error while parsing ";
  if (why.starts_with(kOpening)) why.remove_prefix(kOpening.size());
  constexpr std::size_t kLongest = 256;
  return fmt::format("not valid TOML: {}", why.size() > kLongest ? printable(why, kLongest) : why);
}

}  // namespace

std::optional<toml::table> parse_document(std::string_view text, Problems& problems) {
  if (text.size() > kMaxFileSize) {
    problems.add({}, fmt::format("is larger than {} MiB", kMaxFileSize >> 20U));
    return std::nullopt;
  }
  if (const auto line = first_line_not_utf8(text)) {
    problems.add({}, fmt::format("is not UTF-8 (line {})", *line));
    return std::nullopt;
  }
  if (auto excess = first_excess(text)) {
    problems.add(excess->at, std::move(excess->what));
    return std::nullopt;
  }
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    problems.add({at.line, at.column}, describe(error, text));
    return std::nullopt;
  }
}

}  // namespace mailsonde::config
