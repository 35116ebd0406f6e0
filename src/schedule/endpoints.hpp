// SPDX-License-Identifier: Apache-2.0
// From a target to the endpoints that one cycle probes: the DNS part of a probe.
#pragma once

#include <asio/awaitable.hpp>
#include <cstdint>
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

// MX host + family + port, and the address that this cycle dials.
struct Endpoint {
  std::string mx;
  IpAddress address;
  [[nodiscard]] std::string key() const;  // "mx1.example.com ipv4"
};

// One endpoint for each host and family, in preference order. A host with several addresses of a family is walked in
// turn, one address a cycle, so that over time each is seen. Pure.
[[nodiscard]] std::vector<Endpoint> endpoints_of(const dns::Route& route, std::uint64_t cycle);

}  // namespace mailsonde::schedule
