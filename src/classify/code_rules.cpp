// SPDX-License-Identifier: Apache-2.0
// For texts that name no cause: enhanced codes (RFC 3463 and its IANA registry; Microsoft's three-digit ones), then
// basic codes by stage. x.0.0 and 4.7.0 alone are no evidence, nor are 421, 450 and 451 outside the stages below.
#include "classify/reply_rules.hpp"

namespace mailsonde::classify {
namespace {

using enum Outcome;

constexpr RuleBlock enhanced(std::string_view name, std::string_view code, Outcome outcome, StageSet stages = kAnyStage,
                             std::string_view codes = "") {
  return {.name = name, .outcome = outcome, .codes = codes, .stages = stages, .enhanced = code};
}

constexpr RuleBlock basic(std::string_view name, std::string_view codes, Outcome outcome, StageSet stages = kAnyStage) {
  return {.name = name, .outcome = outcome, .codes = codes, .stages = stages};
}

constexpr RuleBlock kTellingCodeRules[] = {
    // STARTTLS and AUTH are the cause of what is answered to them.
    basic("refusal of STARTTLS", "4 5", tls_failed, in(Stage::starttls)),
    basic("refusal of AUTH", "4 5", auth_failed, in(Stage::auth)),
    basic("code 530", "530", auth_failed),
    basic("code 534", "534", auth_failed),
    basic("code 535", "535", auth_failed),
    basic("code 538", "538", tls_failed),

    enhanced("enhanced code x.1.1", "x.1.1", mailbox_unavailable),
    enhanced("enhanced code x.1.2", "x.1.2", dns_no_route),
    enhanced("enhanced code x.1.3", "x.1.3", protocol_error),
    enhanced("enhanced code x.1.6", "x.1.6", mailbox_unavailable),
    enhanced("enhanced code x.1.7", "x.1.7", sender_identity),
    enhanced("enhanced code x.1.8", "x.1.8", sender_identity),
    enhanced("enhanced code x.1.10", "x.1.10", dns_no_route),  // RFC 7505: null MX
    enhanced("enhanced code x.2.1", "x.2.1", mailbox_unavailable, kAnyStage, "5"),
    enhanced("enhanced code x.2.2", "x.2.2", mailbox_full),
    enhanced("enhanced code x.2.3", "x.2.3", content_rejected),
    enhanced("enhanced code x.2.4", "x.2.4", next_hop_failure),
    enhanced("enhanced code x.3.1", "x.3.1", server_overloaded),
    enhanced("enhanced code x.3.3", "x.3.3", server_error),
    enhanced("enhanced code x.3.4", "x.3.4", content_rejected),
    enhanced("enhanced code x.3.5", "x.3.5", server_error),
    enhanced("enhanced code x.4.1 at connect", "x.4.1", connection_timeout, kGreeting),
    enhanced("enhanced code 4.4.1", "4.4.1", next_hop_failure),
    enhanced("enhanced code 5.4.1", "5.4.1", mailbox_unavailable),
    enhanced("enhanced code x.4.2", "x.4.2", connection_lost),
    enhanced("enhanced code x.4.3", "x.4.3", dns_temporary),
    enhanced("enhanced code x.4.4", "x.4.4", dns_no_route),
    enhanced("enhanced code x.4.5", "x.4.5", rate_limited),
    enhanced("enhanced code x.4.6", "x.4.6", next_hop_failure),
    enhanced("enhanced code x.4.7", "x.4.7", next_hop_failure),
    enhanced("enhanced code x.4.8", "x.4.8", tls_certificate),
    enhanced("enhanced code x.4.14", "x.4.14", next_hop_failure),
    enhanced("enhanced code x.4.312", "x.4.312", dns_temporary),
    enhanced("enhanced code x.4.315", "x.4.315", connection_timeout),
    enhanced("enhanced code x.4.317", "x.4.317", connection_timeout),
    enhanced("enhanced code x.4.318", "x.4.318", connection_lost),
    enhanced("enhanced code x.5.1", "x.5.1", protocol_error),
    enhanced("enhanced code x.5.2", "x.5.2", protocol_error),
    enhanced("enhanced code x.5.3", "x.5.3", rate_limited),
    enhanced("enhanced code x.5.4", "x.5.4", protocol_error),
    enhanced("enhanced code x.5.5", "x.5.5", protocol_error),
    enhanced("enhanced code x.5.6", "x.5.6", protocol_error),
    enhanced("enhanced code x.6.0", "x.6.x", content_rejected),
    enhanced("enhanced code x.7.2", "x.7.2", policy_rejected),
    enhanced("enhanced code x.7.3", "x.7.3", auth_failed),
    enhanced("enhanced code x.7.4", "x.7.4", auth_failed),
    enhanced("enhanced code x.7.5", "x.7.5", tls_certificate),
    enhanced("enhanced code x.7.8", "x.7.8", auth_failed),
    enhanced("enhanced code x.7.9", "x.7.9", policy_rejected),
    enhanced("enhanced code x.7.10", "x.7.10", tls_failed),
    enhanced("enhanced code x.7.11", "x.7.11", tls_failed),
    enhanced("enhanced code x.7.12", "x.7.12", auth_failed),
    enhanced("enhanced code x.7.13", "x.7.13", auth_failed),
    enhanced("enhanced code x.7.17", "x.7.17", mailbox_unavailable),  // RFC 7293: the mailbox has a new owner
    enhanced("enhanced code x.7.18", "x.7.18", mailbox_unavailable),
    enhanced("enhanced code x.7.25", "x.7.25", sender_identity),
    enhanced("enhanced code x.7.27", "x.7.27", sender_identity),  // RFC 7505: the sender's domain has a null MX
    enhanced("enhanced code 4.7.28", "4.7.28", rate_limited),
    enhanced("enhanced code x.7.2x", "x.7.2x", auth_policy),  // RFC 7372, 8616, 8617
    enhanced("enhanced code x.7.3x", "x.7.3x", auth_policy),
    enhanced("enhanced code x.7.57", "x.7.57", auth_failed),
    enhanced("enhanced code x.7.60", "x.7.60", policy_rejected),
    enhanced("enhanced code x.7.64", "x.7.64", relay_denied),
    enhanced("enhanced code x.7.66", "x.7.66", tls_failed),
    enhanced("enhanced code x.7.320", "x.7.320", tls_certificate),
    enhanced("enhanced code x.7.321", "x.7.321", tls_failed),
    enhanced("enhanced code x.7.322", "x.7.322", tls_certificate),
    enhanced("enhanced code x.7.323", "x.7.323", tls_certificate),
    enhanced("enhanced code x.7.324", "x.7.324", dns_temporary),
    enhanced("enhanced code x.7.325", "x.7.325", tls_certificate),
    enhanced("enhanced code 5.7.50x", "5.7.50x", policy_rejected),
    enhanced("enhanced code 5.7.51x", "5.7.51x", blocklisted),
    enhanced("enhanced code 5.7.60x", "5.7.6xx", blocklisted),
    enhanced("enhanced code 4.7.65x", "4.7.65x", reputation),
    enhanced("enhanced code 5.7.7xx", "5.7.7xx", reputation),
    enhanced("enhanced code x.3.0", "x.3.0", server_error),
};

constexpr RuleBlock kVagueCodeRules[] = {
    enhanced("enhanced code x.3.2", "x.3.2", server_overloaded),
    enhanced("enhanced code 4.7.1", "4.7.1", greylisted),
    enhanced("enhanced code 5.7.0", "5.7.0", policy_rejected),
    enhanced("enhanced code 5.7.1", "5.7.1", policy_rejected),

    // RFC 5321 section 4.2.3, RFC 4954, RFC 7504.
    basic("code 5yz at banner", "5", policy_rejected, kGreeting),
    basic("code 421 at banner", "421", server_unavailable, in(Stage::banner)),
    basic("code 452", "452", server_overloaded),
    basic("code 455", "455", protocol_error),
    basic("code 500 to 504", "500 501 502 503 504", protocol_error),
    basic("code 555", "555", protocol_error),
    basic("code 556", "556", dns_no_route),
    basic("code 521", "521", policy_rejected),
    basic("code 550 at MAIL", "550 554", policy_rejected, in(Stage::mail)),
    basic("code 553 at MAIL", "553", sender_identity, in(Stage::mail)),
    basic("code 552", "552", content_rejected, in(Stage::mail) | kContent),
    basic("code 552 at RCPT", "552", mailbox_full, in(Stage::rcpt)),
    basic("code 550 at RCPT", "550 551 553", mailbox_unavailable, in(Stage::rcpt)),
    basic("code 554 at RCPT", "554", policy_rejected, in(Stage::rcpt)),
    basic("code 550 at end of data", "550", policy_rejected, kContent),
    basic("code 541", "541", policy_rejected),
};

}  // namespace

std::span<const RuleBlock> telling_code_rules() { return kTellingCodeRules; }
std::span<const RuleBlock> vague_code_rules() { return kVagueCodeRules; }

}  // namespace mailsonde::classify
