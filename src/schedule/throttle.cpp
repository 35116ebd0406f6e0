// SPDX-License-Identifier: Apache-2.0
#include "schedule/throttle.hpp"

#include <array>

namespace mailsonde::schedule {

std::string_view to_string(Throttle throttle) {
  constexpr std::array<std::string_view, 4> kNames{"none", "wording", "vanished", "one_source"};
  return kNames[static_cast<std::size_t>(throttle)];
}

// One source hit and another spared comes before the pace: a listed source that is delisted while we are slow would
// otherwise be taken for a rate.
Throttle throttle_of(Outcome outcome, ThrottleEvidence evidence) {
  if (outcome == Outcome::rate_limited) return Throttle::wording;
  if (!evidence.about_us) return Throttle::none;
  if (evidence.spares_other) return Throttle::one_source;
  return evidence.has_eased ? Throttle::vanished : Throttle::none;
}

}  // namespace mailsonde::schedule
