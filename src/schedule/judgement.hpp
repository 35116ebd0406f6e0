// SPDX-License-Identifier: Apache-2.0
// What a report means in the light of all other probes.
#pragma once

#include "schedule/greylist_chains.hpp"
#include "schedule/throttle.hpp"

namespace mailsonde::schedule {

struct Judgement {
  Throttle throttle = Throttle::none;
  GreylistChains::Finding greylisting = {};

  // An answer to our own probing: it says nothing about whether mail gets through.
  [[nodiscard]] bool is_inconclusive() const { return throttle != Throttle::none; }
};

}  // namespace mailsonde::schedule
