// SPDX-License-Identifier: Apache-2.0
#include "dns/name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "base/text.hpp"

namespace mailsonde::dns {
namespace {

// A name of 255 bytes has 127 labels; nobody needs more pointers than that. Bounds chains of pointers to pointers.
constexpr int kMostPointers = 127;
constexpr std::size_t kHeaderLength = 12;

constexpr bool is_plain(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; }

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::expected<WireName, NameFault> read_name(Packet packet, std::size_t at) {
  WireName name;
  std::size_t run = at;  // where the labels now being read began: the next pointer must lead before it
  for (int pointers = 0;;) {
    if (at >= packet.size()) return std::unexpected(NameFault::broken);
    const std::size_t length = packet[at];
    if (length >= 0xc0) {
      if (at + 1 >= packet.size() || ++pointers > kMostPointers) return std::unexpected(NameFault::broken);
      if (name.end == 0) name.end = at + 2;
      const std::size_t target = (length & 0x3fU) << 8U | packet[at + 1];
      if (target >= run || target < kHeaderLength) return std::unexpected(NameFault::broken);
      at = run = target;
      continue;
    }
    if (length > kLongestLabel) return std::unexpected(NameFault::broken);  // RFC 1035 4.1.4: 10 and 01 are reserved
    if (length == 0) break;
    if (at + length >= packet.size()) return std::unexpected(NameFault::broken);
    if (name.labels.size() + length + 2 > kLongestWireName) return std::unexpected(NameFault::too_long);
    const Packet label = packet.subspan(at, length + 1);
    name.labels.append(label.begin(), label.end());
    at += length + 1;
  }
  if (name.end == 0) name.end = at + 1;
  name.labels = to_lower(name.labels);  // length bytes are 63 at most, so no letter is among them
  return name;
}

std::string to_wire(std::string_view host) {
  std::string labels;
  for (const std::string_view label : split(host, '.')) {
    labels += static_cast<char>(label.size());
    labels += label;
  }
  return labels;
}

std::string to_text(std::string_view labels) {
  std::string text;
  while (!labels.empty()) {
    const auto length = static_cast<unsigned char>(labels.front());
    if (!text.empty()) text += '.';
    for (const char c : labels.substr(1, length)) {
      if (is_plain(c)) {
        text += c;
      } else {
        text += fmt::format("\\{:03}", static_cast<unsigned char>(c));
      }
    }
    labels.remove_prefix(std::size_t{1} + length);
  }
  return text;
}

std::string reverse_name(const IpAddress& address) {
  const bool is_ipv4 = address.family() == Family::ipv4;
  std::string name;
  for (const std::uint8_t byte : address.bytes() | std::views::reverse) {
    name += is_ipv4 ? fmt::format("{}.", byte) : fmt::format("{:x}.{:x}.", byte & 0xfU, byte >> 4U);
  }
  return name + (is_ipv4 ? "in-addr.arpa" : "ip6.arpa");
}

bool is_within(std::string_view labels, std::string_view zone) {
  while (labels.size() > zone.size()) labels.remove_prefix(std::size_t{1} + static_cast<unsigned char>(labels.front()));
  return labels == zone;
}

bool is_host_name(std::string_view text) {
  if (text.empty() || text.size() > kLongestHostName) return false;
  const auto labels = split(text, '.');
  const bool labels_fit = std::ranges::all_of(labels, [](std::string_view label) {
    return !label.empty() && label.size() <= kLongestLabel && std::ranges::all_of(label, is_plain);
  });
  return labels_fit && !std::ranges::all_of(labels.back(), is_digit);
}

}  // namespace mailsonde::dns
