// SPDX-License-Identifier: Apache-2.0
// What a server offered in its EHLO reply (RFC 5321 section 4.1.1.1). After STARTTLS it is forgotten (RFC 3207 4.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "smtp/reply.hpp"

namespace mailsonde::smtp {

inline constexpr std::size_t kMaxCapabilities = 100;
inline constexpr std::size_t kMaxAuthMechanisms = 32;

struct Capabilities {
  std::string greeting_name;                 // first word of the first line
  std::vector<std::string> keywords;         // upper case, at most kMaxCapabilities, valid ehlo-keywords only
  std::vector<std::string> auth_mechanisms;  // upper case (RFC 4954; also the old "AUTH=PLAIN LOGIN" form), each once
  std::optional<std::uint64_t> size;         // RFC 1870; 0 or nonsense is no limit told
  [[nodiscard]] bool has(std::string_view keyword) const;
};

[[nodiscard]] Capabilities parse_capabilities(const Reply& ehlo_reply);

}  // namespace mailsonde::smtp
