// SPDX-License-Identifier: Apache-2.0
// Where mail for a domain goes: MX selection (RFC 5321 section 5.1, null MX RFC 7505) and the addresses of each host.
#pragma once

#include <asio/awaitable.hpp>
#include <string>
#include <vector>

#include "dns/resolver.hpp"

namespace mailsonde::dns {

// Why there is nowhere to go; `none` when there is.
enum class RouteFault : std::uint8_t { none, no_name, no_address, null_mx, bad_address, failed };

// One MX host with what its look-ups gave. An MX host's fault is its own and leaves the other hosts; that of a host
// that no MX record names (implicit MX, a relay) is the route's.
struct MxHost {
  // A valid host name (letters, digits, hyphen, underscore, dots; at most 253 bytes) in lower case, or the address that
  // was given in text. "invalid" for MX names that are none: no name that breaks this is ever passed on.
  std::string name;
  std::uint16_t preference = 0;
  std::vector<IpAddress> addresses;  // those that may be dialled, IPv4 first, bounded; empty if fault is set
  RouteFault fault = RouteFault::none;
  std::string detail;  // a sentence about the fault, safe to print
};

struct Route {
  RouteFault fault = RouteFault::none;  // of the domain as a whole: hosts is empty then
  std::string detail;
  std::vector<MxHost> hosts;       // by preference, then name; each once; at most `max_hosts`
  std::size_t mx_total = 0;        // how many distinct MX hosts there are, before the bound
  std::vector<std::string> notes;  // "null MX beside real ones ignored", "mx1 is a CNAME to ..."
};

struct RouteLimits {
  std::size_t max_hosts = 10;
  std::size_t max_addresses_per_host = 4;  // each family is kept when both are there
  bool allow_private_addresses = false;
};

// The MX hosts of a domain, each with its addresses. Both families are always asked for; a family whose look-up fails
// does not hide the other. `domain` may be an address literal "[192.0.2.1]".
[[nodiscard]] asio::awaitable<Route> route_to_domain(Resolver& resolver, std::string domain, RouteLimits limits);

// One named host (a relay), or an address in text, dialled as the file says: no address is forbidden. "localhost" is
// loopback without a look-up (RFC 6761 section 6.3).
[[nodiscard]] asio::awaitable<Route> route_to_host(Resolver& resolver, std::string host, RouteLimits limits);

}  // namespace mailsonde::dns
