// SPDX-License-Identifier: Apache-2.0
#include "metrics/fault_series.hpp"

#include <algorithm>

#include "metrics/label.hpp"

namespace mailsonde::metrics {

using FaultScope = diagnose::Scope;

FaultSeries::FaultSeries(prometheus::Counter& overflow) : overflow_(overflow) {
  for (const auto subject : {diagnose::kPort25, diagnose::kNetwork})
    subjects_of(FaultScope::egress).emplace(subject, false);
  for (const Family family : {Family::ipv4, Family::ipv6}) {
    subjects_of(FaultScope::ip_family).emplace(to_string(family), false);
  }
  subjects_of(FaultScope::prober).emplace(diagnose::kEverywhere, false);
}

void FaultSeries::configure(const FaultSubjects& subjects) {
  const std::lock_guard lock(mutex_);
  const auto keep = [](Subjects& known, std::span<const std::string> wanted) {
    std::erase_if(known, [&](const auto& one) { return std::ranges::find(wanted, one.first) == wanted.end(); });
    for (const std::string& subject : wanted) known.try_emplace(subject, false);
  };
  keep(subjects_of(FaultScope::resolver), subjects.resolvers);
  keep(subjects_of(FaultScope::source), subjects.sources);
}

void FaultSeries::show(std::span<const diagnose::Fault> faults, std::span<const std::string> providers) {
  const std::lock_guard lock(mutex_);
  for (Subjects& subjects : scopes_) {
    for (auto& [subject, suspected] : subjects) suspected = false;
  }
  for (const std::string& provider : providers) place_of(FaultScope::provider, provider);
  for (const diagnose::Fault& fault : faults) {
    // What a reload has just taken away does not come back by a verdict that was on its way.
    const bool is_configured = fault.scope == FaultScope::resolver || fault.scope == FaultScope::source;
    if (is_configured && !subjects_of(fault.scope).contains(fault.subject)) continue;
    place_of(fault.scope, fault.subject) = true;
  }
}

// Only names of MX hosts come from the network; the others are the configuration's.
bool& FaultSeries::place_of(FaultScope scope, const std::string& subject) {
  Subjects& subjects = subjects_of(scope);
  LabelValue label = scope == FaultScope::mx_host ? mx_label(subject) : LabelValue{.text = subject};
  const bool is_one_too_many = !subjects.contains(label.text) && subjects.size() >= kMostSubjects;
  if (is_one_too_many) label = {.text = std::string(kOther), .overflowed = true};
  if (label.overflowed) overflow_.Increment();
  return subjects.try_emplace(std::move(label.text), false).first->second;
}

void FaultSeries::render(Exposition& out) const {
  const std::lock_guard lock(mutex_);
  for (std::size_t scope = 0; scope < scopes_.size(); ++scope) {
    const std::string name(to_string(static_cast<FaultScope>(scope)));
    for (const auto& [subject, suspected] : scopes_[scope]) {
      out.add(Id::fault_suspected, {{"scope", name}, {"subject", subject}}, suspected ? 1 : 0);
    }
  }
}

}  // namespace mailsonde::metrics
