// SPDX-License-Identifier: Apache-2.0
// The closed list of outcomes: how a probe (or a real delivery) ended, and who must act on it. The names are stable
// identifiers and metric label values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mailsonde {

enum class Outcome : std::uint8_t {
  ok,
  greylisted,
  rate_limited,
  server_overloaded,
  server_unavailable,
  server_error,
  next_hop_failure,
  remote_timeout,
  connection_lost,
  connection_timeout,
  connection_refused,
  dns_temporary,
  dns_no_route,
  tls_failed,
  tls_certificate,
  auth_failed,
  relay_denied,
  blocklisted,
  reputation,
  sender_identity,
  auth_policy,
  mailbox_unavailable,
  mailbox_full,
  content_rejected,
  policy_rejected,
  protocol_error,
  unclassified,
};
inline constexpr std::size_t kOutcomeCount = static_cast<std::size_t>(Outcome::unclassified) + 1;
[[nodiscard]] std::array<Outcome, kOutcomeCount> all_outcomes();

// Who must act.
enum class Fault : std::uint8_t { none, sender, receiver, recipient, network, unknown };

// Whether the same attempt can pass: yes = likely without a change; slow = with less traffic or after a longer wait;
// later = only after the remote side has repaired something; no = not until somebody changes something.
enum class Retry : std::uint8_t { yes, slow, later, no };

[[nodiscard]] std::string_view to_string(Outcome outcome);
[[nodiscard]] std::string_view to_string(Fault fault);
[[nodiscard]] std::string_view to_string(Retry retry);
[[nodiscard]] std::optional<Outcome> outcome_from_string(std::string_view name);

}  // namespace mailsonde
