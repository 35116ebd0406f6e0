// SPDX-License-Identifier: Apache-2.0
#include "smtp/capabilities.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace mailsonde::smtp {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::size_t kMaxMechanismName = 20;  // RFC 4422 section 3.1

bool is_alnum(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

// The first word of `text`, which is taken off it.
std::string_view take_word(std::string_view& text, std::string_view ends = kBlanks) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  const std::string_view word = text.substr(0, text.find_first_of(ends));
  text.remove_prefix(word.size());
  return word;
}

std::string to_upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

// RFC 5321 4.1.1.1: ehlo-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-").
bool is_keyword(std::string_view word) {
  return !word.empty() && word[0] != '-' && std::ranges::all_of(word, [](char c) { return is_alnum(c) || c == '-'; });
}

bool is_mechanism(std::string_view word) {
  return !word.empty() && word.size() <= kMaxMechanismName &&
         std::ranges::all_of(word, [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
}

void add_once(std::vector<std::string>& list, std::string value, std::size_t limit) {
  if (list.size() < limit && std::ranges::find(list, value) == list.end()) list.push_back(std::move(value));
}

void add_mechanisms(Capabilities& capabilities, std::string_view words) {
  for (;;) {
    const std::string_view word = take_word(words);
    if (word.empty()) return;
    if (is_mechanism(word)) add_once(capabilities.auth_mechanisms, to_upper(word), kMaxAuthMechanisms);
  }
}

// RFC 1870: 0 means that no fixed limit is in force. Nonsense tells nothing either.
std::optional<std::uint64_t> parse_size(std::string_view words) {
  const std::string_view word = take_word(words);
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), size);
  if (error != std::errc{} || end != word.data() + word.size() || size == 0) return std::nullopt;
  return size;
}

}  // namespace

bool Capabilities::has(std::string_view keyword) const {
  return std::ranges::any_of(keywords, [&](const std::string& own) { return equals_ignoring_case(own, keyword); });
}

Capabilities parse_capabilities(const Reply& ehlo_reply) {
  Capabilities result;
  for (const std::string& line : ehlo_reply.lines) {
    std::string_view rest = line;
    if (&line == &ehlo_reply.lines.front()) {
      result.greeting_name = take_word(rest);
      continue;
    }
    // "AUTH=PLAIN LOGIN" is the form of a draft before RFC 4954; servers still send it beside the right one.
    const std::string keyword = to_upper(take_word(rest, " \t="));
    if (!is_keyword(keyword)) continue;
    const bool has_equals_sign = rest.starts_with('=');
    if (has_equals_sign && keyword != "AUTH") continue;
    if (has_equals_sign) rest.remove_prefix(1);
    add_once(result.keywords, keyword, kMaxCapabilities);
    if (keyword == "AUTH") add_mechanisms(result, rest);
    if (keyword == "SIZE") result.size = parse_size(rest);
  }
  return result;
}

}  // namespace mailsonde::smtp
