// SPDX-License-Identifier: Apache-2.0
#include "schedule/back_off.hpp"

#include <algorithm>

namespace mailsonde::schedule {

void BackOff::troubled(MonotonicTime began, std::optional<Duration> hint, MonotonicTime now) {
  if (hint) pause_until_ = std::max(pause_until_, now + std::min(*hint, kLongestPause));
  // A burst of failures has one cause: what was under way before the last step says nothing about the pace since.
  if (!changed_at_ || level_ == 0 || began >= *changed_at_ + kSettle) slow_down(now);
  fine_in_a_row_ = 0;
  trouble_at_ = now;
}

void BackOff::slow_down(MonotonicTime now) {
  const bool relapse = eased_at_ && changed_at_ == eased_at_;
  if (relapse) {
    patience_ = std::min(patience_ * 2, kMostPatience);
  } else if (level_ == 0) {
    patience_ = kFirstPatience;
  }
  level_ = std::min(level_ + 1, kMostLevel);
  changed_at_ = now;
}

void BackOff::fine(MonotonicTime now) {
  fine_at_ = now;
  if (level_ == 0) {
    // A full pace that held for long ends the memory of relapses.
    if (changed_at_ && now - *changed_at_ >= kMostPatience) changed_at_.reset();
    return;
  }
  ++fine_in_a_row_;
  const MonotonicTime calm_since = std::max(*changed_at_, *trouble_at_);
  if (fine_in_a_row_ < kLeastFine || now - calm_since < patience_) return;
  --level_;
  fine_in_a_row_ = 0;
  changed_at_ = now;
  eased_at_ = now;
}

MonotonicTime BackOff::next(Duration natural_gap) const {
  const MonotonicTime known = std::max(pause_until_, changed_at_.value_or(pause_until_));
  if (level_ == 0 || !last_start_) return known;
  Duration gap = natural_gap;  // who is probed once a day is slow enough
  if (gap < kLongestPause) gap = std::min(gap * (1U << level_), kLongestPause);
  return std::max(known, *last_start_ + gap);
}

bool BackOff::is_well(Duration window, MonotonicTime now) const {
  if (level_ > 0 || !fine_at_ || now - *fine_at_ > window) return false;
  return !trouble_at_ || *trouble_at_ < *fine_at_;
}

}  // namespace mailsonde::schedule
