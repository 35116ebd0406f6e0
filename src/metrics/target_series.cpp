// SPDX-License-Identifier: Apache-2.0
#include "metrics/target_series.hpp"

#include <algorithm>

namespace mailsonde::metrics {
namespace {

prometheus::Labels labels_of(const config::Target& target) {
  return {{"target", target.name},
          {"kind", std::string(to_string(target.kind))},
          {"provider", target.provider},
          {"source", target.sources.front()->name}};
}

struct UsualFailure {
  Stage stage;
  Outcome outcome;
};
// What probes of somebody's mail server usually die of. Pairs outside this list are made when they are met.
constexpr std::array kUsualFailures{
    UsualFailure{Stage::dns, Outcome::dns_temporary},
    UsualFailure{Stage::dns, Outcome::dns_no_route},
    UsualFailure{Stage::connect, Outcome::connection_timeout},
    UsualFailure{Stage::connect, Outcome::connection_refused},
    UsualFailure{Stage::banner, Outcome::remote_timeout},
    UsualFailure{Stage::banner, Outcome::connection_lost},
    UsualFailure{Stage::banner, Outcome::server_unavailable},
    UsualFailure{Stage::banner, Outcome::server_overloaded},
    UsualFailure{Stage::banner, Outcome::rate_limited},
    UsualFailure{Stage::banner, Outcome::reputation},
    UsualFailure{Stage::banner, Outcome::blocklisted},
    UsualFailure{Stage::banner, Outcome::unclassified},
    UsualFailure{Stage::ehlo, Outcome::remote_timeout},
    UsualFailure{Stage::ehlo, Outcome::connection_lost},
    UsualFailure{Stage::starttls, Outcome::tls_failed},
    UsualFailure{Stage::tls, Outcome::tls_failed},
    UsualFailure{Stage::tls, Outcome::tls_certificate},
    UsualFailure{Stage::tls, Outcome::remote_timeout},
    UsualFailure{Stage::auth, Outcome::auth_failed},
    UsualFailure{Stage::mail, Outcome::rate_limited},
    UsualFailure{Stage::mail, Outcome::server_overloaded},
    UsualFailure{Stage::rcpt, Outcome::greylisted},
    UsualFailure{Stage::rcpt, Outcome::rate_limited},
    UsualFailure{Stage::rcpt, Outcome::server_overloaded},
    UsualFailure{Stage::rcpt, Outcome::server_error},
    UsualFailure{Stage::rcpt, Outcome::mailbox_unavailable},
    UsualFailure{Stage::rcpt, Outcome::policy_rejected},
    UsualFailure{Stage::rcpt, Outcome::unclassified},
    UsualFailure{Stage::eod, Outcome::greylisted},
    UsualFailure{Stage::eod, Outcome::content_rejected},
};

bool is_walked(const config::Module& module, Stage stage) {
  using config::TlsPolicy;
  const bool by_starttls =
      module.depth >= Stage::starttls && (module.tls == TlsPolicy::opportunistic || module.tls == TlsPolicy::required);
  if (stage == Stage::starttls) return by_starttls;
  if (stage == Stage::tls) return by_starttls || module.tls == TlsPolicy::implicit;
  if (stage == Stage::eod) return module.depth >= Stage::data;
  return stage <= Stage::connect || stage <= module.depth;
}

}  // namespace

TargetSeries::TargetSeries(const config::Target& target, prometheus::Counter& overflow)
    : is_destination_(target.kind == config::TargetKind::destination),
      overflow_(overflow),
      success_(Id::probe_success, labels_of(target)),
      throttled_(Id::probe_throttled, labels_of(target)),
      probes_(Id::probes_total, labels_of(target)),
      failures_(Id::probe_failures_total, labels_of(target)),
      duration_(Id::probe_duration_seconds, labels_of(target)),
      stage_duration_(Id::stage_duration_seconds, labels_of(target)),
      interval_(Id::probe_interval_seconds, labels_of(target)),
      last_(Id::probe_last_timestamp_seconds, labels_of(target)),
      last_success_(Id::probe_last_success_timestamp_seconds, labels_of(target)),
      suppressed_(Id::probes_suppressed_total, labels_of(target)),
      greylist_delay_(Id::greylist_delay_seconds, labels_of(target)),
      handshakes_(Id::tls_handshakes_total, labels_of(target)),
      mx_hosts_(Id::mx_hosts, labels_of(target)),
      mx_addresses_(Id::mx_addresses, labels_of(target)),
      mx_changes_(Id::mx_changes_total, labels_of(target)),
      hosts_(labels_of(target), overflow),
      replies_(labels_of(target), overflow),
      duration_histogram_(&duration_.child()) {
  for (const Outcome outcome : all_outcomes()) {
    outcome_counters_[static_cast<std::size_t>(outcome)] =
        &probes_.child({{"outcome", std::string(to_string(outcome))}});
  }
  for (std::size_t i = 0; i < schedule::kSuppressionCount; ++i) {
    const auto reason = static_cast<schedule::Suppression>(i);
    suppressed_counters_[i] = &suppressed_.child({{"reason", std::string(to_string(reason))}});
  }
  if (is_destination_) mx_changes_.child();
  throttled_.set(0);
  configure(target);
}

void TargetSeries::configure(const config::Target& target) {
  const std::lock_guard lock(mutex_);
  interval_.set(to_seconds(target.interval));
  if (target.module->depth >= Stage::rcpt) greylist_delay_.child();
  expect_failures(*target.module);
  expect_handshakes(*target.module);
  replies_.expect(*target.module);
}

void TargetSeries::expect_failures(const config::Module& module) {
  for (const UsualFailure& usual : kUsualFailures) {
    if (is_walked(module, usual.stage)) failure({usual.stage, usual.outcome});
  }
}

void TargetSeries::expect_handshakes(const config::Module& module) {
  using probe::TlsResult;
  if (module.tls == config::TlsPolicy::none) return;
  constexpr std::array<std::pair<TlsResult, const char*>, 5> kUsual{{{TlsResult::ok, "TLSv1.2"},
                                                                     {TlsResult::ok, "TLSv1.3"},
                                                                     {TlsResult::not_offered, "none"},
                                                                     {TlsResult::refused, "none"},
                                                                     {TlsResult::failed, "none"}}};
  for (const auto& [result, version] : kUsual) {
    handshake_counters_[{result, version}] =
        &handshakes_.child({{"result", std::string(to_string(result))}, {"version", version}});
  }
}

prometheus::Counter& TargetSeries::failure(const Failure& kind) {
  prometheus::Counter*& counter = failure_counters_[kind];
  if (counter == nullptr) {
    counter = &failures_.child(
        {{"stage", std::string(to_string(kind.first))}, {"outcome", std::string(to_string(kind.second))}});
  }
  return *counter;
}

void TargetSeries::routed(const dns::Route& route) {
  const std::lock_guard lock(mutex_);
  hosts_.routed(route);
  throttled_.set(hosts_.any_throttled() ? 1 : 0);
  if (!is_destination_ || route.fault == dns::RouteFault::failed) return;
  MxSet now;
  std::size_t addresses = 0;
  for (const dns::MxHost& host : route.hosts) {
    now.emplace_back(host.preference, host.name);
    addresses += host.addresses.size();
  }
  std::ranges::sort(now);
  mx_hosts_.set(static_cast<double>(route.mx_total));
  mx_addresses_.set(static_cast<double>(addresses));
  if (mx_set_ && *mx_set_ != now) mx_changes_.child().Increment();
  mx_set_ = std::move(now);
}

void TargetSeries::paced(Duration interval) {
  const std::lock_guard lock(mutex_);
  interval_.set(to_seconds(interval));
}

void TargetSeries::finished(const probe::Report& report, const schedule::Judgement& judgement) {
  if (!report.counted) return;
  const double ended = to_unix_seconds(report.started_at + report.duration);
  const std::lock_guard lock(mutex_);
  count_outcome(report, ended);
  count_handshake(report);
  for (const probe::StageReply& reply : report.replies) replies_.count(reply, report.id, ended);
  time_stages(report, ended);
  hosts_.finished(report, judgement.is_inconclusive() ? Bearing::inconclusive : Bearing::conclusive);
  show_result(report, judgement, ended);
}

void TargetSeries::count_outcome(const probe::Report& report, double ended) {
  const Outcome outcome = report.verdict.outcome;
  outcome_counters_[static_cast<std::size_t>(outcome)]->Increment();
  const Exemplar exemplar{.report_id = report.id, .value = 1, .timestamp = ended};
  probe_exemplars_[exemplar_key({to_string(outcome)})] = exemplar;
  if (report.success()) return;
  failure({report.stage, outcome}).Increment();
  failure_exemplars_[exemplar_key({to_string(outcome), to_string(report.stage)})] = exemplar;
}

void TargetSeries::count_handshake(const probe::Report& report) {
  if (report.tls_result == probe::TlsResult::not_tried) return;
  const LabelValue version = word_label(report.tls ? report.tls->version : std::string());
  if (version.overflowed) overflow_.Increment();
  prometheus::Counter*& counter = handshake_counters_[{report.tls_result, version.text}];
  if (counter == nullptr) {
    counter = &handshakes_.child({{"result", std::string(to_string(report.tls_result))}, {"version", version.text}});
  }
  counter->Increment();
}

void TargetSeries::time_stages(const probe::Report& report, double ended) {
  for (const probe::StageTime& time : report.stages) {
    prometheus::Histogram*& histogram = stage_histograms_[static_cast<std::size_t>(time.stage)];
    if (histogram == nullptr) histogram = &stage_duration_.child({{"stage", std::string(to_string(time.stage))}});
    histogram->Observe(to_seconds(time.elapsed));
  }
  const double seconds = to_seconds(report.duration);
  duration_histogram_->Observe(seconds);
  const auto bucket = std::ranges::lower_bound(kBuckets, seconds) - kBuckets.begin();
  duration_exemplars_[exemplar_key({std::to_string(bucket)})] = {
      .report_id = report.id, .value = seconds, .timestamp = ended};
}

void TargetSeries::show_result(const probe::Report& report, const schedule::Judgement& judgement, double ended) {
  if (!judgement.is_inconclusive()) success_.set(hosts_.any_success() ? 1 : 0);
  throttled_.set(hosts_.any_throttled() ? 1 : 0);
  if (judgement.greylisting.delay) greylist_delay_.child().Observe(to_seconds(*judgement.greylisting.delay));
  last_.set(ended);
  if (report.success()) last_success_.set(ended);
}

void TargetSeries::suppressed(schedule::Suppression reason) {
  suppressed_counters_[static_cast<std::size_t>(reason)]->Increment();
}

void TargetSeries::render(Exposition& out) const {
  const std::lock_guard lock(mutex_);
  success_.render(out);
  throttled_.render(out);
  probes_.render(out, &probe_exemplars_);
  failures_.render(out, &failure_exemplars_);
  duration_.render(out, &duration_exemplars_);
  stage_duration_.render(out);
  interval_.render(out);
  last_.render(out);
  last_success_.render(out);
  suppressed_.render(out);
  greylist_delay_.render(out);
  handshakes_.render(out);
  mx_hosts_.render(out);
  mx_addresses_.render(out);
  mx_changes_.render(out);
  hosts_.render(out);
  replies_.render(out);
}

}  // namespace mailsonde::metrics
