// SPDX-License-Identifier: Apache-2.0
#include "schedule/line.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace mailsonde::schedule {
namespace {

// Probes in 1e9 seconds: an interval of a day is 11574, a million intervals of a second fit as well.
constexpr std::int64_t kDemandUnit = 1'000'000'000;
constexpr std::int64_t demand_of(Duration interval) { return kDemandUnit * 1'000'000'000 / interval.count(); }
constexpr Duration gap_of(std::int64_t demand) { return Duration(kDemandUnit * 1'000'000'000 / demand); }

}  // namespace

void Line::set(const Policy& policy) {
  per_mx_ = policy.per_mx;
  per_mx_concurrency_ = policy.per_mx_concurrency;
  budget_.set(policy.per_provider);
  for (auto& [mx, host] : hosts_) {
    host.budget.set(per_mx_);
    place_all(host);
  }
}

void Line::enlist(const Place& place, Duration interval, MonotonicTime now) {
  const auto [entry, fresh] = lanes_.try_emplace({place.source, place.mx});
  Lane& lane = entry->second;
  if (fresh) {
    const auto [host, unknown] = hosts_.try_emplace(place.mx);
    if (unknown) host->second.budget.set(per_mx_);
    host->second.lanes.push_back(&lane);
    lane.number = next_number_++;
    lane.host = &host->second;
    lane.source = &sources_[place.source];
  }
  ++lane.enlisted;
  lane.source->demand += demand_of(interval);
  demand_ += demand_of(interval);
  demand_since_ = now;
}

void Line::strike_off(const Place& place, Duration interval, MonotonicTime now) {
  Lane& lane = lane_of(place);
  lane.source->demand -= demand_of(interval);
  demand_ -= demand_of(interval);
  demand_since_ = now;
  if (--lane.enlisted > 0) return;
  MAILSONDE_ASSERT(lane.waiting[Class::turn].empty() && lane.waiting[Class::retry].empty());
  std::erase(lane.host->lanes, &lane);
  lanes_.erase({place.source, place.mx});
  forget(place.mx);
}

// Hosts come and go with DNS: one that nobody looks at must not stay.
void Line::forget(const std::string& mx) {
  const auto host = hosts_.find(mx);
  if (host->second.lanes.empty() && host->second.in_flight == 0) hosts_.erase(host);
}

Line::Lane& Line::lane_of(const Place& place) {
  const auto lane = lanes_.find({place.source, place.mx});
  MAILSONDE_ASSERT(lane != lanes_.end());
  return lane->second;
}

void Line::join(Ticket ticket, const Place& where, Class as, MonotonicTime due) {
  Lane& lane = lane_of(where);
  lane.waiting[as].emplace(due, ticket);
  place(lane);
}

void Line::leave(Ticket ticket, const Place& where, Class as, MonotonicTime due) {
  Lane& lane = lane_of(where);
  lane.waiting[as].erase({due, ticket});
  place(lane);
}

// Puts the lane where it belongs in its source's order, or nowhere.
void Line::place(Lane& lane) {
  const Host& host = *lane.host;
  for (const Class which : kClasses) {
    auto& position = lane.position[which];
    if (position) lane.source->order[which].erase(*position);
    position.reset();
    if (lane.waiting[which].empty() || host.in_flight >= per_mx_concurrency_) continue;
    const MonotonicTime due = lane.waiting[which].begin()->first;
    position = {std::max(due, host.budget.next()), due, lane.number};
    lane.source->order[which].emplace(*position, &lane);
  }
}

void Line::place_all(Host& host) {
  for (Lane* lane : host.lanes) place(*lane);
}

// The mean time between the probes of a source when only the provider's budget holds them, of which each source has
// its part.
Duration Line::natural_gap(const Source& source) const {
  if (source.demand == 0) return Duration::zero();
  const Duration wanted = gap_of(source.demand);
  const double part = static_cast<double>(demand_) / static_cast<double>(source.demand);
  return std::max(wanted, Duration(static_cast<Duration::rep>(static_cast<double>(budget_.gap().count()) * part)));
}

// When the first of the source's class may go, for all but the provider's budget. Somebody stands there.
MonotonicTime Line::when_of(const Source& source, Class which) const {
  const auto& [position, lane] = *source.order[which].begin();
  const MonotonicTime host_allows = std::max(std::get<0>(position), lane->host->free_since);
  MonotonicTime source_allows = source.back_off.next(natural_gap(source));
  if (source.back_off.level() > 0) source_allows = std::max(source_allows, demand_since_);  // it shapes the gap
  return std::max(host_allows, source_allows);
}

std::optional<MonotonicTime> Line::next() const {
  std::optional<MonotonicTime> earliest;
  for (const Class which : kClasses) {
    for (const auto& [name, source] : sources_) {
      if (source.order[which].empty()) continue;
      const MonotonicTime when = std::max(when_of(source, which), budget_.next());
      if (!earliest || when < *earliest) earliest = when;
    }
  }
  return earliest;
}

// Of those who may go now, the one whose position is the first.
Line::Lane* Line::first_of(Class which, MonotonicTime now) const {
  Lane* first = nullptr;
  for (const auto& [name, source] : sources_) {
    if (source.order[which].empty() || when_of(source, which) > now) continue;
    Lane* lane = source.order[which].begin()->second;
    if (first == nullptr || *lane->position[which] < *first->position[which]) first = lane;
  }
  return first;
}

std::optional<Line::Turn> Line::take(MonotonicTime now) {
  if (budget_.next() > now) return std::nullopt;
  const Class other = last_ == Class::turn ? Class::retry : Class::turn;
  for (const Class which : {other, last_}) {
    Lane* lane = first_of(which, now);
    if (lane == nullptr) continue;
    last_ = which;
    return start(*lane, which, std::max(when_of(*lane->source, which), budget_.next()), now);
  }
  return std::nullopt;
}

Line::Turn Line::start(Lane& lane, Class as, MonotonicTime granted, MonotonicTime now) {
  const auto waiting = lane.waiting[as].begin();
  const Turn turn{waiting->second, granted};
  lane.waiting[as].erase(waiting);
  budget_.spend(now);
  lane.host->budget.spend(now);
  lane.source->back_off.started(now);
  ++lane.host->in_flight;
  place_all(*lane.host);
  return turn;
}

void Line::finished(const std::string& mx, MonotonicTime now) {
  Host& host = hosts_.at(mx);
  --host.in_flight;
  host.free_since = now;
  place_all(host);
  forget(mx);
}

bool Line::spares_other(const std::string& source, Duration window, MonotonicTime now) const {
  return std::ranges::any_of(
      sources_, [&](const auto& entry) { return entry.first != source && entry.second.back_off.is_well(window, now); });
}

bool Line::is_idle(MonotonicTime now) const {
  if (!lanes_.empty() || !hosts_.empty() || budget_.next() > now) return false;
  return std::ranges::all_of(sources_, [now](const auto& entry) { return entry.second.back_off.is_past(now); });
}

}  // namespace mailsonde::schedule
