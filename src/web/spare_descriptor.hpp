// SPDX-License-Identifier: Apache-2.0
// One file descriptor kept in hand, so that a scrape can still be let in when probing has used up all others.
#pragma once

namespace mailsonde::web {

// Not thread-safe.
class SpareDescriptor {
 public:
  SpareDescriptor() { refill(); }
  SpareDescriptor(const SpareDescriptor&) = delete;
  SpareDescriptor& operator=(const SpareDescriptor&) = delete;
  ~SpareDescriptor() { release(); }

  // Takes one if none is held and one can be had.
  void refill();
  // Gives it up for somebody else to use; false if none was held.
  bool release();

 private:
  int descriptor_ = -1;
};

}  // namespace mailsonde::web
