// SPDX-License-Identifier: Apache-2.0
#include "metrics/metrics.hpp"

#include <array>

#include "base/log.hpp"
#include "metrics/process.hpp"

namespace mailsonde::metrics {

// Called on its target's shard thread only. Ending it takes the probes that it has in flight off the gauge: they end
// unseen.
class Metrics::Watch : public schedule::TargetObserver {
 public:
  Watch(Metrics& metrics, Key key, std::shared_ptr<TargetSeries> series)
      : metrics_(metrics), key_(std::move(key)), series_(std::move(series)) {}
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  ~Watch() override {
    if (in_flight_ > 0) metrics_.in_flight_gauge_.Decrement(in_flight_);
    series_.reset();
    metrics_.forget_if_ended(key_);
  }

  void routed(const dns::Route& route) override { series_->routed(route); }

  void started() override {
    ++in_flight_;
    metrics_.in_flight_gauge_.Increment();
  }

  void paced(Duration interval) override { series_->paced(interval); }

  void finished(const probe::Report& report, const schedule::Judgement& judgement) override {
    --in_flight_;
    metrics_.in_flight_gauge_.Decrement();
    series_->finished(report, judgement);
  }

  void shared(const probe::Report& report, const schedule::Judgement& judgement) override {
    series_->finished(report, judgement);
  }

  void suppressed(schedule::Suppression reason) override { series_->suppressed(reason); }

 private:
  Metrics& metrics_;
  Key key_;
  std::shared_ptr<TargetSeries> series_;
  int in_flight_ = 0;
};

Metrics::Metrics(const Build& build)
    : lag_(Id::schedule_lag_seconds, {}),
      in_flight_(Id::probes_in_flight, {}),
      overflow_(Id::label_overflow_total, {}),
      build_info_(Id::build_info, {}),
      reload_successful_(Id::config_last_reload_successful, {}),
      reload_timestamp_(Id::config_last_reload_success_timestamp_seconds, {}),
      lag_histogram_(lag_.child()),
      in_flight_gauge_(in_flight_.child()),
      overflow_counter_(overflow_.child()),
      faults_(overflow_counter_) {
  build_info_.child({{"version", build.version}, {"revision", build.revision}, {"compiler", build.compiler}}).Set(1);
}

std::unique_ptr<schedule::TargetObserver> Metrics::watch(const config::Target& target) {
  Key key{target.name, target.kind, target.provider, target.sources.front()->name};
  const std::lock_guard lock(mutex_);
  std::weak_ptr<TargetSeries>& known = targets_[key];
  auto series = known.lock();
  if (series) {
    series->configure(target);
  } else {
    series = std::make_shared<TargetSeries>(target, overflow_counter_);
    known = series;
  }
  return std::make_unique<Watch>(*this, std::move(key), std::move(series));
}

void Metrics::forget_if_ended(const Key& key) {
  const std::lock_guard lock(mutex_);
  const auto found = targets_.find(key);
  if (found != targets_.end() && found->second.expired()) targets_.erase(found);
}

void Metrics::lagged(Duration lag) { lag_histogram_.Observe(to_seconds(lag)); }

void Metrics::lookup_finished(const dns::FinishedLookup& lookup) {
  dns_.count(lookup.server, lookup.type, lookup.status, lookup.elapsed);
}

void Metrics::config_loaded(WallTime when, std::span<const config::Resolver::Server> servers, bool whole) {
  dns_.configure(servers);
  const std::lock_guard lock(mutex_);
  reload_successful_.set(whole ? 1 : 0);
  if (whole) reload_timestamp_.set(to_unix_seconds(when));
}

void Metrics::config_refused() {
  const std::lock_guard lock(mutex_);
  reload_successful_.set(0);
}

std::vector<std::shared_ptr<const TargetSeries>> Metrics::live_targets(Exposition& out) const {
  using config::TargetKind;
  std::vector<std::shared_ptr<const TargetSeries>> live;
  std::array<double, 2> counts{};
  const std::string* last = nullptr;  // keys begin with the name: a target with several sources counts once
  const std::lock_guard lock(mutex_);
  for (const auto& [key, known] : targets_) {
    auto series = known.lock();
    if (!series) continue;
    live.push_back(std::move(series));
    if (last == nullptr || *last != std::get<0>(key)) ++counts[static_cast<std::size_t>(std::get<TargetKind>(key))];
    last = &std::get<0>(key);
  }
  for (const TargetKind kind : {TargetKind::destination, TargetKind::relay}) {
    out.add(Id::targets, {{"kind", std::string(to_string(kind))}}, counts[static_cast<std::size_t>(kind)]);
  }
  reload_successful_.render(out);
  reload_timestamp_.render(out);
  return live;
}

std::string Metrics::render(Format format) const {
  Exposition out(format);
  for (const auto& series : live_targets(out)) series->render(out);
  dns_.render(out);
  faults_.render(out);
  identities_.render(out);
  lag_.render(out);
  in_flight_.render(out);
  overflow_.render(out);
  build_info_.render(out);
  for (const log::Level level : log::kLevels) {
    out.add(Id::log_messages_total, {{"level", std::string(log::to_string(level))}},
            static_cast<double>(log::written(level)));
  }
  render_process(out);
  return std::move(out).finish();
}

}  // namespace mailsonde::metrics
