// SPDX-License-Identifier: Apache-2.0
// How the schedule tells what happens, without knowing who listens (metrics, history, diagnosis).
#pragma once

#include <memory>

#include "base/clock.hpp"
#include "config/config.hpp"
#include "dns/route.hpp"
#include "probe/report.hpp"
#include "schedule/judgement.hpp"
#include "schedule/suppression.hpp"

namespace mailsonde::schedule {

// Watches one target as seen from one of its sources, for as long as it is configured under one provider; destroying it
// ends these series. All calls come from the thread of the target's shard.
class TargetObserver {
 public:
  virtual ~TargetObserver() = default;
  // The route was looked up anew, failed ones too; it has the addresses that the source can dial. Endpoints (host,
  // family) that it no longer has are gone.
  virtual void routed(const dns::Route& route) = 0;
  // Its probes are so far apart now: the configured interval, or what politeness has made of it. Once a look-up.
  virtual void paced(Duration interval) = 0;
  virtual void started() = 0;  // a probe was dialled
  // ... and ended: exactly once for each started().
  virtual void finished(const probe::Report& report, const Judgement& judgement) = 0;
  // One ended that was made in another target's name and would have been the same to the last byte: it counts as one of
  // its own. Its start was suppressed(shared).
  virtual void shared(const probe::Report& report, const Judgement& judgement) = 0;
  virtual void suppressed(Suppression reason) = 0;  // a probe that was due did not start
};

// Thread-safe: shards call it at the same time. Outlives the schedule.
class Observer {
 public:
  virtual ~Observer() = default;
  // Called once for each source of a target: `target.sources` holds that one alone. The provider is never empty here:
  // where the configuration is silent, it is that of the most preferred MX host of the last good route. When that
  // changes, the target is watched anew, and then the old observer destroyed.
  [[nodiscard]] virtual std::unique_ptr<TargetObserver> watch(const config::Target& target) = 0;
  // How long after its time a probe started.
  virtual void lagged(Duration lag) = 0;
};

}  // namespace mailsonde::schedule
