// SPDX-License-Identifier: Apache-2.0
// All series of one configured target as seen from one of its sources. Counters that alerts look at stand at 0 from the
// start: a counter that is born at 1 loses that first event.
#pragma once

#include <array>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/config.hpp"
#include "dns/route.hpp"
#include "metrics/host_series.hpp"
#include "metrics/reply_series.hpp"
#include "metrics/series.hpp"
#include "probe/report.hpp"
#include "schedule/observer.hpp"

namespace mailsonde::metrics {

// Thread-safe: the shard writes and scrapes read under one lock, so that a scrape shows a report whole or not at all.
// The lock is taken once a report and once a scrape; children are cached handles.
class TargetSeries {
 public:
  // `target` has that one source alone. `overflow` must outlive this.
  TargetSeries(const config::Target& target, prometheus::Counter& overflow);

  // Takes over what of the target is no label: interval and module. Also called again when a reload changes them.
  void configure(const config::Target& target);

  void routed(const dns::Route& route);
  void paced(Duration interval);
  // A report that is inconclusive counts as what it is, but leaves the gauges of success as they were.
  void finished(const probe::Report& report, const schedule::Judgement& judgement = {});
  void suppressed(schedule::Suppression reason);

  void render(Exposition& out) const;

 private:
  using Failure = std::pair<Stage, Outcome>;
  using MxSet = std::vector<std::pair<std::uint16_t, std::string>>;  // preference and name, sorted

  void expect_failures(const config::Module& module);
  void expect_handshakes(const config::Module& module);
  void count_outcome(const probe::Report& report, double ended);
  void count_handshake(const probe::Report& report);
  void time_stages(const probe::Report& report, double ended);
  void show_result(const probe::Report& report, const schedule::Judgement& judgement, double ended);
  prometheus::Counter& failure(const Failure& kind);

  const bool is_destination_;
  mutable std::mutex mutex_;
  prometheus::Counter& overflow_;
  Single success_;
  Single throttled_;
  Counters probes_;
  Counters failures_;
  Histograms duration_;
  Histograms stage_duration_;
  Single interval_;
  Single last_;
  Single last_success_;
  Counters suppressed_;
  Histograms greylist_delay_;
  Counters handshakes_;
  Single mx_hosts_;
  Single mx_addresses_;
  Counters mx_changes_;
  HostSeries hosts_;
  ReplySeries replies_;

  std::array<prometheus::Counter*, kOutcomeCount> outcome_counters_{};
  std::map<Failure, prometheus::Counter*> failure_counters_;
  std::array<prometheus::Histogram*, kStages.size()> stage_histograms_{};
  std::array<prometheus::Counter*, schedule::kSuppressionCount> suppressed_counters_{};
  std::map<std::pair<probe::TlsResult, std::string>, prometheus::Counter*> handshake_counters_;
  prometheus::Histogram* duration_histogram_;
  std::optional<MxSet> mx_set_;  // of the last route that had an answer
  Exemplars probe_exemplars_;
  Exemplars failure_exemplars_;
  Exemplars duration_exemplars_;
};

}  // namespace mailsonde::metrics
