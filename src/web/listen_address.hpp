// SPDX-License-Identifier: Apache-2.0
// Where to listen, as Prometheus' --web.listen-address has it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/address.hpp"
#include "base/result.hpp"

namespace mailsonde::web {

struct ListenAddress {
  IpAddress address;
  std::uint16_t port = 0;
  bool both_families = false;  // ":PORT": every address of both families
  [[nodiscard]] std::string to_string() const;  // "127.0.0.1:10451", "[::1]:10451", ":10451"
  bool operator==(const ListenAddress&) const = default;
};

// "127.0.0.1:10451", "[::1]:10451", ":10451". Names are not resolved ("localhost" is 127.0.0.1). Port 0 is a free one.
[[nodiscard]] Result<ListenAddress> parse_listen_address(std::string_view text);

}  // namespace mailsonde::web
