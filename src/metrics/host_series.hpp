// SPDX-License-Identifier: Apache-2.0
// The families with an `mx` label: what the last probe of each endpoint showed, for one target. Last-value gauges; the
// histograms know no hosts.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "dns/route.hpp"
#include "metrics/label.hpp"
#include "metrics/series.hpp"
#include "probe/report.hpp"

namespace mailsonde::metrics {

// Two families and two chains each make 200 children of 100 hosts; hosts beyond become mx="other".
inline constexpr std::size_t kMostHosts = kMostChildren / 2;

// Whether a report says anything about how the endpoint is; one that tells of our own rate does not.
enum class Bearing : std::uint8_t { conclusive, inconclusive };

// Owned by one TargetSeries, under its lock.
class HostSeries {
 public:
  // `overflow` counts samples that became `other`; it must outlive this.
  HostSeries(const prometheus::Labels& target, prometheus::Counter& overflow);

  // Series of endpoints that the route no longer has end. A look-up that failed for the time being ends nothing.
  void routed(const dns::Route& route);

  // One probe ended. A report without an address says that the name (all names, if the report has no mx) cannot be
  // reached now.
  void finished(const probe::Report& report, Bearing bearing);

  [[nodiscard]] bool any_success() const;
  // The last report of some endpoint was inconclusive.
  [[nodiscard]] bool any_throttled() const;
  void render(Exposition& out) const;

 private:
  struct Endpoint {
    prometheus::Gauge* success = nullptr;
    bool throttled = false;
    std::array<prometheus::Gauge*, kStages.size()> stages{};
  };
  struct Host {
    std::array<Endpoint, 2> endpoints;  // by family
    prometheus::Gauge* starttls = nullptr;
    prometheus::Gauge* session = nullptr;
    std::string session_name;  // version and cipher of `session`
    prometheus::Gauge* certificate_valid = nullptr;
    prometheus::Gauge* leaf_expiry = nullptr;
    prometheus::Gauge* chain_expiry = nullptr;
  };
  using Hosts = std::map<std::string, Host, std::less<>>;

  Hosts::iterator host_of(const std::string& name);
  void mark_unreachable(Host& host);
  void time_stages(const std::string& mx, Endpoint& endpoint, const probe::Report& report);
  prometheus::Gauge& stage_gauge(const std::string& mx, Endpoint& endpoint, Family family, Stage stage);
  void show_tls(const std::string& mx, Host& host, const probe::Report& report);
  void show_session(const std::string& mx, Host& host, const net::TlsInfo& tls);
  void end_endpoint(Endpoint& endpoint);
  void end_host(Host& host);

  prometheus::Counter& overflow_;
  Gauges success_;
  Gauges stages_;
  Gauges starttls_;
  Gauges sessions_;
  Gauges valid_;
  Gauges expiry_;
  Hosts hosts_;  // by the value of the label
};

}  // namespace mailsonde::metrics
