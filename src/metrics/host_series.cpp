// SPDX-License-Identifier: Apache-2.0
#include "metrics/host_series.hpp"

#include <algorithm>

namespace mailsonde::metrics {
namespace {

std::size_t index_of(Family family) { return family == Family::ipv4 ? 0 : 1; }

bool has_family(const dns::MxHost& host, Family family) {
  return std::ranges::any_of(host.addresses, [family](const IpAddress& a) { return a.family() == family; });
}

// What a route still has, by the value of the mx label.
std::map<std::string, std::array<bool, 2>> families_in(const dns::Route& route) {
  std::map<std::string, std::array<bool, 2>> present;
  for (const dns::MxHost& host : route.hosts) {
    auto& families = present[mx_label(host.name).text];
    const bool unknown_now = host.fault == dns::RouteFault::failed;
    for (const Family family : {Family::ipv4, Family::ipv6}) {
      families[index_of(family)] |= unknown_now || has_family(host, family);
    }
  }
  return present;
}

}  // namespace

HostSeries::HostSeries(const prometheus::Labels& target, prometheus::Counter& overflow)
    : overflow_(overflow),
      success_(Id::endpoint_success, target),
      stages_(Id::endpoint_stage_duration_seconds, target),
      starttls_(Id::starttls_advertised, target),
      sessions_(Id::tls_session_info, target),
      valid_(Id::tls_certificate_valid, target),
      expiry_(Id::tls_certificate_not_after_timestamp_seconds, target) {}

HostSeries::Hosts::iterator HostSeries::host_of(const std::string& name) {
  LabelValue label = mx_label(name);
  auto found = hosts_.find(label.text);
  if (found == hosts_.end() && hosts_.size() >= kMostHosts) {
    label = {.text = std::string(kOther), .overflowed = true};
  }
  if (label.overflowed) overflow_.Increment();
  return hosts_.try_emplace(label.text).first;
}

void HostSeries::routed(const dns::Route& route) {
  if (route.fault == dns::RouteFault::failed) return;
  auto present = families_in(route);
  const bool overflowing = route.hosts.size() > kMostHosts || stages_.size() >= kMostChildren;
  if (overflowing) present[std::string(kOther)] = {true, true};
  for (auto host = hosts_.begin(); host != hosts_.end();) {
    const auto& families = present[host->first];
    for (const Family family : {Family::ipv4, Family::ipv6}) {
      if (!families[index_of(family)]) end_endpoint(host->second.endpoints[index_of(family)]);
    }
    const bool gone = !families[0] && !families[1];
    if (gone) end_host(host->second);
    host = gone ? hosts_.erase(host) : std::next(host);
  }
}

void HostSeries::finished(const probe::Report& report, Bearing bearing) {
  if (report.mx.empty()) {
    for (auto& [mx, host] : hosts_) mark_unreachable(host);
    return;
  }
  if (!report.address) {
    // Nothing was dialled, so there is no endpoint to show if none was shown before.
    const auto known = hosts_.find(mx_label(report.mx).text);
    if (known != hosts_.end()) mark_unreachable(known->second);
    return;
  }
  const auto found = host_of(report.mx);
  const std::string& mx = found->first;
  Host& host = found->second;
  Endpoint& endpoint = host.endpoints[index_of(report.family)];
  endpoint.throttled = bearing == Bearing::inconclusive;
  if (endpoint.success == nullptr && !endpoint.throttled) {
    endpoint.success = &success_.child({{"mx", mx}, {"family", std::string(to_string(report.family))}});
  }
  if (!endpoint.throttled) endpoint.success->Set(report.success() ? 1 : 0);
  time_stages(mx, endpoint, report);
  show_tls(mx, host, report);
}

void HostSeries::mark_unreachable(Host& host) {
  for (Endpoint& endpoint : host.endpoints) {
    endpoint.throttled = false;
    if (endpoint.success != nullptr) endpoint.success->Set(0);
  }
}

void HostSeries::time_stages(const std::string& mx, Endpoint& endpoint, const probe::Report& report) {
  std::array<const probe::StageTime*, kStages.size()> reached{};
  for (const probe::StageTime& time : report.stages) reached[static_cast<std::size_t>(time.stage)] = &time;
  for (std::size_t i = 0; i < kStages.size(); ++i) {
    if (reached[i] == nullptr) {
      stages_.remove(endpoint.stages[i]);  // of the last probe: what it did not reach has no duration
    } else {
      stage_gauge(mx, endpoint, report.family, kStages[i]).Set(to_seconds(reached[i]->elapsed));
    }
  }
}

prometheus::Gauge& HostSeries::stage_gauge(const std::string& mx, Endpoint& endpoint, Family family, Stage stage) {
  prometheus::Gauge*& gauge = endpoint.stages[static_cast<std::size_t>(stage)];
  if (gauge != nullptr) return *gauge;
  const std::string other(kOther);
  if (stages_.size() >= kMostChildren && mx != other) {
    overflow_.Increment();
    return stage_gauge(other, hosts_[other].endpoints[index_of(family)], family, stage);
  }
  gauge = &stages_.child(
      {{"mx", mx}, {"family", std::string(to_string(family))}, {"stage", std::string(to_string(stage))}});
  return *gauge;
}

void HostSeries::show_tls(const std::string& mx, Host& host, const probe::Report& report) {
  if (report.starttls_advertised) {
    if (host.starttls == nullptr) host.starttls = &starttls_.child({{"mx", mx}});
    host.starttls->Set(*report.starttls_advertised ? 1 : 0);
  }
  const bool tried = report.tls_result != probe::TlsResult::not_tried;
  if (tried && report.tls_result != probe::TlsResult::ok) sessions_.remove(host.session);
  if (!report.tls) return;
  if (report.tls_result == probe::TlsResult::ok) show_session(mx, host, *report.tls);
  if (!report.tls->leaf_not_after) return;
  if (host.leaf_expiry == nullptr) {
    host.certificate_valid = &valid_.child({{"mx", mx}});
    host.leaf_expiry = &expiry_.child({{"mx", mx}, {"chain", "leaf"}});
  }
  host.certificate_valid->Set(report.tls->certificate_valid ? 1 : 0);
  host.leaf_expiry->Set(to_unix_seconds(*report.tls->leaf_not_after));
  // A chain that verifies no longer keeps its last moment: an alert must not end because the chain has expired.
  if (!report.tls->chain_not_after) return;
  if (host.chain_expiry == nullptr) host.chain_expiry = &expiry_.child({{"mx", mx}, {"chain", "verified"}});
  host.chain_expiry->Set(to_unix_seconds(*report.tls->chain_not_after));
}

void HostSeries::show_session(const std::string& mx, Host& host, const net::TlsInfo& tls) {
  const LabelValue version = word_label(tls.version);
  const LabelValue cipher = word_label(tls.cipher);
  if (version.overflowed || cipher.overflowed) overflow_.Increment();
  std::string name = version.text + ' ' + cipher.text;
  if (host.session != nullptr && host.session_name == name) return;
  sessions_.remove(host.session);
  host.session = &sessions_.child({{"mx", mx}, {"version", version.text}, {"cipher", cipher.text}});
  host.session->Set(1);
  host.session_name = std::move(name);
}

void HostSeries::end_endpoint(Endpoint& endpoint) {
  endpoint.throttled = false;
  success_.remove(endpoint.success);
  for (prometheus::Gauge*& stage : endpoint.stages) stages_.remove(stage);
}

void HostSeries::end_host(Host& host) {
  starttls_.remove(host.starttls);
  sessions_.remove(host.session);
  valid_.remove(host.certificate_valid);
  expiry_.remove(host.leaf_expiry);
  expiry_.remove(host.chain_expiry);
}

bool HostSeries::any_success() const {
  for (const auto& [mx, host] : hosts_) {
    for (const Endpoint& endpoint : host.endpoints) {
      if (endpoint.success != nullptr && endpoint.success->Value() == 1) return true;
    }
  }
  return false;
}

bool HostSeries::any_throttled() const {
  return std::ranges::any_of(
      hosts_, [](const auto& host) { return std::ranges::any_of(host.second.endpoints, &Endpoint::throttled); });
}

void HostSeries::render(Exposition& out) const {
  success_.render(out);
  stages_.render(out);
  starttls_.render(out);
  sessions_.render(out);
  valid_.render(out);
  expiry_.render(out);
}

}  // namespace mailsonde::metrics
