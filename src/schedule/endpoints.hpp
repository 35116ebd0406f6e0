// SPDX-License-Identifier: Apache-2.0
// From a target to its endpoints: the DNS part of a probe.
#pragma once

#include <asio/awaitable.hpp>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "dns/route.hpp"

namespace mailsonde::schedule {

struct Routed {
  dns::Route route;
  Duration elapsed{};
};

// Looks a target's route up: the MX hosts of a destination, the host of a relay as the file says it.
[[nodiscard]] asio::awaitable<Routed> find_route(dns::Resolver& resolver, config::Target target,
                                                 bool allow_private_addresses);

// MX host + family + port as seen from one source, and the address to dial.
struct Endpoint {
  std::string mx;
  IpAddress address;
  std::shared_ptr<const config::Source> source;  // has an address of that family, or leaves it to the system
};

// The route as one source sees it: without the addresses of a family that the source has none of. Pure.
[[nodiscard]] dns::Route route_from(const config::Source& source, dns::Route route);

// One endpoint for each source, host and family with that family's first address, in preference order, source by
// source. Pure.
[[nodiscard]] std::vector<Endpoint> endpoints_of(const dns::Route& route, const config::Sources& sources);

}  // namespace mailsonde::schedule
