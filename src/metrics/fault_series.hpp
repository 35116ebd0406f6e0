// SPDX-License-Identifier: Apache-2.0
// mailsonde_fault_suspected: whose fault the failures are, by the diagnosis.
#pragma once

#include <prometheus/counter.h>

#include <array>
#include <map>
#include <mutex>
#include <span>
#include <string>

#include "diagnose/diagnose.hpp"
#include "metrics/exposition.hpp"

namespace mailsonde::metrics {

// Subjects of one scope; those beyond become `other` and are counted as overflow.
inline constexpr std::size_t kMostSubjects = 1000;

// The subjects that stand at 0 before they are suspected. Those of egress, ip_family and `all` always do.
struct FaultSubjects {
  std::span<const std::string> resolvers;
  std::span<const std::string> sources;
};

// Thread-safe.
class FaultSeries {
 public:
  // `overflow` counts samples that became `other`; it must outlive this.
  explicit FaultSeries(prometheus::Counter& overflow);

  // The configured ones; series of other resolvers and sources end.
  void configure(const FaultSubjects& subjects);

  // 1 for these faults, 0 for all other subjects. Each provider of `providers` stands at 0 at least. What was suspected
  // once stays at 0, so that alerts see the end.
  void show(std::span<const diagnose::Fault> faults, std::span<const std::string> providers);

  void render(Exposition& out) const;

 private:
  using Subjects = std::map<std::string, bool, std::less<>>;  // suspected or not

  Subjects& subjects_of(diagnose::Scope scope) { return scopes_[static_cast<std::size_t>(scope)]; }
  bool& place_of(diagnose::Scope scope, const std::string& subject);

  prometheus::Counter& overflow_;
  mutable std::mutex mutex_;  // guards scopes_
  std::array<Subjects, diagnose::kScopeCount> scopes_;
};

}  // namespace mailsonde::metrics
