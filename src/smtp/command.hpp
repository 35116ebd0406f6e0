// SPDX-License-Identifier: Apache-2.0
// Command lines that cannot be injected into: CR, LF, NUL and over-long arguments are refused (RFC 5321 section 4.1).
// Each function returns the whole line with its CRLF, or an Error that names the argument.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace mailsonde::smtp {

inline constexpr std::size_t kMaxCommandLine = 512;  // RFC 5321 section 4.5.3.1.4, CRLF included; AUTH may be longer

[[nodiscard]] Result<std::string> ehlo(std::string_view domain);
[[nodiscard]] Result<std::string> helo(std::string_view domain);
// `reverse_path` without <>; empty is the null reverse-path. `size` is sent only when given (RFC 1870).
[[nodiscard]] Result<std::string> mail_from(std::string_view reverse_path, std::optional<std::uint64_t> size = {});
[[nodiscard]] Result<std::string> rcpt_to(std::string_view forward_path);
// AUTH with the initial response already in base64 ("=" for an empty one, RFC 4954 section 4), or without.
[[nodiscard]] Result<std::string> auth(std::string_view mechanism, std::optional<std::string_view> initial_base64);
// A line of an AUTH exchange, base64.
[[nodiscard]] Result<std::string> auth_response(std::string_view base64);

inline constexpr std::string_view kStartTls = "STARTTLS\r\n";
inline constexpr std::string_view kData = "DATA\r\n";
inline constexpr std::string_view kQuit = "QUIT\r\n";
inline constexpr std::string_view kAuthCancel = "*\r\n";  // RFC 4954 section 4

// A mailbox for MAIL and RCPT: local-part@domain, printable ASCII, RFC 5321 lengths; a sentence when it is not one.
[[nodiscard]] Result<void> check_mailbox(std::string_view mailbox);

// Message text -> what goes after 354: CRLF line ends, dots stuffed (RFC 5321 section 4.5.2), closed by CRLF.CRLF.
[[nodiscard]] std::string message_data(std::string_view text);

}  // namespace mailsonde::smtp
