// SPDX-License-Identifier: Apache-2.0
// Many reports -> whose fault. From the last round of observations the smallest set is blamed that explains the
// failures: nearly all of its members fail while enough of the rest works. docs/diagnosis.md has each rule in words.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diagnose/observation.hpp"

namespace mailsonde::diagnose {

// The label `scope` of mailsonde_fault_suspected, from the widest to the narrowest.
enum class Scope : std::uint8_t { egress, resolver, prober, ip_family, source, provider, mx_host };
inline constexpr std::size_t kScopeCount = static_cast<std::size_t>(Scope::mx_host) + 1;
[[nodiscard]] std::string_view to_string(Scope scope);

// Subjects of scope egress: port 25 alone is closed; nothing at all gets out.
inline constexpr std::string_view kPort25 = "port_25";
inline constexpr std::string_view kNetwork = "network";
// Subject of scope prober when it is throttled on all sides.
inline constexpr std::string_view kEverywhere = "all";

struct Fault {
  Scope scope;
  std::string subject;   // a name out of the observations, or one of the three above
  std::string evidence;  // a sentence for people, with the numbers that led here
  bool operator==(const Fault&) const = default;
};

// At most one fault a scope and subject, sorted by both; none when all is well or there is too little evidence. Pure
// and deterministic: the order of the observations does not matter. O(n log n). Takes any values; bounding the number
// and the length of names is the caller's part.
[[nodiscard]] std::vector<Fault> diagnose(std::span<const Observation> observations,
                                          std::span<const ResolverObservation> resolvers);

}  // namespace mailsonde::diagnose
