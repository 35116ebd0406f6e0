// SPDX-License-Identifier: Apache-2.0
#include "config/reply_rules.hpp"

#include <fmt/format.h>

#include <array>

#include "base/text.hpp"
#include "config/pattern.hpp"
#include "config/syntax.hpp"

namespace mailsonde::config {
namespace {

constexpr std::array kRetries{Retry::yes, Retry::slow, Retry::later, Retry::no};

// The names of values, for Table::choice.
template <typename Values>
std::vector<std::string_view> names_of(const Values& values) {
  std::vector<std::string_view> names;
  for (const auto value : values) names.push_back(to_string(value));
  return names;
}

std::optional<Stage> read_stage(Table& table) {
  const auto index = table.choice("stage", names_of(kStages));
  if (!index) return std::nullopt;
  return kStages[*index];
}

std::optional<Retry> read_retry(Table& table) {
  const auto index = table.choice("retry", names_of(kRetries));
  if (!index) return std::nullopt;
  return kRetries[*index];
}

std::string ok_mistake(std::string_view outcome) {
  return outcome == to_string(Outcome::ok) ? "is no outcome of a refusal, and rules are asked about 4xx and 5xx only"
                                           : "";
}

Outcome read_outcome(Table& table) {
  table.require("outcome");
  const auto word = table.text("outcome", ok_mistake);
  if (!word) return Outcome::unclassified;
  const auto outcome = outcome_from_string(*word);
  if (outcome) return *outcome;
  const auto outcomes = all_outcomes();
  table.problem("outcome", unknown_word(*word, "outcome", names_of(std::span(outcomes).subspan(1))));  // without ok
  return Outcome::unclassified;
}

// `sizes` is what all patterns so far take.
std::string read_pattern(Table& table, std::size_t& sizes) {
  const auto pattern = table.text("pattern");
  if (!pattern) return {};
  const auto size = measure_pattern(*pattern);
  if (!size) {
    table.problem("pattern", fmt::format("{} {}", pattern_in_quotes(*pattern), size.error()));
    return {};
  }
  sizes += *size;
  if (sizes > kMaxPatternSizes && sizes - *size <= kMaxPatternSizes) {
    table.problem("pattern", "the patterns of all rules up to this one are too large together; write them shorter");
  }
  return *pattern;
}

ReplyRule read_rule(Table& table, std::size_t number, std::size_t& sizes) {
  ReplyRule rule;
  rule.position = table.position();
  rule.name = table.text("name", label_mistake).value_or(fmt::format("rule {} of the file", number));
  rule.pattern = read_pattern(table, sizes);
  rule.code = table.text("code", code_mistake).value_or("");
  rule.enhanced_code = table.text("enhanced_code", enhanced_code_mistake).value_or("");
  constexpr std::array<std::string_view, 3> kConditions{"pattern", "code", "enhanced_code"};
  table.require_one_of(kConditions);
  rule.stage = read_stage(table);
  rule.provider = to_lower(table.text("provider", label_mistake).value_or(""));
  rule.outcome = read_outcome(table);
  rule.retry = read_retry(table);
  table.finish();
  return rule;
}

}  // namespace

std::vector<ReplyRule> read_reply_rules(std::optional<Table> classify, Problems& problems) {
  std::vector<ReplyRule> rules;
  if (!classify) return rules;
  std::size_t sizes = 0;
  for (Table& table : classify->tables("rules")) {
    if (rules.size() == kMaxReplyRules) {
      problems.add(table.position(), fmt::format("more than {} [[classify.rules]]", kMaxReplyRules));
      break;
    }
    rules.push_back(read_rule(table, rules.size() + 1, sizes));
    if (problems.full()) break;
  }
  classify->finish();
  return rules;
}

}  // namespace mailsonde::config
