// SPDX-License-Identifier: Apache-2.0
// Everything that a scrape shows. Listens to the schedule and the resolvers, and renders at any moment.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "base/clock.hpp"
#include "dns/observer.hpp"
#include "metrics/dns_series.hpp"
#include "metrics/fault_series.hpp"
#include "metrics/format.hpp"
#include "metrics/identity_series.hpp"
#include "metrics/series.hpp"
#include "metrics/target_series.hpp"
#include "schedule/observer.hpp"

namespace mailsonde::metrics {

// The labels of mailsonde_build_info.
struct Build {
  std::string version;
  std::string revision;
  std::string compiler;
};

// Thread-safe. One for the daemon; outlives the schedule, the resolvers and every observer that watch() returned.
class Metrics : public schedule::Observer, public dns::Observer {
 public:
  explicit Metrics(const Build& build);

  // A target that is watched already from that source (a reload changed its interval, say) goes on with the counters
  // that it has. Its series end with the last observer.
  [[nodiscard]] std::unique_ptr<schedule::TargetObserver> watch(const config::Target& target) override;
  void lagged(Duration lag) override;
  void lookup_finished(const dns::FinishedLookup& lookup) override;

  // The configuration was loaded at that moment and is in force; `servers` are those of its resolver. Not whole: some
  // file of it was refused, which counts as a failure.
  void config_loaded(WallTime when, std::span<const config::Resolver::Server> servers, bool whole = true);
  // A new configuration was refused; the old one stays.
  void config_refused();

  // What the diagnosis says, see FaultSeries.
  void watch_subjects(const FaultSubjects& subjects) { faults_.configure(subjects); }
  void show_faults(std::span<const diagnose::Fault> faults, std::span<const std::string> providers) {
    faults_.show(faults, providers);
  }

  // What the self-check says of the sources, see IdentitySeries.
  void show_identities(std::span<const identity::SourceReport> reports) { identities_.show(reports); }

  // The body of one scrape. Takes no lock for longer than one target's lines need.
  [[nodiscard]] std::string render(Format format) const;

 private:
  class Watch;
  // The labels that tell targets apart: name, kind, provider, source.
  using Key = std::tuple<std::string, config::TargetKind, std::string, std::string>;

  void forget_if_ended(const Key& key);
  [[nodiscard]] std::vector<std::shared_ptr<const TargetSeries>> live_targets(Exposition& out) const;

  Histograms lag_;
  Gauges in_flight_;
  Counters overflow_;
  Gauges build_info_;
  Single reload_successful_;
  Single reload_timestamp_;
  DnsSeries dns_;
  prometheus::Histogram& lag_histogram_;
  prometheus::Gauge& in_flight_gauge_;
  prometheus::Counter& overflow_counter_;
  FaultSeries faults_;
  IdentitySeries identities_;

  mutable std::mutex mutex_;  // guards targets_ and the two reload gauges
  std::map<Key, std::weak_ptr<TargetSeries>> targets_;
};

}  // namespace mailsonde::metrics
