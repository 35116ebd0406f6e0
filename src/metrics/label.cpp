// SPDX-License-Identifier: Apache-2.0
#include "metrics/label.hpp"

#include <algorithm>

#include "base/address.hpp"
#include "base/text.hpp"

namespace mailsonde::metrics {
namespace {

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// Underscores are no host name characters, but names with them are met and resolve.
bool is_host_name(std::string_view text) {
  constexpr std::size_t kLongestPiece = 63;
  for (const std::string_view piece : split(text, '.')) {
    if (piece.empty() || piece.size() > kLongestPiece) return false;
    if (!std::ranges::all_of(piece, [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_'; })) return false;
  }
  return true;
}

LabelValue overflow() { return {.text = std::string(kOther), .overflowed = true}; }

}  // namespace

LabelValue mx_label(std::string_view host) {
  if (IpAddress::parse(host)) return {.text = std::string(kOther)};
  if (host.size() > kLongestLabelValue || !is_host_name(host)) return overflow();
  return {.text = to_lower(host)};
}

LabelValue word_label(std::string_view word) {
  if (word.empty()) return {.text = "none"};
  const bool fits = word.size() <= kLongestLabelValue && std::ranges::all_of(word, [](char c) {
                      return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_';
                    });
  return fits ? LabelValue{.text = std::string(word)} : overflow();
}

LabelValue code_label(int code) {
  if (code < 200 || code > 599) return overflow();
  return {.text = std::to_string(code)};
}

}  // namespace mailsonde::metrics
