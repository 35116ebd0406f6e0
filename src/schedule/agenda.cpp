// SPDX-License-Identifier: Apache-2.0
#include "schedule/agenda.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace mailsonde::schedule {
namespace {

// The server spoke to us. A time-out or a cut may itself be a throttle, so that it is neither good nor bad.
bool has_answered(const ProbeEnd& end) {
  const bool cut = end.outcome == Outcome::remote_timeout || end.outcome == Outcome::connection_lost;
  return end.stage > Stage::connect && !cut;
}

}  // namespace

std::optional<MonotonicTime> Agenda::next_due() {
  std::optional<MonotonicTime> earliest = lookups_.next_due();
  const auto consider = [&earliest](std::optional<MonotonicTime> moment) {
    if (moment && (!earliest || *moment < *earliest)) earliest = moment;
  };
  consider(turns_.next_due());
  if (!retries_.empty()) consider(retries_.begin()->first);
  if (!wakes_.empty() && flights_.size() < policy_.max_in_flight) consider(wakes_.begin()->first.first);
  return earliest;
}

std::optional<Step> Agenda::take(MonotonicTime now) {
  if (const auto turn = lookups_.take(now)) {
    forget_one_party(now);
    return LookUp{turn->key, turn->due};
  }
  if (auto left_out = take_turn(now)) return left_out;
  while (!retries_.empty() && retries_.begin()->first <= now) {
    const auto [due, id] = *retries_.begin();
    Endpoint& endpoint = endpoints_.at(id);
    if (needs_identity(endpoint)) return hold_back(id, endpoint);
    retries_.erase(retries_.begin());
    if (!endpoint.rotation.has(endpoint.address)) endpoint.address = endpoint.rotation.any();
    wait_in_line(id, endpoint, Line::Class::retry, due);
  }
  return take_dial(now);
}

// Puts all endpoints whose turn it is into their lines; a turn that cannot be had is the step.
std::optional<Step> Agenda::take_turn(MonotonicTime now) {
  while (const auto turn = turns_.take(now)) {
    Endpoint& endpoint = endpoints_.at(turn->key);
    if (endpoint.state == State::waiting) {
      const bool slowed = endpoint.party->line.back_off(endpoint.key.source).holds(now);
      return LeftOut{turn->key, slowed ? Suppression::backoff : Suppression::budget};
    }
    if (endpoint.state == State::in_flight) return LeftOut{turn->key, Suppression::budget};
    if (endpoint.retry_at) return LeftOut{turn->key, Suppression::backoff};
    if (needs_identity(endpoint)) return LeftOut{turn->key, Suppression::identity};
    const auto address = endpoint.rotation.pick();
    if (!address) return LeftOut{turn->key, Suppression::dead_endpoint};
    endpoint.address = *address;
    wait_in_line(turn->key, endpoint, Line::Class::turn, turn->due);
  }
  return std::nullopt;
}

void Agenda::wait_in_line(EndpointId id, Endpoint& endpoint, Line::Class as, MonotonicTime due) {
  MAILSONDE_ASSERT(endpoint.state == State::idle);
  endpoint.state = State::waiting;
  endpoint.waits_as = as;
  endpoint.due = due;
  endpoint.party->line.join(id, endpoint.place(), as, due);
  wake(*endpoint.party);
}

std::optional<Step> Agenda::take_dial(MonotonicTime now) {
  if (flights_.size() >= policy_.max_in_flight) return std::nullopt;
  if (wakes_.empty() || wakes_.begin()->first.first > now) return std::nullopt;
  Party& party = *wakes_.begin()->second;
  const auto turn = party.line.take(now);
  MAILSONDE_ASSERT(turn.has_value());
  Endpoint& endpoint = endpoints_.at(turn->ticket);
  if (needs_identity(endpoint)) {  // its source failed while it waited
    party.line.finished(endpoint.key.mx, now);
    wake(party);
    endpoint.state = State::idle;
    return hold_back(turn->ticket, endpoint);
  }
  wake(party);
  return dial(turn->ticket, turn->granted, now);
}

Dial Agenda::dial(EndpointId id, MonotonicTime granted, MonotonicTime now) {
  Endpoint& endpoint = endpoints_.at(id);
  // Who had to wait for long has its next turn an interval from now, so that all who wait are stretched alike.
  const Duration interval = endpoint.interval();
  if (now - endpoint.due > interval / 10) turns_.add(id, interval, interval, now);
  endpoint.state = State::in_flight;
  endpoint.started_before = endpoint.started;
  endpoint.started = now;
  const ProbeId probe = next_probe_++;
  flights_.emplace(probe, Flight{id, endpoint.key, endpoint.party, endpoint.address, attempt_of(endpoint), now});
  return {probe, id, endpoint.key, endpoint.address, endpoint.members.begin()->target, endpoint.due, granted};
}

