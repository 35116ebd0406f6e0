// SPDX-License-Identifier: Apache-2.0
#include "schedule/rotation.hpp"

#include <algorithm>

namespace mailsonde::schedule {

void Rotation::set(std::vector<IpAddress> addresses) {
  std::ranges::sort(addresses);
  std::vector<Place> places;
  for (const IpAddress& address : addresses) {
    const Place* known = find(address);
    places.push_back(known != nullptr ? *known : Place{address});
  }
  places_ = std::move(places);
  if (next_ >= places_.size()) next_ = 0;
}

Rotation::Place* Rotation::find(const IpAddress& address) {
  const auto place = std::ranges::find(places_, address, &Place::address);
  return place == places_.end() ? nullptr : &*place;
}

bool Rotation::has(const IpAddress& address) const {
  return std::ranges::find(places_, address, &Place::address) != places_.end();
}

std::optional<IpAddress> Rotation::pick() {
  for (std::size_t tried = 0; tried < places_.size(); ++tried) {
    Place& place = places_[next_];
    next_ = (next_ + 1) % places_.size();
    const bool dead = place.failures >= kDeadAfter;
    if (dead && ++place.passed_over < kDeadEvery) continue;
    place.passed_over = 0;
    return place.address;
  }
  return std::nullopt;
}

void Rotation::reached(const IpAddress& address) {
  if (Place* place = find(address)) place->failures = 0;
}

void Rotation::failed(const IpAddress& address) {
  if (Place* place = find(address)) ++place->failures;
}

}  // namespace mailsonde::schedule
