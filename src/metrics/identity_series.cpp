// SPDX-License-Identifier: Apache-2.0
#include "metrics/identity_series.hpp"

namespace mailsonde::metrics {

void IdentitySeries::show(std::span<const identity::SourceReport> reports) {
  const std::lock_guard lock(mutex_);
  checks_.clear();
  for (const identity::SourceReport& report : reports) {
    for (const identity::Check check : identity::kChecks) {
      const identity::Verdict verdict = report.verdict_of(check).verdict;
      if (verdict == identity::Verdict::unknown) continue;
      checks_.emplace(std::pair(check, report.source), verdict == identity::Verdict::ok);
    }
  }
}

// Subjects are names of the configuration, so they need no bound.
void IdentitySeries::render(Exposition& out) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [place, ok] : checks_) {
    const auto& [check, source] = place;
    out.add(Id::identity_check_ok, {{"check", std::string(to_string(check))}, {"subject", source}}, ok ? 1 : 0);
  }
}

}  // namespace mailsonde::metrics
