// SPDX-License-Identifier: Apache-2.0
// An IP address as a value, without sockets. IPv4 and IPv6 never fall back into each other: a Family is part of what
// an endpoint is.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mailsonde {

enum class Family : std::uint8_t { ipv4, ipv6 };
[[nodiscard]] std::string_view to_string(Family family);  // "ipv4", "ipv6": the metric label

class IpAddress {
 public:
  // Network byte order, 4 or 16 bytes; nothing for another length.
  [[nodiscard]] static std::optional<IpAddress> from_bytes(std::span<const std::uint8_t> bytes);
  // The textual forms of inet_pton(3) only: no octal, no "1.2", no scope.
  [[nodiscard]] static std::optional<IpAddress> parse(std::string_view text);

  // "[192.0.2.1]", "[IPv6:2001:db8::1]" (RFC 5321 section 4.1.3).
  [[nodiscard]] static std::optional<IpAddress> parse_literal(std::string_view text);

  [[nodiscard]] Family family() const { return family_; }
  [[nodiscard]] std::span<const std::uint8_t> bytes() const;
  [[nodiscard]] std::string to_string() const;

  auto operator<=>(const IpAddress&) const = default;

 private:
  Family family_ = Family::ipv4;
  std::array<std::uint8_t, 16> bytes_{};
};

// Where a public name may not lead a probe by itself. IPv4 inside IPv6 (::ffff:0:0/96, NAT64 64:ff9b::/96, 6to4) is
// judged by the IPv4 address.
enum class Reach : std::uint8_t {
  global,       // dialled
  private_use,  // loopback, link-local, RFC 1918, RFC 6598, ULA: only with resolver.allow_private_addresses
  never,        // 0.0.0.0/8, multicast, broadcast, 240/4, "::": dialled in no case
};
[[nodiscard]] Reach reach_of(const IpAddress& address);

}  // namespace mailsonde
