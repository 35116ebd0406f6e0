// SPDX-License-Identifier: Apache-2.0
// Domain names in their two forms: in a DNS packet (RFC 1035 section 3.1, compressed by section 4.1.4) and as text
// without a final dot. Pure; every name that a stranger sends goes through here.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "base/address.hpp"

namespace mailsonde::dns {

using Packet = std::span<const std::uint8_t>;

// RFC 1035 section 2.3.4: 255 bytes on the wire, 63 a label; as text that is 253 at most.
inline constexpr std::size_t kLongestWireName = 255;
inline constexpr std::size_t kLongestLabel = 63;
inline constexpr std::size_t kLongestHostName = 253;

// A name taken out of a packet.
struct WireName {
  std::string labels;   // each with its length byte before it, lower case, without the root's zero
  std::size_t end = 0;  // offset behind the place where the name stood
};
enum class NameFault : std::uint8_t { broken, too_long };

// Reads the name at `at`. Compression pointers must lead strictly backwards, so that no name is read for ever.
[[nodiscard]] std::expected<WireName, NameFault> read_name(Packet packet, std::size_t at);

// The wire form of a valid host name, as WireName::labels has it.
[[nodiscard]] std::string to_wire(std::string_view host);

// Text for wire labels: every byte but letters, digits, hyphen and underscore as \DDD (RFC 1035 section 5.1). "" for
// the root.
[[nodiscard]] std::string to_text(std::string_view labels);

// Whose PTR records name the hosts of that address: "10.2.0.192.in-addr.arpa", or nibbles below ip6.arpa (RFC 1035
// section 3.5, RFC 3596 section 2.5).
[[nodiscard]] std::string reverse_name(const IpAddress& address);

// True if `labels` is `zone` or below it.
[[nodiscard]] bool is_within(std::string_view labels, std::string_view zone);

// True for what may be asked, dialled and shown as it is: labels of a-z 0-9 - _, 253 bytes at most, and a last label
// that is not all digits, since that is an address in text. Upper case is not valid here: lower it first.
[[nodiscard]] bool is_host_name(std::string_view text);

}  // namespace mailsonde::dns
