// SPDX-License-Identifier: Apache-2.0
// Whether a failure is an answer to our own probing, and how we know: mailsonde_probe_throttled.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/outcome.hpp"

namespace mailsonde::schedule {

// Anything but `none` makes the probe inconclusive: it does not count against the target's availability.
enum class Throttle : std::uint8_t {
  none,
  wording,     // the reply speaks of connections or rates
  vanished,    // such failures went away when we slowed down, and this one came when we sped up
  one_source,  // it hits this source, while another one is well at the same provider: the source, or its rate
};
[[nodiscard]] std::string_view to_string(Throttle throttle);

// What is known beside the reply.
struct ThrottleEvidence {
  bool about_us = false;      // the outcome is one that makes us slow down
  bool spares_other = false;  // another source at full pace is well at the same provider
  bool has_eased = false;     // see BackOff::has_eased
};
[[nodiscard]] Throttle throttle_of(Outcome outcome, ThrottleEvidence evidence);

}  // namespace mailsonde::schedule
