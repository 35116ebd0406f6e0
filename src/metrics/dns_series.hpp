// SPDX-License-Identifier: Apache-2.0
// mailsonde_dns_lookups_total and mailsonde_dns_lookup_duration_seconds: how each resolver does.
#pragma once

#include <array>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "config/config.hpp"
#include "dns/resolver.hpp"
#include "metrics/series.hpp"

namespace mailsonde::metrics {

// Thread-safe.
class DnsSeries {
 public:
  DnsSeries();

  // The configured servers: new ones start at 0, series of others end.
  void configure(std::span<const config::Resolver::Server> servers);

  void count(std::string_view server, dns::RrType type, dns::Status status, Duration elapsed);

  void render(Exposition& out) const;

 private:
  static constexpr std::size_t kTypes = 4;
  static constexpr std::size_t kStatuses = 8;
  struct Server {
    std::array<std::array<prometheus::Counter*, kStatuses>, kTypes> lookups{};
    std::array<prometheus::Histogram*, kTypes> durations{};
  };
  using Servers = std::map<std::string, Server, std::less<>>;

  Server& server_of(std::string_view name);
  void end(Server& server);

  mutable std::mutex mutex_;
  Counters lookups_;
  Histograms durations_;
  Servers servers_;
};

}  // namespace mailsonde::metrics
