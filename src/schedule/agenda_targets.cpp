// SPDX-License-Identifier: Apache-2.0
// The agenda's side that follows configuration and DNS: which endpoints there are, and for whom.
#include <algorithm>

#include "base/assert.hpp"
#include "base/fingerprint.hpp"
#include "schedule/agenda.hpp"

namespace mailsonde::schedule {
namespace {

std::uint64_t fingerprint_of(const IpAddress& address) {
  Fingerprint fingerprint;
  for (const std::uint8_t byte : address.bytes()) fingerprint.add(std::uint64_t{byte});
  return fingerprint.value();
}

// Of what routed() looks at: ten thousand routes need not be kept to see that they have not changed.
std::uint64_t fingerprint_of(const std::vector<RouteHost>& hosts) {
  Fingerprint fingerprint;
  for (const RouteHost& host : hosts) {
    fingerprint.add(host.mx);
    fingerprint.add(host.provider);
    std::uint64_t addresses = host.addresses.size();
    // Summed up, since servers shuffle them.
    for (const IpAddress& address : host.addresses) addresses += fingerprint_of(address);
    fingerprint.add(addresses);
  }
  return fingerprint.value();
}

struct Wanted {
  EndpointKey key;
  std::vector<IpAddress> addresses;
};

std::vector<Wanted> wanted_by(const Subject& subject, const std::vector<RouteHost>& hosts) {
  std::vector<Wanted> wanted;
  for (const RouteHost& host : hosts) {
    for (const Family family : {Family::ipv4, Family::ipv6}) {
      std::vector<IpAddress> addresses;
      std::ranges::copy_if(host.addresses, std::back_inserter(addresses),
                           [family](const IpAddress& address) { return address.family() == family; });
      if (addresses.empty()) continue;
      for (const Source& source : subject.sources) {
        if (!source.has(family)) continue;
        wanted.push_back({{host.mx, family, subject.port, source.name, host.provider, subject.recipe}, addresses});
      }
    }
  }
  return wanted;
}

}  // namespace

void Agenda::set(const Policy& policy) {
  policy_ = policy;
  for (auto& [name, party] : parties_) {
    party.line.set(policy_for(party.own));
    wake(party);
  }
}

void Agenda::add(TargetKey key, Subject subject, Duration phase, MonotonicTime now) {
  MAILSONDE_ASSERT(subject.interval > Duration::zero());
  lookups_.add(key, subject.interval, phase, now);
  const bool fresh = targets_.emplace(key, Target{std::move(subject), {}, 0}).second;
  MAILSONDE_ASSERT(fresh);
}

void Agenda::remove(TargetKey key, MonotonicTime now) {
  const auto found = targets_.find(key);
  if (found == targets_.end()) return;
  for (const EndpointId id : found->second.endpoints) leave(key, id, now);
  targets_.erase(found);
  lookups_.remove(key);
}

void Agenda::routed(TargetKey key, const std::vector<RouteHost>& hosts, MonotonicTime now) {
  const auto found = targets_.find(key);
  if (found == targets_.end()) return;  // removed while it was looked up
  Target& target = found->second;
  const std::uint64_t route = fingerprint_of(hosts);
  if (route == target.route) return;
  target.route = route;

  const auto wanted = wanted_by(target.subject, hosts);
  std::vector<EndpointId> joined;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const Duration phase =
        target.subject.interval / static_cast<Duration::rep>(wanted.size()) * static_cast<Duration::rep>(i);
    const EndpointId id = join(key, wanted[i].key, wanted[i].addresses, phase, now);
    if (std::ranges::find(joined, id) == joined.end()) joined.push_back(id);
  }
  for (const EndpointId id : target.endpoints) {
    if (std::ranges::find(joined, id) == joined.end()) leave(key, id, now);
  }
  target.endpoints = std::move(joined);
}

