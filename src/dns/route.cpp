// SPDX-License-Identifier: Apache-2.0
#include "dns/route.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/use_awaitable.hpp>
#include <iterator>
#include <map>
#include <optional>
#include <span>
#include <tuple>

#include "base/text.hpp"
#include "dns/name.hpp"

namespace mailsonde::dns {
namespace {

using asio::experimental::awaitable_operators::operator&&;

// What stands for a name that must not be shown or used as it is.
constexpr std::string_view kInvalidName = "invalid";

enum class Fence : std::uint8_t { none, public_only };  // which addresses may be dialled

// One host on its way into a Route.
struct Hop {
  MxHost host;
  std::vector<std::string> notes;
};

std::string normalised(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return to_lower(name);
}

Route failed_route(RouteFault fault, std::string detail) {
  Route route;
  route.fault = fault;
  route.detail = std::move(detail);
  return route;
}

// "192.0.2.1", "[192.0.2.1]", "[IPv6:2001:db8::1]" (RFC 5321 section 4.1.3).
std::optional<IpAddress> parse_literal(std::string_view text) {
  constexpr std::string_view kIpv6Tag = "IPv6:";
  if (text.starts_with('[') && text.ends_with(']') && text.size() > 2) {
    text = text.substr(1, text.size() - 2);
    if (starts_with_ignoring_case(text, kIpv6Tag)) text.remove_prefix(kIpv6Tag.size());
  }
  return IpAddress::parse(text);
}

std::string describe(const Lookup& lookup, RrType type, std::string_view name) {
  const std::string_view by = lookup.server.empty() ? "no server" : std::string_view(lookup.server);
  const std::string_view what = lookup.detail.empty() ? to_string(lookup.status) : std::string_view(lookup.detail);
  return fmt::format("{} of {}: {} from {}", to_string(type), name, what, by);
}

void note_cnames(const Lookup& lookup, std::string_view name, std::vector<std::string>& notes) {
  if (lookup.cnames.empty()) return;
  std::string note = fmt::format("{} is a CNAME to {}", name, lookup.cnames.back());
  if (std::ranges::find(notes, note) == notes.end()) notes.push_back(std::move(note));
}

bool is_allowed(const IpAddress& address, Fence fence, const RouteLimits& limits) {
  if (fence == Fence::none) return true;
  const Reach reach = reach_of(address);
  return reach == Reach::global || (reach == Reach::private_use && limits.allow_private_addresses);
}

std::string why_forbidden(const IpAddress& address) {
  if (reach_of(address) == Reach::never) return fmt::format("{} is no address of a host", address.to_string());
  return fmt::format("{} is private and [resolver] allow_private_addresses is false", address.to_string());
}

// Each address once, as far as it may be dialled.
std::vector<IpAddress> usable(const Lookup& lookup, Fence fence, const RouteLimits& limits) {
  std::vector<IpAddress> addresses;
  for (const IpAddress& address : lookup.addresses) {
    const bool is_new = std::ranges::find(addresses, address) == addresses.end();
    if (is_new && is_allowed(address, fence, limits)) addresses.push_back(address);
  }
  return addresses;
}

// IPv4 first, at most `most`, but of each family at least one when both are there.
std::vector<IpAddress> choose(std::vector<IpAddress> ipv4, std::vector<IpAddress> ipv6, std::size_t most) {
  if (!ipv4.empty() && !ipv6.empty()) {
    most = std::max<std::size_t>(most, 2);
    ipv4.resize(std::min(ipv4.size(), std::max(most / 2, most - std::min(ipv6.size(), most - 1))));
  }
  std::ranges::copy(ipv6, std::back_inserter(ipv4));
  if (ipv4.size() > most) ipv4.resize(most);
  return ipv4;
}

// Why none of the addresses can be dialled.
void set_fault(MxHost& host, const Lookup& a, const Lookup& aaaa) {
  if (!a.addresses.empty() || !aaaa.addresses.empty()) {
    const IpAddress& example = a.addresses.empty() ? aaaa.addresses.front() : a.addresses.front();
    host.fault = RouteFault::bad_address;
    host.detail = fmt::format("{} leads to no public address: {}", host.name, why_forbidden(example));
  } else if (is_failure(a.status) || is_failure(aaaa.status)) {
    host.fault = RouteFault::failed;
    host.detail = is_failure(a.status) ? describe(a, RrType::a, host.name) : describe(aaaa, RrType::aaaa, host.name);
  } else if (a.status == Status::nx_domain || aaaa.status == Status::nx_domain) {
    host.fault = RouteFault::no_name;
    host.detail = fmt::format("{} does not exist (NXDOMAIN)", host.name);
  } else {
    host.fault = RouteFault::no_address;
    host.detail = fmt::format("{} has neither an A nor an AAAA record", host.name);
  }
}

// References into the frame of whoever awaits this at once.
asio::awaitable<void> look_up_host(Resolver& resolver, Hop& hop, Fence fence, RouteLimits limits) {
  if (hop.host.fault != RouteFault::none) co_return;
  const std::string name = hop.host.name;
  const auto answers = co_await (resolver.lookup(name, RrType::a) && resolver.lookup(name, RrType::aaaa));
  const auto& [a, aaaa] = answers;
  note_cnames(a, name, hop.notes);
  note_cnames(aaaa, name, hop.notes);
  hop.host.addresses = choose(usable(a, fence, limits), usable(aaaa, fence, limits), limits.max_addresses_per_host);
  if (hop.host.addresses.empty()) set_fault(hop.host, a, aaaa);
}

// All at once, by halves: an awaitable's && takes two and ends when both have ended.
asio::awaitable<void> look_up_hosts(Resolver& resolver, std::span<Hop> hops, Fence fence, RouteLimits limits) {
  if (hops.empty()) co_return;
  if (hops.size() == 1) {
    co_await look_up_host(resolver, hops.front(), fence, limits);
    co_return;
  }
  const auto half = hops.size() / 2;
  co_await (look_up_hosts(resolver, hops.first(half), fence, limits) &&
            look_up_hosts(resolver, hops.subspan(half), fence, limits));
}

Hop make_hop(std::string name, std::uint16_t preference) {
  Hop hop;
  hop.host.name = std::move(name);
  hop.host.preference = preference;
  return hop;
}

Hop invalid_hop(std::uint16_t preference) {
  Hop hop = make_hop(std::string(kInvalidName), preference);
  hop.host.fault = RouteFault::no_address;
  hop.host.detail = "an MX record names what is no host name: an address in text, odd characters or too long";
  return hop;
}

// Each host once, at its best preference, in the order in which mail goes to them; null MX left out. All invalid names
// are one host, since nothing may tell them apart.
std::vector<Hop> select_hosts(const std::vector<MxRecord>& records, const RouteLimits& limits, Route& route) {
  std::map<std::string, std::uint16_t> best;
  for (const MxRecord& record : records) {
    const std::string name = normalised(record.host);
    if (name.empty()) continue;
    const auto [known, is_new] = best.try_emplace(name, record.preference);
    if (!is_new) known->second = std::min(known->second, record.preference);
  }
  route.mx_total = best.size();
  std::vector<Hop> hops;
  std::optional<std::uint16_t> invalid;
  for (const auto& [name, preference] : best) {
    if (is_host_name(name)) {
      hops.push_back(make_hop(name, preference));
    } else {
      invalid = std::min(preference, invalid.value_or(preference));
    }
  }
  if (invalid) hops.push_back(invalid_hop(*invalid));
  std::ranges::sort(hops, {}, [](const Hop& hop) { return std::tie(hop.host.preference, hop.host.name); });
  if (hops.size() > limits.max_hosts) hops.resize(limits.max_hosts);
  return hops;
}

void take_hops(Route& route, std::vector<Hop> hops) {
  for (Hop& hop : hops) {
    std::ranges::move(hop.notes, std::back_inserter(route.notes));
    route.hosts.push_back(std::move(hop.host));
  }
}

// A route whose only host was not named by an MX record: the host's fault is the route's.
asio::awaitable<Route> route_to_single(Resolver& resolver, std::string name, Fence fence, RouteLimits limits) {
  Hop hop = make_hop(std::move(name), 0);
  co_await look_up_host(resolver, hop, fence, limits);
  Route route;
  route.mx_total = 1;
  if (hop.host.fault == RouteFault::none) {
    route.hosts.push_back(std::move(hop.host));
  } else {
    route = failed_route(hop.host.fault, std::move(hop.host.detail));
  }
  route.notes = std::move(hop.notes);
  co_return route;
}

Route route_to_address(const IpAddress& address, Fence fence, const RouteLimits& limits) {
  if (!is_allowed(address, fence, limits)) {
    return failed_route(RouteFault::bad_address, why_forbidden(address));
  }
  Route route;
  Hop hop = make_hop(address.to_string(), 0);
  hop.host.addresses.push_back(address);
  route.mx_total = 1;
  route.hosts.push_back(std::move(hop.host));
  return route;
}

asio::awaitable<Route> route_by_mx(Resolver& resolver, const Lookup& mx, RouteLimits limits) {
  Route route;
  std::vector<Hop> hops = select_hosts(mx.mx, limits, route);
  if (route.mx_total == 0) {
    co_return failed_route(RouteFault::null_mx, "the domain takes no mail: null MX (RFC 7505)");
  }
  // RFC 7505 section 3: a null MX must stand alone. What stands beside it wins, since mail does go there.
  const bool has_null_mx = std::ranges::any_of(mx.mx, [](const MxRecord& record) { return record.host.empty(); });
  if (has_null_mx) route.notes.emplace_back("null MX beside real ones ignored");
  co_await look_up_hosts(resolver, hops, Fence::public_only, limits);
  take_hops(route, std::move(hops));
  co_return route;
}

// RFC 6761 section 6.3: these names mean loopback and are never asked for.
bool is_localhost(std::string_view name) { return name == "localhost" || name.ends_with(".localhost"); }

Route route_to_loopback(std::string name) {
  Route route;
  Hop hop = make_hop(std::move(name), 0);
  for (const std::string_view text : {"127.0.0.1", "::1"}) hop.host.addresses.push_back(*IpAddress::parse(text));
  route.mx_total = 1;
  route.hosts.push_back(std::move(hop.host));
  return route;
}

}  // namespace

asio::awaitable<Route> route_to_domain(Resolver& resolver, std::string domain, RouteLimits limits) {
  if (const auto address = parse_literal(domain); address && domain.starts_with('[')) {
    co_return route_to_address(*address, Fence::public_only, limits);
  }
  const std::string name = normalised(domain);
  if (!is_host_name(name)) co_return failed_route(RouteFault::no_name, "the domain is no valid domain name");
  const Lookup mx = co_await resolver.lookup(name, RrType::mx);
  if (is_failure(mx.status)) co_return failed_route(RouteFault::failed, describe(mx, RrType::mx, name));
  if (mx.status == Status::nx_domain) {
    co_return failed_route(RouteFault::no_name, fmt::format("{} does not exist (NXDOMAIN)", name));
  }
  Route route;
  if (mx.status == Status::no_data) {
    // RFC 5321 section 5.1: without an MX record the domain itself is the host, as if by an MX of preference 0.
    route = co_await route_to_single(resolver, name, Fence::public_only, limits);
  } else {
    route = co_await route_by_mx(resolver, mx, limits);
  }
  note_cnames(mx, name, route.notes);
  co_return route;
}

asio::awaitable<Route> route_to_host(Resolver& resolver, std::string host, RouteLimits limits) {
  if (const auto address = parse_literal(host)) co_return route_to_address(*address, Fence::none, limits);
  std::string name = normalised(host);
  if (!is_host_name(name)) co_return failed_route(RouteFault::no_name, "the host is no valid host name");
  if (is_localhost(name)) co_return route_to_loopback(std::move(name));
  co_return co_await route_to_single(resolver, std::move(name), Fence::none, limits);
}

}  // namespace mailsonde::dns
