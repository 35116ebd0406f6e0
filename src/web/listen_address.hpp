// SPDX-License-Identifier: Apache-2.0
// Where the HTTP listener stands, as the flag --web.listen-address says it: ":PORT", "127.0.0.1:PORT", "[::1]:PORT".
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.hpp"
#include "base/result.hpp"

namespace mailsonde::web {

struct ListenAddress {
  bool both_families = false;  // all addresses of the host, IPv4 and IPv6; `address` says nothing then
  IpAddress address;
  std::uint16_t port = 0;  // 0: the system chooses

  [[nodiscard]] std::string to_string() const;  // as the flag writes it
  bool operator==(const ListenAddress&) const = default;
};

// Pure; names are not resolved. The error says what would be right.
[[nodiscard]] Result<ListenAddress> parse_listen_address(std::string_view text);

// All of them, or the first error.
[[nodiscard]] Result<std::vector<ListenAddress>> parse_listen_addresses(std::span<const std::string> texts);

}  // namespace mailsonde::web