EndpointId Agenda::join(TargetKey target, EndpointKey key, const std::vector<IpAddress>& addresses, Duration phase,
                        MonotonicTime now) {
  const auto [entry, fresh] = ids_.try_emplace(key, next_endpoint_);
  const EndpointId id = entry->second;
  Endpoint& endpoint = endpoints_[id];
  const Duration before = fresh ? Duration::zero() : endpoint.interval();
  endpoint.members.insert({targets_.at(target).subject.interval, target});
  endpoint.rotation.set(addresses);
  if (fresh) {
    ++next_endpoint_;
    endpoint.key = std::move(key);
    endpoint.party = &party_of(endpoint.key);
    endpoint.born = now;
  } else if (endpoint.state == State::waiting && !endpoint.rotation.has(endpoint.address)) {
    endpoint.address = endpoint.rotation.any();
  }
  reschedule(id, endpoint, before, phase, now);
  if (fresh) follow_chain(id, endpoint);  // one of an earlier run, or of the target before it changed
  return id;
}

void Agenda::leave(TargetKey target, EndpointId id, MonotonicTime now) {
  Endpoint& endpoint = endpoints_.at(id);
  const Duration before = endpoint.interval();
  endpoint.members.erase({targets_.at(target).subject.interval, target});
  if (!endpoint.members.empty()) {
    reschedule(id, endpoint, before, Duration::zero(), now);
    if (endpoint.state == State::idle) follow_chain(id, endpoint);  // the envelope may be another one
    return;
  }
  Party& party = *endpoint.party;
  if (endpoint.state == State::waiting) party.line.leave(id, endpoint.place(), endpoint.waits_as, endpoint.due);
  party.line.strike_off(endpoint.place(), before, now);
  if (!party.line.is_populated()) idle_parties_.push_back(endpoint.key.party());
  wake(party);
  if (endpoint.retry_at) retries_.erase({*endpoint.retry_at, id});
  turns_.remove(id);
  ids_.erase(endpoint.key);
  endpoints_.erase(id);
}

// The shortest interval of its members may have become another one, or its first.
void Agenda::reschedule(EndpointId id, Endpoint& endpoint, Duration before, Duration phase, MonotonicTime now) {
  const Duration interval = endpoint.interval();
  if (interval == before) return;
  endpoint.party->line.enlist(endpoint.place(), interval, now);  // first, so that the line keeps who waits
  if (before > Duration::zero()) endpoint.party->line.strike_off(endpoint.place(), before, now);
  wake(*endpoint.party);
  turns_.add(id, interval, phase, now);
}

Agenda::Party& Agenda::party_of(const EndpointKey& key) {
  const bool own = share_.holds(dealt_as(key.provider, key.mx));
  const auto [entry, fresh] = parties_.try_emplace(key.party(), own, policy_for(own));
  if (fresh) entry->second.number = next_party_++;
  return entry->second;
}

// One that has no endpoints is kept as long as it would be wrong to forget how hard it was probed.
void Agenda::forget_one_party(MonotonicTime now) {
  if (idle_parties_.empty()) return;
  std::string name = std::move(idle_parties_.front());
  idle_parties_.pop_front();
  const auto party = parties_.find(name);
  if (party == parties_.end() || party->second.line.is_populated()) return;
  if (party->second.line.is_idle(now)) {
    parties_.erase(party);
  } else {
    idle_parties_.push_back(std::move(name));
  }
}

Duration Agenda::interval_of(TargetKey key, const std::string& source, MonotonicTime now) const {
  Duration longest = Duration::zero();
  for (const EndpointId id : targets_.at(key).endpoints) {
    const Endpoint& endpoint = endpoints_.at(id);
    if (endpoint.key.source != source) continue;
    Duration gap = now - endpoint.started.value_or(endpoint.born);
    if (endpoint.started_before) gap = std::max(gap, *endpoint.started - *endpoint.started_before);
    const Duration interval = endpoint.interval();
    const bool stretched = gap > interval + interval / 10;  // two turns may each be 5 % off their slots
    longest = std::max(longest, stretched ? gap : interval);
  }
  return longest;
}

}  // namespace mailsonde::schedule
