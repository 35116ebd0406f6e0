// SPDX-License-Identifier: Apache-2.0
// Whether the name that a source greets with and the address that it comes from belong together, as receivers look at
// it. Sans-IO: look-ups go in, findings come out.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.hpp"
#include "dns/resolver.hpp"

namespace mailsonde::identity {

// The label `check` of mailsonde_identity_check_ok.
enum class Check : std::uint8_t {
  helo,  // the HELO name resolves to the address (RFC 5321 section 4.1.4)
  ptr,   // a PTR name of the address resolves back to it (RFC 8601 section 2.7.3, RFC 1912 section 2.1): FCrDNS
};
inline constexpr std::array kChecks{Check::helo, Check::ptr};
[[nodiscard]] std::string_view to_string(Check check);

// A look-up that fails is unknown, never bad.
enum class Verdict : std::uint8_t { ok, failed, unknown };
[[nodiscard]] std::string_view to_string(Verdict verdict);

struct Finding {
  Verdict verdict = Verdict::unknown;
  std::string detail;  // one sentence for people, what to do included; bounded
};

// What EHLO says, and from where.
struct Claim {
  std::string helo;  // a domain or an address literal
  IpAddress address;
};

// How many PTR names of an address are looked at, as RFC 7208 section 4.6.4 bounds it.
inline constexpr std::size_t kMostPtrNames = 10;

// The type of the address records of that family.
[[nodiscard]] dns::RrType type_of(Family family);

// `forward` is the look-up of the HELO name in the address's family; it is not read when HELO is an address literal.
[[nodiscard]] Finding judge_helo(const Claim& claim, const dns::Lookup& forward);

// The PTR names that are worth a look-up: the HELO name first, then by name, so that a server's shuffling is nothing.
[[nodiscard]] std::vector<std::string> names_to_confirm(const Claim& claim, const dns::Lookup& ptr);

// A PTR name and its addresses.
struct Named {
  std::string name;
  dns::Lookup forward;
};
// `names` are those that were looked up, the last of them the one that confirms if there is one.
[[nodiscard]] Finding judge_ptr(const Claim& claim, const dns::Lookup& ptr, std::span<const Named> names);

// The address is among the answers.
[[nodiscard]] bool leads_to(const dns::Lookup& forward, const IpAddress& address);

}  // namespace mailsonde::identity
