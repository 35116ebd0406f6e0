// SPDX-License-Identifier: Apache-2.0
#include "classify/classify.hpp"

#include <utility>

#include "classify/hint.hpp"
#include "classify/reply_facts.hpp"
#include "classify/rule_set.hpp"

namespace mailsonde::classify {
namespace {

// Whether a temporary reply with this outcome is worth a retry. Local failures count as temporary.
Retry retry_of_temporary(Outcome outcome) {
  switch (outcome) {
    case Outcome::ok:
    case Outcome::greylisted:
    case Outcome::server_overloaded:
    case Outcome::server_unavailable:
    case Outcome::remote_timeout:
    case Outcome::connection_lost:
    case Outcome::connection_timeout:
    case Outcome::dns_temporary:
    case Outcome::auth_failed:
    case Outcome::mailbox_unavailable:
    case Outcome::unclassified:
      return Retry::yes;
    case Outcome::rate_limited:
    case Outcome::reputation:
    case Outcome::mailbox_full:
      return Retry::slow;
    case Outcome::server_error:
    case Outcome::next_hop_failure:
    case Outcome::connection_refused:
    case Outcome::tls_failed:
    case Outcome::tls_certificate:
      return Retry::later;
    // A 4xx does not make these pass: the sender, or the receiver's rule, must change.
    case Outcome::dns_no_route:
    case Outcome::relay_denied:
    case Outcome::blocklisted:
    case Outcome::sender_identity:
    case Outcome::auth_policy:
    case Outcome::content_rejected:
    case Outcome::policy_rejected:
    case Outcome::protocol_error:
      return Retry::no;
  }
  return Retry::no;
}

// A 5xx says that the same attempt fails again. It is believed, but where the cause is one that passes: quotas by the
// day come as 550 5.4.5, full mailboxes as 552 5.2.2; for the rest the server must change something first.
Retry retry_of_permanent(Outcome outcome) {
  if (outcome == Outcome::auth_failed || outcome == Outcome::mailbox_unavailable || outcome == Outcome::unclassified) {
    return Retry::no;
  }
  const Retry temporary = retry_of_temporary(outcome);
  return temporary == Retry::yes ? Retry::later : temporary;
}

Verdict local_verdict(Outcome outcome, std::string_view rule) {
  return {.outcome = outcome, .retry = retry_of_temporary(outcome), .rule = std::string(rule)};
}

// Shared by all classifiers.
const RuleSet& built_in() {
  static const RuleSet kRules(built_in_rules());
  return kRules;
}

std::vector<ReplyRule> rules_of(const std::vector<config::ReplyRule>& own) {
  std::vector<ReplyRule> rules;
  for (const config::ReplyRule& rule : own) {
    rules.push_back({.name = rule.name,
                     .outcome = rule.outcome,
                     .pattern = rule.pattern,
                     .codes = rule.code,
                     .stages = rule.stage ? in(*rule.stage) : kAnyStage,
                     .retry = rule.retry,
                     .enhanced = rule.enhanced_code,
                     .providers = rule.provider});
  }
  return rules;
}

}  // namespace

Classifier::Classifier(std::vector<config::ReplyRule> own)
    : own_(std::move(own)), own_rules_(std::make_unique<const RuleSet>(rules_of(own_))) {
  // What takes milliseconds is made now, and not between two probes.
  (void)built_in();
  (void)retry_hint({});
}

Classifier::~Classifier() = default;

Verdict Classifier::judge(const smtp::Reply& reply, std::optional<Stage> stage, std::string_view provider) const {
  const ReplyFacts facts = facts_of(reply, stage, provider);
  const ReplyRule* rule = own_rules_->find(facts);
  if (rule == nullptr) rule = built_in().find(facts);
  const Outcome outcome = rule == nullptr ? Outcome::unclassified : rule->outcome;
  Verdict verdict{.outcome = outcome,
                  .retry = reply.is_permanent() ? retry_of_permanent(outcome) : retry_of_temporary(outcome),
                  .rule = rule == nullptr ? "first digit" : std::string(rule->name),
                  .retry_after = retry_hint(facts.text)};
  if (rule != nullptr && rule->retry) verdict.retry = *rule->retry;
  return verdict;
}

Verdict classify_failure(LocalFailure failure, Stage at) {
  switch (failure) {
    case LocalFailure::dns_no_name:
      return local_verdict(Outcome::dns_no_route, "no such domain");
    case LocalFailure::dns_no_address:
      return local_verdict(Outcome::dns_no_route, "no MX and no address");
    case LocalFailure::dns_null_mx:
      return local_verdict(Outcome::dns_no_route, "null MX");
    case LocalFailure::dns_bad_address:
      return local_verdict(Outcome::dns_no_route, "address that is not dialled");
    case LocalFailure::dns_failed:
      return local_verdict(Outcome::dns_temporary, "DNS look-up failed");
    case LocalFailure::connect_refused:
      return local_verdict(Outcome::connection_refused, "connect refused");
    case LocalFailure::connect_timeout:
      return local_verdict(Outcome::connection_timeout, "connect timed out");
    case LocalFailure::timeout:
      return local_verdict(Outcome::remote_timeout, "no answer in time");
    case LocalFailure::lost:
      // A server that dislikes our handshake often closes without an alert.
      if (at == Stage::tls) return local_verdict(Outcome::tls_failed, "connection lost during the TLS handshake");
      return local_verdict(Outcome::connection_lost, "connection lost");
    case LocalFailure::tls_not_offered:
      return local_verdict(Outcome::tls_failed, "STARTTLS not offered");
    case LocalFailure::tls_handshake:
      return local_verdict(Outcome::tls_failed, "TLS handshake failed");
    case LocalFailure::tls_certificate:
      return local_verdict(Outcome::tls_certificate, "certificate not valid");
    case LocalFailure::auth_impossible:
      // Nothing was sent, so trying again does not help before somebody changes something.
      return {.outcome = Outcome::auth_failed, .retry = Retry::no, .rule = "no usable AUTH mechanism"};
    case LocalFailure::protocol:
      return local_verdict(Outcome::protocol_error, "not SMTP");
  }
  return local_verdict(Outcome::unclassified, "unknown failure");
}

}  // namespace mailsonde::classify
