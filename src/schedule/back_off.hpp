// SPDX-License-Identifier: Apache-2.0
// Slowing down for one provider and source after replies that speak about us, and coming back step by step. Pure: time
// is passed in.
#pragma once

#include <optional>

#include "base/clock.hpp"

namespace mailsonde::schedule {

// The pace halves with each level. Of one provider and source; not thread-safe.
class BackOff {
 public:
  static constexpr unsigned kMostLevel = 4;                            // a 16th of the pace: slow, not blind
  static constexpr Duration kLongestPause = std::chrono::hours(1);     // of a hint that is honoured, and of a gap
  static constexpr Duration kSettle = std::chrono::minutes(1);         // receivers mostly count by the minute
  static constexpr Duration kFirstPatience = std::chrono::minutes(5);  // without trouble before a step back up
  static constexpr Duration kMostPatience = std::chrono::hours(4);     // doubled with each relapse, up to this
  static constexpr Duration kEvidenceLasts = std::chrono::hours(24);   // of trouble that went when we slowed
  static constexpr unsigned kLeastFine = 3;                            // good probes in a row before a step up

  void started(MonotonicTime now) { last_start_ = now; }
  // A probe that was begun at `began` met such a reply. One level down the pace, unless it began before the present
  // pace had time to show; `hint` is how long the server asks to wait.
  void troubled(MonotonicTime began, std::optional<Duration> hint, MonotonicTime now);
  // A probe got an answer that is no trouble.
  void fine(MonotonicTime now);

  // When the next probe may start, and no moment before the present pace was chosen; `natural_gap` is the mean time
  // between probes when nothing slows them.
  [[nodiscard]] MonotonicTime next(Duration natural_gap) const;
  [[nodiscard]] unsigned level() const { return level_; }
  // Slowed or paused, so that probes wait for this.
  [[nodiscard]] bool holds(MonotonicTime now) const { return level_ > 0 || now < pause_until_; }
  // There was no trouble for so long that nothing is lost by forgetting it all.
  [[nodiscard]] bool is_past(MonotonicTime now) const {
    return now >= pause_until_ && (!trouble_at_ || now - *trouble_at_ >= kEvidenceLasts);
  }
  // Trouble has lately gone away at a slower pace: when it comes back as we speed up, it is our rate.
  [[nodiscard]] bool has_eased(MonotonicTime now) const { return eased_at_ && now - *eased_at_ < kEvidenceLasts; }
  // Full pace, and the last thing heard was good and not older than `window`.
  [[nodiscard]] bool is_well(Duration window, MonotonicTime now) const;

 private:
  void slow_down(MonotonicTime now);

  unsigned level_ = 0;
  unsigned fine_in_a_row_ = 0;
  Duration patience_ = kFirstPatience;
  MonotonicTime pause_until_ = MonotonicTime::min();
  std::optional<MonotonicTime> last_start_;
  std::optional<MonotonicTime> changed_at_;  // of the level
  std::optional<MonotonicTime> trouble_at_;
  std::optional<MonotonicTime> fine_at_;
  std::optional<MonotonicTime> eased_at_;  // a step back up
};

}  // namespace mailsonde::schedule
