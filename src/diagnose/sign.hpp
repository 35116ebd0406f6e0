// SPDX-License-Identifier: Apache-2.0
// What one ending of a probe says about infrastructure. Outcomes are many; the rules need to know only how far we got
// and whom the answer speaks about.
#pragma once

#include <cstdint>
#include <optional>

#include "diagnose/observation.hpp"

namespace mailsonde::diagnose {

// From the mildest to the hardest: of several reports about one endpoint the first of this list counts. `throttled`
// leads because it makes the endpoint inconclusive for every other rule.
enum class Sign : std::uint8_t {
  throttled,    // an answer to our own rate
  works,        // ok, or a refusal that is nobody's infrastructure: greylisted, mailbox_full, ...
  limited,      // rate_limited, though not by our probing
  unwelcome,    // refused by the receiver's rules, for whatever reason: policy_rejected, auth_policy
  listed,       // refused for what our address is: blocklisted, reputation, sender_identity
  ails,         // the server tells of, or shows, a trouble of its own
  cut,          // connected, then silence or a reset
  unreachable,  // no connection
  unsent,       // the probe never left this host
};

// Nothing for what ended in DNS: it says nothing about an endpoint.
[[nodiscard]] std::optional<Sign> sign_of(const Observation& observation);

// Whether a connection stood.
[[nodiscard]] constexpr bool is_reached(Sign sign) { return sign < Sign::unreachable; }
// Whether it tells anything about the host beyond our own side.
[[nodiscard]] constexpr bool is_conclusive(Sign sign) { return sign != Sign::throttled && sign != Sign::unsent; }
// Failures that a provider or an MX host can be the cause of. `listed` is not: that server works, for others.
[[nodiscard]] constexpr bool is_receiver_failure(Sign sign) {
  return sign == Sign::unwelcome || sign == Sign::ails || sign == Sign::cut || sign == Sign::unreachable;
}
// Failures that a source can be the cause of, if the same host takes another source.
[[nodiscard]] constexpr bool is_source_failure(Sign sign) {
  return sign == Sign::limited || sign == Sign::unwelcome || sign == Sign::listed || sign == Sign::cut ||
         sign == Sign::unreachable;
}

}  // namespace mailsonde::diagnose
