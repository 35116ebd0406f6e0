// SPDX-License-Identifier: Apache-2.0
// The diagnosis at work in the daemon: it listens to probes and look-ups, and when asked says whose fault the failures
// are, in metrics and log.
#pragma once

#include <memory>
#include <vector>

#include "config/config.hpp"
#include "diagnose/diagnose.hpp"
#include "diagnose/last_round.hpp"
#include "diagnose/resolver_window.hpp"
#include "dns/observer.hpp"
#include "metrics/metrics.hpp"
#include "schedule/observer.hpp"

namespace mailsonde::cli {

// Thread-safe, but for evaluate(). Outlives the schedule, the resolvers and every observer that watch() returned.
class Diagnosis : public schedule::Observer, public dns::Observer {
 public:
  // How often evaluate() is meant to be called: a verdict is no older than a usual scrape interval.
  static constexpr Duration kPeriod = std::chrono::seconds(15);

  // `metrics` outlives this.
  explicit Diagnosis(metrics::Metrics& metrics) : metrics_(metrics) {}

  [[nodiscard]] std::unique_ptr<schedule::TargetObserver> watch(const config::Target& target) override;
  void lagged(Duration /*lag*/) override {}
  void lookup_finished(const dns::FinishedLookup& lookup) override;

  // The configuration that is in force from now on.
  void config_loaded(const config::Config& config);

  // Judges the last probe of every endpoint and the look-ups of the last minutes; shows the faults as metrics, and logs
  // those that are new and those that are gone. On one thread at a time. 5 us an endpoint (measured with 100,000).
  void evaluate();

 private:
  metrics::Metrics& metrics_;
  diagnose::LastRound last_round_;
  diagnose::ResolverWindow resolver_window_;
  std::vector<diagnose::Fault> faults_;  // of the last evaluation
};

}  // namespace mailsonde::cli
