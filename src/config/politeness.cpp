// SPDX-License-Identifier: Apache-2.0
#include "config/politeness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "config/syntax.hpp"

namespace mailsonde::config {
namespace {

constexpr std::string_view kNoRate = "none";
constexpr std::uint32_t kMostCount = 100'000;
constexpr std::array<std::string_view, 3> kIdentityWords{"envelope", "always", "never"};  // as RequireIdentity

std::string rate_mistake(std::string_view text) {
  if (text == kNoRate || parse_rate(text)) return {};
  return fmt::format("is not a rate such as \"12/min\" (1 to {} per s, min or h), nor \"none\"", kMostCount);
}

// `otherwise` where the file says nothing.
std::optional<Rate> read_rate(Table& table, std::string_view key, std::optional<Rate> otherwise) {
  const auto text = table.text(key, rate_mistake);
  return text ? parse_rate(*text) : otherwise;
}

std::vector<std::string_view> names_of_failures() {
  std::vector<std::string_view> names;
  for (const Outcome outcome : all_outcomes()) {
    if (outcome != Outcome::ok) names.push_back(to_string(outcome));
  }
  return names;
}

std::vector<Outcome> read_outcomes(const std::vector<Table::Item>& items, Problems& problems) {
  std::vector<Outcome> outcomes;
  for (const Table::Item& item : items) {
    const auto outcome = outcome_from_string(item.value);
    if (!outcome || *outcome == Outcome::ok) {
      problems.add(item.at, "backoff_on: " + unknown_word(item.value, "outcome of a failure", names_of_failures()));
    } else if (std::ranges::find(outcomes, *outcome) != outcomes.end()) {
      problems.add(item.at, fmt::format("backoff_on: {} stands there twice", in_quotes(item.value)));
    } else {
      outcomes.push_back(*outcome);
    }
  }
  return outcomes;
}

}  // namespace

std::optional<Rate> parse_rate(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, Duration>, 3> kUnits{{{"s", 1s}, {"min", 1min}, {"h", 1h}}};
  Rate rate;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rate.count);
  if (error != std::errc() || rate.count == 0 || rate.count > kMostCount) return std::nullopt;
  const std::string_view rest = text.substr(static_cast<std::size_t>(end - text.data()));
  if (!rest.starts_with('/')) return std::nullopt;
  const auto unit = std::ranges::find(kUnits, rest.substr(1), &decltype(kUnits)::value_type::first);
  if (unit == kUnits.end()) return std::nullopt;
  rate.per = unit->second;
  return rate;
}

Politeness read_politeness(std::optional<Table> table, Problems& problems) {
  Politeness politeness;
  if (!table) return politeness;
  politeness.per_mx_concurrency =
      table->integer("per_mx_concurrency", {1, 100}).value_or(politeness.per_mx_concurrency);
  politeness.max_probes_in_flight =
      table->integer("max_probes_in_flight", {1, 100'000}).value_or(politeness.max_probes_in_flight);
  politeness.per_provider_rate = read_rate(*table, "per_provider_rate", politeness.per_provider_rate);
  politeness.per_mx_rate = read_rate(*table, "per_mx_rate", politeness.per_mx_rate);
  if (const auto items = table->texts("backoff_on", Table::Least::none))
    politeness.backoff_on = read_outcomes(*items, problems);
  if (const auto word = table->choice("require_identity", kIdentityWords))
    politeness.require_identity = static_cast<RequireIdentity>(*word);
  table->finish();
  return politeness;
}

}  // namespace mailsonde::config
