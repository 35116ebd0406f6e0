// SPDX-License-Identifier: Apache-2.0
#include "metrics/dns_series.hpp"

#include <set>

namespace mailsonde::metrics {

using dns::RrType;
using dns::Status;

DnsSeries::DnsSeries() : lookups_(Id::dns_lookups_total, {}), durations_(Id::dns_lookup_duration_seconds, {}) {
  static_assert(static_cast<std::size_t>(RrType::ptr) + 1 == kTypes);
  static_assert(static_cast<std::size_t>(Status::malformed) + 1 == kStatuses);
}

void DnsSeries::configure(std::span<const config::Resolver::Server> servers) {
  std::set<std::string> wanted;
  for (const auto& server : servers) wanted.insert(server.to_string());
  const std::lock_guard lock(mutex_);
  for (auto server = servers_.begin(); server != servers_.end();) {
    const bool stays = wanted.contains(server->first);
    if (!stays) end(server->second);
    server = stays ? std::next(server) : servers_.erase(server);
  }
  for (const std::string& name : wanted) server_of(name);
}

void DnsSeries::count(std::string_view server, RrType type, Status status, Duration elapsed) {
  const std::lock_guard lock(mutex_);
  Server& series = server_of(server);
  series.lookups[static_cast<std::size_t>(type)][static_cast<std::size_t>(status)]->Increment();
  series.durations[static_cast<std::size_t>(type)]->Observe(to_seconds(elapsed));
}

// Labels of servers come from the configuration, so they need no bound.
DnsSeries::Server& DnsSeries::server_of(std::string_view name) {
  const auto found = servers_.find(name);
  if (found != servers_.end()) return found->second;
  Server made;
  const std::string label(name);
  for (std::size_t type = 0; type < kTypes; ++type) {
    const std::string rrtype(to_string(static_cast<RrType>(type)));
    made.durations[type] = &durations_.child({{"rrtype", rrtype}, {"server", label}});
    for (std::size_t status = 0; status < kStatuses; ++status) {
      const std::string rcode(to_string(static_cast<Status>(status)));
      made.lookups[type][status] = &lookups_.child({{"rcode", rcode}, {"rrtype", rrtype}, {"server", label}});
    }
  }
  return servers_.emplace(label, made).first->second;
}

void DnsSeries::end(Server& server) {
  for (auto& histogram : server.durations) durations_.remove(histogram);
  for (auto& counters : server.lookups) {
    for (auto& counter : counters) lookups_.remove(counter);
  }
}

void DnsSeries::render(Exposition& out) const {
  const std::lock_guard lock(mutex_);
  lookups_.render(out);
  durations_.render(out);
}

}  // namespace mailsonde::metrics
