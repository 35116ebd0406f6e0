// SPDX-License-Identifier: Apache-2.0
// When each target's turn comes. Pure: time is passed in, so that a day is tested in milliseconds.
#pragma once

#include <cstdint>
#include <optional>
#include <queue>
#include <random>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"

namespace mailsonde::schedule {

// Owned by one shard; not thread-safe. A key has a slot every interval, at a phase of its own, moved by up to 5 % of
// the interval to either side so that no rhythm of ours meets one of theirs.
class Timetable {
 public:
  using Key = std::uint64_t;
  struct Turn {
    Key key;
    MonotonicTime due;  // when it should have started
  };

  explicit Timetable(std::uint64_t seed) : random_(seed) {}

  // The first turn comes at `now` + phase (0 <= phase <= interval), without jitter.
  void add(Key key, Duration interval, Duration phase, MonotonicTime now);
  void remove(Key key);
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

  // When take() will have something; nothing when empty.
  [[nodiscard]] std::optional<MonotonicTime> next_due();
  // One turn that is due; its next one is the first slot after `now`: a process that was stopped for an hour gives each
  // key one turn, not sixty (hostile-cases rule 12).
  [[nodiscard]] std::optional<Turn> take(MonotonicTime now);

 private:
  struct Entry {
    Duration interval;
    MonotonicTime slot;  // of the turn in the queue, before jitter
    MonotonicTime due;   // of the turn in the queue; another moment there is a stale one
  };
  struct Later {
    bool operator()(const Turn& a, const Turn& b) const { return a.due > b.due; }
  };
  void drop_stale();

  std::unordered_map<Key, Entry> entries_;
  std::priority_queue<Turn, std::vector<Turn>, Later> queue_;
  std::mt19937_64 random_;
};

}  // namespace mailsonde::schedule
