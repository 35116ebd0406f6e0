// SPDX-License-Identifier: Apache-2.0
// How often somebody may be probed, over all targets and sources. Pure: time is passed in.
#pragma once

#include <optional>

#include "base/clock.hpp"
#include "config/config.hpp"

namespace mailsonde::schedule {

using config::Rate;

// A token bucket that holds one token: the starts are spread evenly, so that any window of `per`, wherever it begins,
// has at most `count` of them. A deeper bucket would be a burst, which is what throttles look for.
class Budget {
 public:
  explicit Budget(std::optional<Rate> rate = std::nullopt) { set(rate); }

  // Another rate counts from the last start on; none is no limit.
  void set(std::optional<Rate> rate);
  // Zero without a limit.
  [[nodiscard]] Duration gap() const { return gap_; }
  // The first moment at which a probe may start; in the past when it may start at once.
  [[nodiscard]] MonotonicTime next() const {
    return last_ && gap_ > Duration::zero() ? *last_ + gap_ : MonotonicTime::min();
  }
  void spend(MonotonicTime now) { last_ = now; }

 private:
  Duration gap_{};
  std::optional<MonotonicTime> last_;
};

}  // namespace mailsonde::schedule
