// SPDX-License-Identifier: Apache-2.0
#include "schedule/timetable.hpp"

namespace mailsonde::schedule {

void Timetable::add(Key key, Duration interval, Duration phase, MonotonicTime now) {
  const MonotonicTime first = now + phase;
  entries_.insert_or_assign(key, Entry{interval, first, first});
  queue_.push({key, first});
}

void Timetable::remove(Key key) { entries_.erase(key); }

// Turns of keys that were removed or added anew stay in the queue until they surface.
void Timetable::drop_stale() {
  while (!queue_.empty()) {
    const auto entry = entries_.find(queue_.top().key);
    if (entry != entries_.end() && entry->second.due == queue_.top().due) return;
    queue_.pop();
  }
}

std::optional<MonotonicTime> Timetable::next_due() {
  drop_stale();
  if (queue_.empty()) return std::nullopt;
  return queue_.top().due;
}

std::optional<Timetable::Turn> Timetable::take(MonotonicTime now) {
  drop_stale();
  if (queue_.empty() || queue_.top().due > now) return std::nullopt;
  const Turn turn = queue_.top();
  queue_.pop();

  Entry& entry = entries_.find(turn.key)->second;
  const Duration jitter_range = entry.interval / 20;
  std::uniform_int_distribution<Duration::rep> jitter(-jitter_range.count(), jitter_range.count());
  do {
    const auto missed = now > entry.slot ? (now - entry.slot) / entry.interval : 0;
    entry.slot += entry.interval * (missed + 1);
    entry.due = entry.slot + Duration(jitter(random_));
  } while (entry.due <= now);
  queue_.push({turn.key, entry.due});
  return turn;
}

}  // namespace mailsonde::schedule
