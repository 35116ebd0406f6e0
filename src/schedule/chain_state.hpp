// SPDX-License-Identifier: Apache-2.0
// Greylist chains across a restart: a small JSON file. Its moments are wall time, since the monotonic clock starts anew
// with the machine.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "schedule/greylist_chains.hpp"

namespace mailsonde::schedule {

// One moment on both clocks.
struct Moment {
  MonotonicTime monotonic;
  WallTime wall;
};

[[nodiscard]] std::string to_json(const GreylistChains& chains, Moment now);
// An Error says what is wrong; any bytes are taken. Chains that are stale, or more than there may be, are left out. A
// wall clock that was set back or forward costs accuracy, never more than a chain's own bounds.
[[nodiscard]] Result<GreylistChains> chains_from_json(std::string_view text, Moment now);

}  // namespace mailsonde::schedule
