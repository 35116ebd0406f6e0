// SPDX-License-Identifier: Apache-2.0
#include "config/pattern.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace mailsonde::config {
namespace {

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

// RE2's reason in plain words. `where` is the part of the pattern that it complains about, in quotes.
std::string reason(RE2::ErrorCode code, const std::string& where) {
  switch (code) {
    case RE2::ErrorBadEscape:
      return fmt::format("has an unknown escape {}; a backslash itself is \\\\", where);
    case RE2::ErrorBadCharClass:
    case RE2::ErrorBadCharRange:
      return fmt::format("has a range of characters that is none: {}; the smaller one stands first, as in [a-z]",
                         where);
    case RE2::ErrorMissingBracket:
      return fmt::format("has a [ without its ]: {}; the character itself is \\[", where);
    case RE2::ErrorMissingParen:
      return "has a ( without its ); the character itself is \\(";
    case RE2::ErrorUnexpectedParen:
      return "has a ) without its (; the character itself is \\)";
    case RE2::ErrorTrailingBackslash:
      return "ends with a single backslash; the character itself is \\\\";
    case RE2::ErrorRepeatArgument:
      return fmt::format("repeats nothing: there is nothing before {}; the character itself is \\{}", where,
                         where.substr(1, 1));
    case RE2::ErrorRepeatSize:
      return fmt::format("repeats too often or backwards: {}; at most 1000 times, as in {{1,1000}}", where);
    case RE2::ErrorRepeatOp:
      return fmt::format("repeats a repetition: {}; put parentheses around the inner one", where);
    case RE2::ErrorBadPerlOp:
      return fmt::format("uses {}, which RE2 does not have (no look-around, no back-references)", where);
    case RE2::ErrorBadNamedCapture:
      return fmt::format("has a badly named group {}; plain parentheses do", where);
    case RE2::ErrorPatternTooLarge:
      return "is too large once its repetitions are written out; repeat less, as in {1,20}";
    default:
      return fmt::format("is not a regular expression as RE2 knows them, near {}", where);
  }
}

// Replies are searched without their line ends, so that a dot means every byte there is.
bool fits_every_text(const RE2& pattern) {
  std::string all;
  for (int byte = 1; byte < 256; ++byte) {
    if (byte == '\n') continue;
    const char c = static_cast<char>(byte);
    if (!RE2::PartialMatch(re2::StringPiece(&c, 1), pattern)) return false;
    all += c;
  }
  return RE2::PartialMatch(all, pattern);
}

}  // namespace

RE2::Options pattern_options() {
  RE2::Options options;
  options.set_encoding(RE2::Options::EncodingLatin1);
  options.set_case_sensitive(false);
  options.set_log_errors(false);
  return options;
}

std::string pattern_in_quotes(std::string_view pattern) {
  constexpr std::size_t kLongest = 64;
  std::vector<std::string> shown;
  for (const std::string_view words : split(pattern.substr(0, kLongest), '\\')) shown.push_back(printable(words));
  return fmt::format("\"{}{}\"", join(shown, "\\"), pattern.size() > kLongest ? "..." : "");
}

std::expected<std::size_t, std::string> measure_pattern(std::string_view pattern) {
  if (pattern.empty()) return std::unexpected("is empty and would fit every reply; leave the key out instead");
  if (pattern.size() > kMaxPatternLength) {
    return std::unexpected(fmt::format("is longer than {} bytes", kMaxPatternLength));
  }
  const RE2 compiled(piece(pattern), pattern_options());
  if (!compiled.ok()) {
    return std::unexpected(reason(compiled.error_code(), pattern_in_quotes(compiled.error_arg())));
  }
  const auto size = static_cast<std::size_t>(compiled.ProgramSize());
  if (size > kMaxPatternSize) return std::unexpected(reason(RE2::ErrorPatternTooLarge, ""));
  if (fits_every_text(compiled)) {
    return std::unexpected(
        "fits every text and would decide every reply; write words that only this cause has, or leave the key out");
  }
  return size;
}

}  // namespace mailsonde::config
