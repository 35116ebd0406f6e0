// SPDX-License-Identifier: Apache-2.0
// Which targets share one probe: those whose probes of an endpoint would be the same to the last byte. A thousand
// domains at one provider then cost that provider one probe an interval.
#pragma once

#include <compare>
#include <cstdint>
#include <set>
#include <string>

#include "base/address.hpp"
#include "base/clock.hpp"
#include "config/config.hpp"

namespace mailsonde::schedule {

using TargetKey = std::uint64_t;

// What a target's probes say, apart from where they go. Equal recipes may share.
//
// Before MAIL nothing in the dialogue is the target's own: such a destination shares with all others of its module.
// From MAIL on there is an envelope, and a relay has credentials and a name in the operator's own reports: they are
// probed for themselves.
[[nodiscard]] std::string recipe_of(const config::Target& target);

// One endpoint as a probe sees it. Two that differ only in the provider are one that two targets call by different
// names; they are not shared, since each reports under its own.
struct EndpointKey {
  std::string mx;
  Family family = Family::ipv4;
  std::uint16_t port = 25;
  std::string source;
  std::string provider;
  std::string recipe;
  // Whom a budget is kept for: the provider, or the host where that is known to nobody.
  [[nodiscard]] const std::string& party() const { return provider == "other" ? mx : provider; }
  auto operator<=>(const EndpointKey&) const = default;
};

// A target that the reports of an endpoint count for.
struct Member {
  Duration interval;
  TargetKey target;
  auto operator<=>(const Member&) const = default;
};
// The first has the shortest interval: the endpoint's. The probe is made in its name; for each of the others it is one
// that was saved (Suppression::shared).
using Members = std::set<Member>;

}  // namespace mailsonde::schedule
