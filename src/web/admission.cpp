// SPDX-License-Identifier: Apache-2.0
#include "web/admission.hpp"

#include <algorithm>
#include <map>

namespace mailsonde::web {
namespace {

// The oldest seat for which `may_go` holds.
template <typename Predicate>
std::optional<std::size_t> oldest(std::span<const Seat> seats, Predicate may_go) {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < seats.size(); ++i) {
    if (!may_go(seats[i])) continue;
    if (!found || seats[i].since < seats[*found].since) found = i;
  }
  return found;
}

}  // namespace

std::optional<std::size_t> over_share(std::span<const Seat> seats, const IpAddress& client, std::size_t arriving,
                                      MonotonicTime now, const AdmissionLimits& limits) {
  const auto counts = [&](const Seat& seat) {
    return seat.client == client && seat.phase != Phase::answering && now - seat.since >= limits.grace;
  };
  const auto settled = arriving + static_cast<std::size_t>(std::ranges::count_if(seats, counts));
  if (settled <= limits.per_client) return std::nullopt;
  const auto in_phase = [&](Phase phase) {
    return oldest(seats, [&](const Seat& s) { return s.phase == phase && counts(s); });
  };
  const auto unfinished = in_phase(Phase::reading);
  return unfinished ? unfinished : in_phase(Phase::writing);
}

std::optional<std::size_t> over_limit(std::span<const Seat> seats, const AdmissionLimits& limits) {
  if (seats.size() < limits.connections) return std::nullopt;
  std::map<IpAddress, std::size_t> unfinished;
  for (const Seat& seat : seats) {
    if (seat.phase == Phase::reading) ++unfinished[seat.client];
  }
  std::size_t most = 0;
  for (const auto& [client, count] : unfinished) most = std::max(most, count);
  const auto reading =
      oldest(seats, [&](const Seat& s) { return s.phase == Phase::reading && unfinished.at(s.client) == most; });
  return reading ? reading : oldest(seats, [](const Seat& s) { return s.phase == Phase::writing; });
}

}  // namespace mailsonde::web
