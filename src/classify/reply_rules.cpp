// SPDX-License-Identifier: Apache-2.0
#include "classify/reply_rules.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "base/assert.hpp"
#include "base/text.hpp"

namespace mailsonde::classify {
namespace {

// Latin-1 takes every byte as a character: a reply need not be UTF-8. The memory limit bounds the automaton that a
// hostile text can make RE2 build; over it RE2 is slower, but still linear.
RE2::Options regex_options() {
  constexpr std::int64_t kMaxMemory = 1 << 20;
  RE2::Options options;
  options.set_encoding(RE2::Options::EncodingLatin1);
  options.set_case_sensitive(false);
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(kMaxMemory);
  return options;
}

struct CompiledRule {
  const ReplyRule* rule;
  std::unique_ptr<const RE2> pattern;  // none: any text
};

bool differ_only_in_pattern(const ReplyRule& a, const ReplyRule& b) {
  return a.name == b.name && a.outcome == b.outcome && a.codes == b.codes && a.stages == b.stages &&
         a.retry == b.retry && a.enhanced == b.enhanced && a.providers == b.providers && !a.pattern.empty() &&
         !b.pattern.empty();
}

// Neighbours that differ only in their pattern become one automaton: fewer passes over the text.
void compile_table(std::span<const ReplyRule> table, std::vector<CompiledRule>& compiled) {
  while (!table.empty()) {
    const ReplyRule& first = table.front();
    std::string pattern;
    while (!table.empty() && (&table.front() == &first || differ_only_in_pattern(first, table.front()))) {
      if (!pattern.empty()) pattern += '|';
      pattern += table.front().pattern;
      table = table.subspan(1);
    }
    CompiledRule entry{.rule = &first, .pattern = nullptr};
    if (!pattern.empty()) entry.pattern = std::make_unique<const RE2>(pattern, regex_options());
    MAILSONDE_ASSERT(entry.pattern == nullptr || entry.pattern->ok());
    compiled.push_back(std::move(entry));
  }
}

std::vector<CompiledRule> compile_rules() {
  std::vector<CompiledRule> compiled;
  for (const auto table : {provider_rules(), wording_rules(), code_rules()}) compile_table(table, compiled);
  return compiled;
}

// Whether one of the blank-parted words of `list` satisfies `fits`; an empty list is no condition.
template <typename Fits>
bool any_word(std::string_view list, Fits fits) {
  return list.empty() || std::ranges::any_of(split(list, ' '), fits);
}

// "x" stands for any one character.
bool fits_enhanced(std::string_view wanted, std::string_view enhanced) {
  if (wanted.empty()) return true;
  return std::ranges::equal(wanted, enhanced, [](char w, char c) { return w == 'x' || w == c; });
}

bool fits_stage(StageSet wanted, std::optional<Stage> stage) {
  return wanted == kAnyStage || (stage && (wanted & in(*stage)) != 0);
}

bool fits(const CompiledRule& compiled, const ReplyFacts& facts) {
  const ReplyRule& rule = *compiled.rule;
  return any_word(rule.codes, [&](std::string_view code) { return facts.code.starts_with(code); }) &&
         fits_stage(rule.stages, facts.stage) && fits_enhanced(rule.enhanced, facts.enhanced) &&
         any_word(rule.providers, [&](std::string_view name) { return facts.provider == name; }) &&
         (compiled.pattern == nullptr || RE2::PartialMatch(facts.text, *compiled.pattern));
}

bool is_blank(char c) { return static_cast<unsigned char>(c) <= ' '; }

// Where a mail address ends on either side.
bool ends_address(char c) {
  return is_blank(c) || std::string_view("<>()[]{},;:\"'=/").find(c) != std::string_view::npos;
}

// The word that is being written to `text` is a mail address: take it back. Its brackets stay, so that "<>: rejected"
// keeps its form.
void drop_address(std::string& text, std::size_t word_start) {
  if (text.find('@', word_start) != std::string::npos) text.resize(word_start);
}

// Without the enhanced code at its front, if there is one.
std::string_view without_enhanced_code(std::string_view line) {
  if (!smtp::parse_enhanced_code(line)) return line;
  return line.substr(std::min(line.find_first_of(" \t"), line.size()));
}

// qmail and some filters write the enhanced code behind other words: "451 timeout (#4.4.2)", "550 cuda_nsu 5.1.1 ...".
std::string find_late_enhanced_code(std::string_view text, int code) {
  const char class_digit = static_cast<char>('0' + code / 100);
  constexpr std::string_view kEnds = " \t()#;,";
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find_first_of(kEnds));
    if (word.starts_with(class_digit) && smtp::parse_enhanced_code(word)) return std::string(word);
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
  return {};
}

}  // namespace

std::string searchable_text(const smtp::Reply& reply) {
  std::string text;
  for (const std::string& line : reply.lines) {
    if (text.size() >= kMaxSearchedText) break;
    if (!text.empty() && !text.ends_with(' ')) text += ' ';
    std::size_t word_start = text.size();
    const std::string_view words = without_enhanced_code(line);
    for (const char c : words.substr(0, kMaxSearchedText - text.size())) {
      if (!ends_address(c)) {
        text += c;
        continue;
      }
      drop_address(text, word_start);
      if (!is_blank(c)) {
        text += c;
      } else if (!text.empty() && !text.ends_with(' ')) {
        text += ' ';
      }
      word_start = text.size();
    }
    drop_address(text, word_start);
  }
  return text;
}

ReplyFacts facts_of(const smtp::Reply& reply, std::optional<Stage> stage, std::string_view provider) {
  ReplyFacts facts{.text = searchable_text(reply),
                   .code = fmt::format("{:03}", reply.code),
                   .enhanced = reply.enhanced ? reply.enhanced->to_string() : std::string(),
                   .stage = stage,
                   .provider = provider == "-" ? std::string() : to_lower(provider)};
  if (facts.enhanced.empty()) facts.enhanced = find_late_enhanced_code(facts.text, reply.code);
  return facts;
}

const ReplyRule* find_rule(const ReplyFacts& facts) {
  static const std::vector<CompiledRule> kRules = compile_rules();
  const auto found = std::ranges::find_if(kRules, [&](const CompiledRule& rule) { return fits(rule, facts); });
  return found == kRules.end() ? nullptr : found->rule;
}

}  // namespace mailsonde::classify
