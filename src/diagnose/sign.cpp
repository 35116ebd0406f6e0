// SPDX-License-Identifier: Apache-2.0
#include "diagnose/sign.hpp"

namespace mailsonde::diagnose {
namespace {

Sign sign_of_outcome(Outcome outcome) {
  switch (outcome) {
    case Outcome::ok:
    case Outcome::greylisted:
    case Outcome::mailbox_unavailable:
    case Outcome::mailbox_full:
    case Outcome::content_rejected:
    case Outcome::relay_denied:  // of another's MX this is the right answer
    case Outcome::auth_failed:
      return Sign::works;
    case Outcome::rate_limited:
      return Sign::limited;
    case Outcome::policy_rejected:
    case Outcome::auth_policy:
      return Sign::unwelcome;
    case Outcome::blocklisted:
    case Outcome::reputation:
    case Outcome::sender_identity:
      return Sign::listed;
    case Outcome::remote_timeout:
    case Outcome::connection_lost:
      return Sign::cut;
    case Outcome::server_overloaded:
    case Outcome::server_unavailable:
    case Outcome::server_error:
    case Outcome::next_hop_failure:
    case Outcome::tls_failed:
    case Outcome::tls_certificate:
    case Outcome::protocol_error:
    case Outcome::unclassified:
    // After the connect these four come from a reply: the server speaks of what lies behind it.
    case Outcome::connection_timeout:
    case Outcome::connection_refused:
    case Outcome::dns_temporary:
    case Outcome::dns_no_route:
      return Sign::ails;
  }
  return Sign::ails;
}

}  // namespace

std::optional<Sign> sign_of(const Observation& observation) {
  if (observation.unsent) return Sign::unsent;
  if (observation.outcome == Outcome::ok) return Sign::works;
  if (observation.stage == Stage::dns) return std::nullopt;
  const bool no_connection =
      observation.outcome == Outcome::connection_timeout || observation.outcome == Outcome::connection_refused;
  if (observation.stage == Stage::connect && no_connection) return Sign::unreachable;
  const Sign sign = sign_of_outcome(observation.outcome);
  // Backing off is right after a listing too, but a listing does not go away with the rate.
  return observation.throttled && sign != Sign::listed ? Sign::throttled : sign;
}

}  // namespace mailsonde::diagnose
