// SPDX-License-Identifier: Apache-2.0
#include "config/utf8.hpp"

#include <algorithm>
#include <array>

namespace mailsonde::config {
namespace {

// One row of the table in RFC 3629 section 4: the first byte's range, the second's, the length.
struct Form {
  unsigned first_low, first_high, second_low, second_high;
  std::size_t length;
};
constexpr std::array kForms{
    Form{0x00, 0x7F, 0, 0, 1},       Form{0xC2, 0xDF, 0x80, 0xBF, 2}, Form{0xE0, 0xE0, 0xA0, 0xBF, 3},
    Form{0xE1, 0xEC, 0x80, 0xBF, 3}, Form{0xED, 0xED, 0x80, 0x9F, 3}, Form{0xEE, 0xEF, 0x80, 0xBF, 3},
    Form{0xF0, 0xF0, 0x90, 0xBF, 4}, Form{0xF1, 0xF3, 0x80, 0xBF, 4}, Form{0xF4, 0xF4, 0x80, 0x8F, 4}};

bool within(char byte, unsigned low, unsigned high) {
  const unsigned value = static_cast<unsigned char>(byte);
  return low <= value && value <= high;
}

// Bytes of the character at the start of `text`; 0 if there is none.
std::size_t length_of_first(std::string_view text) {
  const auto matches = [&](const Form& form) { return within(text.front(), form.first_low, form.first_high); };
  const auto* const form = std::ranges::find_if(kForms, matches);
  if (form == kForms.end() || text.size() < form->length) return 0;
  if (form->length == 1) return 1;
  if (!within(text[1], form->second_low, form->second_high)) return 0;
  const auto continues = [](char byte) { return within(byte, 0x80, 0xBF); };
  return std::ranges::all_of(text.substr(2, form->length - 2), continues) ? form->length : 0;
}

}  // namespace

std::optional<std::uint32_t> first_line_not_utf8(std::string_view text) {
  std::uint32_t line = 1;
  while (!text.empty()) {
    const std::size_t length = length_of_first(text);
    if (length == 0) return line;
    if (text.front() == '\n') ++line;
    text.remove_prefix(length);
  }
  return std::nullopt;
}

}  // namespace mailsonde::config
