// SPDX-License-Identifier: Apache-2.0
#include "classify/reply_facts.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "classify/provider.hpp"

namespace mailsonde::classify {
namespace {

bool is_blank(char c) { return static_cast<unsigned char>(c) <= ' '; }

// Where a mail address ends on either side.
constexpr std::array<bool, 256> kEndsAddress = [] {
  std::array<bool, 256> ends{};
  for (std::size_t blank = 0; blank <= ' '; ++blank) ends[blank] = true;
  for (const char c : std::string_view("<>()[]{},;:\"'=/")) ends[static_cast<unsigned char>(c)] = true;
  return ends;
}();
bool ends_address(char c) { return kEndsAddress[static_cast<unsigned char>(c)]; }

// Without the enhanced code at its front, if there is one.
std::string_view without_enhanced_code(std::string_view line) {
  if (!smtp::parse_enhanced_code(line)) return line;
  return line.substr(std::min(line.find_first_of(" \t"), line.size()));
}

// qmail and some filters write the enhanced code behind other words: "451 timeout (#4.4.2)", "550 cuda_nsu 5.1.1 ...".
std::optional<smtp::EnhancedCode> find_late_enhanced_code(std::string_view text, int code) {
  const char class_digit = static_cast<char>('0' + code / 100);
  constexpr std::string_view kEnds = " \t()#;,";
  for (std::size_t at = text.find(class_digit); at != std::string_view::npos; at = text.find(class_digit, at + 1)) {
    if (at > 0 && !kEnds.contains(text[at - 1])) continue;
    const std::string_view word = text.substr(at, text.find_first_of(kEnds, at) - at);
    if (const auto enhanced = smtp::parse_enhanced_code(word)) return enhanced;
  }
  return std::nullopt;
}

// Mail addresses are left out; their brackets stay, so that "<>: rejected" keeps its form.
void append_searchable(std::string& text, std::string_view line) {
  if (!text.empty() && !text.ends_with(' ')) text += ' ';
  std::string_view rest = without_enhanced_code(line).substr(0, kMaxSearchedText - text.size());
  while (!rest.empty()) {
    const auto end = static_cast<std::size_t>(std::ranges::find_if(rest, ends_address) - rest.begin());
    const std::string_view word = rest.substr(0, end);
    if (!word.contains('@')) text += word;
    if (end == rest.size()) return;
    const char c = is_blank(rest[end]) ? ' ' : rest[end];
    if (c != ' ' || (!text.empty() && !text.ends_with(' '))) text += c;
    rest.remove_prefix(end + 1);
  }
}

}  // namespace

std::string searchable_text(const smtp::Reply& reply) {
  std::string text;
  for (const std::string& line : reply.lines) {
    if (text.size() >= kMaxSearchedText) break;
    append_searchable(text, line);
  }
  return text;
}

ReplyFacts facts_of(const smtp::Reply& reply, std::optional<Stage> stage, std::string_view provider) {
  ReplyFacts facts{.text = searchable_text(reply),
                   .code = reply.code,
                   .enhanced = reply.enhanced,
                   .stage = stage,
                   .provider = provider == "-" ? std::string() : std::string(canonical_provider(to_lower(provider)))};
  if (!facts.enhanced) facts.enhanced = find_late_enhanced_code(facts.text, reply.code);
  return facts;
}

}  // namespace mailsonde::classify
