// SPDX-License-Identifier: Apache-2.0
// The forms that single values may have. Pure. Each *_mistake says what is wrong as the rest of a sentence that begins
// with the value ("is longer than 253 characters"); empty means that nothing is.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/config.hpp"

namespace mailsonde::config {

// A recipient domain, or an address literal "[192.0.2.1]", "[IPv6:2001:db8::1]" (RFC 5321 section 4.1.3).
[[nodiscard]] std::string domain_mistake(std::string_view text);
// A relay: a host name or a plain address.
[[nodiscard]] std::string host_mistake(std::string_view text);
// How the names of MX hosts end: whole labels, no dot or * before them.
[[nodiscard]] std::string mx_suffix_mistake(std::string_view text);
// A reply code "451", or how it begins: "4", "45" (RFC 5321 section 4.2; 4 and 5 are the refusals).
[[nodiscard]] std::string code_mistake(std::string_view text);
// "4.7.1", "5.7.1", or "x.7.1" for both classes (RFC 3463 section 2).
[[nodiscard]] std::string enhanced_code_mistake(std::string_view text);
// The argument of EHLO: a domain or an address literal (RFC 5321 section 4.1.1.1).
[[nodiscard]] std::string helo_mistake(std::string_view text);
// local-part@domain, without <>, without quoted local parts (RFC 5321 section 4.1.2, lengths section 4.5.3.1).
[[nodiscard]] std::string mailbox_mistake(std::string_view text);
// A mailbox, or nothing at all: the null reverse-path.
[[nodiscard]] std::string reverse_path_mistake(std::string_view text);
// What becomes a metric label: 1 to 128 bytes without control characters.
[[nodiscard]] std::string label_mistake(std::string_view text);
// A SASL user name: not empty, no control characters (RFC 4013 section 2.3).
[[nodiscard]] std::string username_mistake(std::string_view text);
// The name of an environment variable.
[[nodiscard]] std::string variable_mistake(std::string_view text);
[[nodiscard]] std::string path_mistake(std::string_view text);

[[nodiscard]] bool has_control_characters(std::string_view text);

// What "relay.example:25" and "[2001:db8::1]:25" are made of; the host is not checked, the port is 1 to 65535. Nothing
// for a name without a port, an address of IPv6 without brackets, an address literal.
struct HostPort {
  std::string host;
  std::uint16_t port;
};
[[nodiscard]] std::optional<HostPort> split_host_port(std::string_view text);

// "192.0.2.1:53", "[2001:db8::1]:53", or an address alone (port 53).
[[nodiscard]] std::optional<Resolver::Server> parse_server(std::string_view text);

}  // namespace mailsonde::config
