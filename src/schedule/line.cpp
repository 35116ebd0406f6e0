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

void Line::enlist(const Place& place, Duration interval) {
  const auto [entry, fresh] = lanes_.try_emplace({place.source, place.mx});
  Lane& lane = entry->second;
  if (fresh) {
    const auto [host, unknown] = hosts_.try_emplace(place.mx);
    if (unknown) host->second.budget.set(per_mx_);
    host->second.lanes.push_back(&lane);
    lane.number = next_number_++;
    lane.mx = place.mx;
    lane.host = &host->second;
    lane.source = &sources_[place.source];
  }
  ++lane.enlisted;
  lane.source->demand += demand_of(interval);
  demand_ += demand_of(interval);
}

void Line::strike_off(const Place& place, Duration interval) {
  Lane& lane = lane_of(place);
  lane.source->demand -= demand_of(interval);
  demand_ -= demand_of(interval);
  if (--lane.enlisted > 0) return;
  MAILSONDE_ASSERT(lane.waiting.empty());
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

void Line::join(Ticket ticket, const Place& where, MonotonicTime due) {
  Lane& lane = lane_of(where);
  lane.waiting.emplace(due, ticket);
  place(lane);
}

void Line::leave(Ticket ticket, const Place& where, MonotonicTime due) {
  Lane& lane = lane_of(where);
  lane.waiting.erase({due, ticket});
  place(lane);
}

// Puts the lane where it belongs in its source's order, or nowhere.
void Line::place(Lane& lane) {
  if (lane.position) lane.source->order.erase(*lane.position);
  lane.position.reset();
  if (lane.waiting.empty() || lane.host->in_flight >= per_mx_concurrency_) return;
  lane.position = {std::max(lane.waiting.begin()->first, lane.host->budget.next()), lane.number};
  lane.source->order.emplace(*lane.position, &lane);
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

// Only for sources in whose order a lane stands.
MonotonicTime Line::next_of(const Source& source) const {
  return std::max(source.order.begin()->first.first, source.back_off.next(natural_gap(source)));
}

std::optional<MonotonicTime> Line::next() const {
  std::optional<MonotonicTime> earliest;
  for (const auto& [name, source] : sources_) {
    if (source.order.empty()) continue;
    const MonotonicTime moment = std::max(next_of(source), budget_.next());
    if (!earliest || moment < *earliest) earliest = moment;
  }
  return earliest;
}

std::optional<Line::Turn> Line::take(MonotonicTime now) {
  if (budget_.next() > now) return std::nullopt;
  Source* first = nullptr;
  for (auto& [name, source] : sources_) {
    if (source.order.empty() || next_of(source) > now) continue;
    if (first == nullptr || source.order.begin()->first < first->order.begin()->first) first = &source;
  }
  if (first == nullptr) return std::nullopt;

  Lane& lane = *first->order.begin()->second;
  const auto waiting = lane.waiting.begin();
  const Turn turn{waiting->second, std::max(next_of(*first), budget_.next())};
  lane.waiting.erase(waiting);
  budget_.spend(now);
  lane.host->budget.spend(now);
  first->back_off.started(now);
  ++lane.host->in_flight;
  place_all(*lane.host);
  return turn;
}

void Line::finished(const std::string& mx) {
  Host& host = hosts_.at(mx);
  --host.in_flight;
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
