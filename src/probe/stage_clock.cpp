// SPDX-License-Identifier: Apache-2.0
#include "probe/stage_clock.hpp"

#include <algorithm>

namespace mailsonde::probe {

void StageClock::add(Stage stage, Duration elapsed) {
  elapsed = std::max(elapsed, Duration::zero());
  const auto known = std::ranges::find(times_, stage, &StageTime::stage);
  if (known != times_.end()) {
    known->elapsed += elapsed;
  } else {
    times_.push_back({stage, elapsed});
  }
}

void StageClock::begin(Stage stage, MonotonicTime at) {
  current_ = stage;
  begun_ = at;
}

void StageClock::end(MonotonicTime at) { add(current_, at - begun_); }

Duration StageClock::total() const {
  Duration sum{};
  for (const StageTime& time : times_) sum += time.elapsed;
  return sum;
}

}  // namespace mailsonde::probe
