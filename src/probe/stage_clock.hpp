// SPDX-License-Identifier: Apache-2.0
// How long each stage took, told from moments and no clock of its own. A stage runs from our command (or from the
// connect) until its last byte reached this host; what passes between two stages is our own time and belongs to none.
#pragma once

#include <vector>

#include "probe/report.hpp"

namespace mailsonde::probe {

// Owned by one probe.
class StageClock {
 public:
  void add(Stage stage, Duration elapsed);                  // one that was measured elsewhere; negative counts as zero
  void begin(Stage stage, MonotonicTime at);                // a stage that begins twice goes on adding up
  void end(MonotonicTime at);                               // before its begin counts as zero
  [[nodiscard]] Stage current() const { return current_; }  // the one begun last
  [[nodiscard]] Duration total() const;
  [[nodiscard]] std::vector<StageTime> times() const { return times_; }

 private:
  std::vector<StageTime> times_;
  Stage current_ = Stage::dns;
  MonotonicTime begun_{};
};

}  // namespace mailsonde::probe
