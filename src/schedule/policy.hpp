// SPDX-License-Identifier: Apache-2.0
// What the agenda is told about politeness: [politeness] of the configuration, without its text.
#pragma once

#include <bitset>
#include <initializer_list>
#include <optional>

#include "base/outcome.hpp"
#include "schedule/budget.hpp"

namespace mailsonde::schedule {

using OutcomeSet = std::bitset<kOutcomeCount>;
[[nodiscard]] inline OutcomeSet outcome_set(std::initializer_list<Outcome> outcomes) {
  OutcomeSet set;
  for (const Outcome outcome : outcomes) set.set(static_cast<std::size_t>(outcome));
  return set;
}

struct Policy {
  std::optional<Rate> per_provider;  // none: no limit
  std::optional<Rate> per_mx;
  std::size_t per_mx_concurrency = 1;
  std::size_t max_in_flight = 1000;
  // Outcomes that speak about us and make us slow down.
  OutcomeSet backoff_on =
      outcome_set({Outcome::rate_limited, Outcome::server_overloaded, Outcome::reputation, Outcome::blocklisted});

  config::RequireIdentity require_identity = config::RequireIdentity::envelope;

  [[nodiscard]] bool is_about_us(Outcome outcome) const { return backoff_on.test(static_cast<std::size_t>(outcome)); }
  // An equal part of the rates for each of so many agendas, so that all together keep them.
  [[nodiscard]] Policy divided_by(std::size_t agendas) const;
  bool operator==(const Policy&) const = default;
};
[[nodiscard]] Policy policy_of(const config::Politeness& politeness);

}  // namespace mailsonde::schedule
