// SPDX-License-Identifier: Apache-2.0
#include "base/outcome.hpp"

namespace mailsonde {
namespace {

constexpr std::array<std::string_view, kOutcomeCount> kOutcomeNames{"ok",
                                                                    "greylisted",
                                                                    "rate_limited",
                                                                    "server_overloaded",
                                                                    "server_unavailable",
                                                                    "server_error",
                                                                    "next_hop_failure",
                                                                    "remote_timeout",
                                                                    "connection_lost",
                                                                    "connection_timeout",
                                                                    "connection_refused",
                                                                    "dns_temporary",
                                                                    "dns_no_route",
                                                                    "tls_failed",
                                                                    "tls_certificate",
                                                                    "auth_failed",
                                                                    "relay_denied",
                                                                    "blocklisted",
                                                                    "reputation",
                                                                    "sender_identity",
                                                                    "auth_policy",
                                                                    "mailbox_unavailable",
                                                                    "mailbox_full",
                                                                    "content_rejected",
                                                                    "policy_rejected",
                                                                    "protocol_error",
                                                                    "unclassified"};
constexpr std::array<std::string_view, 6> kFaultNames{"none", "sender", "receiver", "recipient", "network", "unknown"};
constexpr std::array<std::string_view, 4> kRetryNames{"yes", "slow", "later", "no"};

}  // namespace

std::array<Outcome, kOutcomeCount> all_outcomes() {
  std::array<Outcome, kOutcomeCount> result{};
  for (std::size_t i = 0; i < kOutcomeCount; ++i) result[i] = static_cast<Outcome>(i);
  return result;
}

std::string_view to_string(Outcome outcome) { return kOutcomeNames[static_cast<std::size_t>(outcome)]; }
std::string_view to_string(Fault fault) { return kFaultNames[static_cast<std::size_t>(fault)]; }
std::string_view to_string(Retry retry) { return kRetryNames[static_cast<std::size_t>(retry)]; }

std::optional<Outcome> outcome_from_string(std::string_view name) {
  for (const Outcome outcome : all_outcomes()) {
    if (to_string(outcome) == name) return outcome;
  }
  return std::nullopt;
}

}  // namespace mailsonde