Judgement Agenda::finished(ProbeId probe, const ProbeEnd& end, MonotonicTime now) {
  const auto node = flights_.extract(probe);
  MAILSONDE_ASSERT(!node.empty());
  const Flight& flight = node.mapped();
  Judgement judgement;
  if (end.counted) judgement.throttle = weigh(flight, end, now);
  if (flight.attempt) {
    const AttemptEnd attempt_end{end.outcome, end.counted ? end.stage : Stage::dns, end.retry_after};
    judgement.greylisting = chains_.note(*flight.attempt, attempt_end, now);
  }

  const auto found = endpoints_.find(flight.endpoint);
  if (found != endpoints_.end()) {
    Endpoint& endpoint = found->second;
    endpoint.state = State::idle;
    if (end.counted) note_connect(endpoint, flight, end, now);
    follow_chain(flight.endpoint, endpoint);
  }
  if (now >= next_tidy_) {
    chains_.tidy(now);
    next_tidy_ = now + std::chrono::hours(1);
  }
  flight.party->line.finished(flight.key.mx, now);
  wake(*flight.party);
  return judgement;
}

Throttle Agenda::weigh(const Flight& flight, const ProbeEnd& end, MonotonicTime now) {
  Line& line = flight.party->line;
  BackOff& back_off = line.back_off(flight.key.source);
  ThrottleEvidence evidence;
  evidence.about_us = policy_.is_about_us(end.outcome);
  evidence.spares_other = line.spares_other(flight.key.source, kSparedWindow, now);
  evidence.has_eased = back_off.has_eased(now);
  if (evidence.about_us) {
    back_off.troubled(flight.started, end.retry_after, now);
  } else if (has_answered(end)) {
    back_off.fine(now);
  }
  return throttle_of(end.outcome, evidence);
}

// An endpoint is only dead when others are not: while nothing else connects to that port from that source and family
// either, the fault is ours, and its end must be seen without delay.
void Agenda::note_connect(Endpoint& endpoint, const Flight& flight, const ProbeEnd& end, MonotonicTime now) {
  const Way way{flight.key.source, flight.key.family, flight.key.port};
  if (end.stage > Stage::connect) {
    endpoint.rotation.reached(flight.address);
    reached_[way] = now;
    return;
  }
  const auto other = reached_.find(way);
  const bool network_works =
      other != reached_.end() && (!endpoint.started_before || other->second > *endpoint.started_before);
  if (end.stage == Stage::connect && network_works) endpoint.rotation.failed(flight.address);
}

std::optional<Attempt> Agenda::attempt_of(const Endpoint& endpoint) const {
  const Subject& subject = targets_.at(endpoint.members.begin()->target).subject;
  if (!subject.envelope) return std::nullopt;
  const auto source = std::ranges::find(subject.sources, endpoint.key.source, &Source::name);
  MAILSONDE_ASSERT(source != subject.sources.end());
  return Attempt{endpoint.key.source,         source->helo,    subject.envelope->sender,
                 subject.envelope->recipient, endpoint.key.mx, endpoint.key.family};
}

// Its next turn is the chain's retry as long as one runs. Only for endpoints that are idle.
void Agenda::follow_chain(EndpointId id, Endpoint& endpoint) {
  if (endpoint.retry_at) retries_.erase({*endpoint.retry_at, id});
  const auto attempt = attempt_of(endpoint);
  endpoint.retry_at = attempt ? chains_.next(*attempt) : std::nullopt;
  if (endpoint.retry_at) retries_.emplace(*endpoint.retry_at, id);
}

bool Agenda::needs_identity(const Endpoint& endpoint) const {
  if (!unconfirmed_.contains(endpoint.key.source)) return false;
  const Subject& subject = targets_.at(endpoint.members.begin()->target).subject;
  if (subject.kind == config::TargetKind::relay) return false;
  switch (policy_.require_identity) {
    case config::RequireIdentity::envelope:
      return subject.depth >= Stage::mail;
    case config::RequireIdentity::always:
      return true;
    case config::RequireIdentity::never:
      break;
  }
  return false;
}

// A chain loses its own times: it goes on with an ordinary turn, if the source is confirmed early enough.
LeftOut Agenda::hold_back(EndpointId id, Endpoint& endpoint) {
  if (endpoint.retry_at) retries_.erase({*endpoint.retry_at, id});
  endpoint.retry_at.reset();
  return {id, Suppression::identity};
}

void Agenda::wake(Party& party) {
  if (party.wake) wakes_.erase({*party.wake, party.number});
  party.wake = party.line.next();
  if (party.wake) wakes_.emplace(std::pair(*party.wake, party.number), &party);
}

const Members& Agenda::members_of(EndpointId endpoint) const {
  static const Members kNobody;
  const auto found = endpoints_.find(endpoint);
  return found == endpoints_.end() ? kNobody : found->second.members;
}

}  // namespace mailsonde::schedule
