// SPDX-License-Identifier: Apache-2.0
#include "schedule/endpoints.hpp"

#include <algorithm>

namespace mailsonde::schedule {

asio::awaitable<Routed> find_route(dns::Resolver& resolver, config::Target target, bool allow_private_addresses) {
  dns::RouteLimits limits;
  limits.max_hosts = target.module->max_mx_hosts;
  limits.allow_private_addresses = allow_private_addresses;
  const MonotonicTime start = monotonic_now();
  Routed routed;
  if (target.kind == config::TargetKind::destination) {
    routed.route = co_await dns::route_to_domain(resolver, target.host, limits);
  } else {
    routed.route = co_await dns::route_to_host(resolver, target.host, limits);
  }
  routed.elapsed = monotonic_now() - start;
  co_return routed;
}

dns::Route route_from(const config::Source& source, dns::Route route) {
  for (dns::MxHost& host : route.hosts) {
    std::erase_if(host.addresses, [&](const IpAddress& address) { return !source.has(address.family()); });
  }
  return route;
}

std::vector<Endpoint> endpoints_of(const dns::Route& route, const config::Sources& sources) {
  std::vector<Endpoint> endpoints;
  for (const auto& source : sources) {
    for (const dns::MxHost& host : route.hosts) {
      for (const Family family : {Family::ipv4, Family::ipv6}) {
        const auto first = std::ranges::find(host.addresses, family, &IpAddress::family);
        if (first == host.addresses.end() || !source->has(family)) continue;
        endpoints.push_back({host.name, *first, source});
      }
    }
  }
  return endpoints;
}

}  // namespace mailsonde::schedule
