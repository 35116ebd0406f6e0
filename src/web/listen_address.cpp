// SPDX-License-Identifier: Apache-2.0
#include "web/listen_address.hpp"

#include <charconv>
#include <optional>

#include "base/text.hpp"

namespace mailsonde::web {
namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
  constexpr std::size_t kMostDigits = 5;
  if (text.empty() || text.size() > kMostDigits) return std::nullopt;
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return port;
}

// IPv6 stands in brackets, and only IPv6 does.
std::optional<IpAddress> parse_host(std::string_view host) {
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  const auto address = IpAddress::parse(bracketed ? host.substr(1, host.size() - 2) : host);
  if (!address || bracketed != (address->family() == Family::ipv6)) return std::nullopt;
  return address;
}

std::unexpected<Error> malformed(std::string_view text) {
  return fail("\"" + printable(text, 100) + "\" is no listen address: write :PORT, 127.0.0.1:PORT or [::1]:PORT");
}

}  // namespace

std::string ListenAddress::to_string() const {
  const std::string tail = ":" + std::to_string(port);
  if (both_families) return tail;
  return (address.family() == Family::ipv6 ? "[" + address.to_string() + "]" : address.to_string()) + tail;
}

Result<ListenAddress> parse_listen_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return malformed(text);
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) return malformed(text);
  ListenAddress where;
  where.port = *port;
  where.both_families = colon == 0;
  if (where.both_families) return where;
  const auto address = parse_host(text.substr(0, colon));
  if (!address) return malformed(text);
  where.address = *address;
  return where;
}

Result<std::vector<ListenAddress>> parse_listen_addresses(std::span<const std::string> texts) {
  std::vector<ListenAddress> addresses;
  for (const std::string& text : texts) {
    auto where = parse_listen_address(text);
    if (!where) return std::unexpected(where.error());
    addresses.push_back(*where);
  }
  return addresses;
}

}  // namespace mailsonde::web
