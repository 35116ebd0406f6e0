// SPDX-License-Identifier: Apache-2.0
#include "base/address.hpp"

#include <arpa/inet.h>

#include <algorithm>

#include "base/text.hpp"

namespace mailsonde {
namespace {

using Bytes = std::span<const std::uint8_t>;

// True if the first `bits` bits of both are the same.
bool in_network(Bytes address, Bytes network, unsigned bits) {
  for (std::size_t i = 0; i < network.size() && bits > 0; ++i) {
    const unsigned taken = std::min(bits, 8U);
    const auto mask = static_cast<std::uint8_t>(0xffU << (8U - taken));
    if ((address[i] & mask) != (network[i] & mask)) return false;
    bits -= taken;
  }
  return true;
}

struct Network4 {
  std::array<std::uint8_t, 4> base;
  unsigned bits;
  Reach reach;
};
// IANA special-purpose registry, as far as hostile-cases rule 10 needs it.
constexpr std::array kNetworks4{
    Network4{{0, 0, 0, 0}, 8, Reach::never},
    Network4{{127, 0, 0, 0}, 8, Reach::private_use},
    Network4{{10, 0, 0, 0}, 8, Reach::private_use},
    Network4{{172, 16, 0, 0}, 12, Reach::private_use},
    Network4{{192, 168, 0, 0}, 16, Reach::private_use},
    Network4{{169, 254, 0, 0}, 16, Reach::private_use},
    Network4{{100, 64, 0, 0}, 10, Reach::private_use},
    Network4{{224, 0, 0, 0}, 4, Reach::never},
    Network4{{240, 0, 0, 0}, 4, Reach::never},
};

Reach reach_of_ipv4(Bytes bytes) {
  for (const Network4& network : kNetworks4) {
    if (in_network(bytes, network.base, network.bits)) return network.reach;
  }
  return Reach::global;
}

Reach reach_of_ipv6(Bytes bytes) {
  constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  constexpr std::array<std::uint8_t, 12> kNat64{0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};
  if (in_network(bytes, kMapped, 96) || in_network(bytes, kNat64, 96)) return reach_of_ipv4(bytes.subspan(12));
  if (bytes[0] == 0x20 && bytes[1] == 0x02) return reach_of_ipv4(bytes.subspan(2, 4));
  if (bytes[0] == 0xff) return Reach::never;
  const bool zero_but_last = std::ranges::all_of(bytes.first(15), [](std::uint8_t b) { return b == 0; });
  if (zero_but_last) return bytes[15] == 1 ? Reach::private_use : Reach::never;
  if (in_network(bytes, kMapped, 80)) return Reach::never;     // the deprecated "IPv4-compatible" form and its kin
  if ((bytes[0] & 0xfeU) == 0xfcU) return Reach::private_use;  // fc00::/7
  if (bytes[0] == 0xfe && (bytes[1] & 0x80U) == 0x80U) return Reach::private_use;  // fe80::/10, fec0::/10
  return Reach::global;
}

}  // namespace

std::string_view to_string(Family family) { return family == Family::ipv4 ? "ipv4" : "ipv6"; }

std::optional<IpAddress> IpAddress::from_bytes(Bytes bytes) {
  if (bytes.size() != 4 && bytes.size() != 16) return std::nullopt;
  IpAddress address;
  address.family_ = bytes.size() == 4 ? Family::ipv4 : Family::ipv6;
  std::ranges::copy(bytes, address.bytes_.begin());
  return address;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string terminated(text);
  if (terminated.find('\0') != std::string::npos) return std::nullopt;
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET, terminated.c_str(), bytes.data()) == 1) return from_bytes(Bytes(bytes).first(4));
  if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1) return from_bytes(bytes);
  return std::nullopt;
}

std::optional<IpAddress> IpAddress::parse_literal(std::string_view text) {
  constexpr std::string_view kTag = "IPv6:";
  if (text.size() < 2 || !text.starts_with('[') || !text.ends_with(']')) return std::nullopt;
  const std::string_view inner = text.substr(1, text.size() - 2);
  const bool tagged = starts_with_ignoring_case(inner, kTag);
  const auto address = parse(tagged ? inner.substr(kTag.size()) : inner);
  if (!address || (address->family() == Family::ipv6) != tagged) return std::nullopt;
  return address;
}

Bytes IpAddress::bytes() const { return Bytes(bytes_).first(family_ == Family::ipv4 ? 4 : 16); }

std::string IpAddress::to_string() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(family_ == Family::ipv4 ? AF_INET : AF_INET6, bytes_.data(), text.data(), text.size());
  return text.data();
}

Reach reach_of(const IpAddress& address) {
  return address.family() == Family::ipv4 ? reach_of_ipv4(address.bytes()) : reach_of_ipv6(address.bytes());
}

}  // namespace mailsonde
