// SPDX-License-Identifier: Apache-2.0
// Keeps a wrong password from locking an account: after a login that was refused for good, the target's next probes
// wait, twice as long each time.
#pragma once

#include "base/clock.hpp"
#include "probe/report.hpp"

namespace mailsonde::schedule {

// Of one target, on its shard's thread. Pure: time is passed in. A reload with another password makes a new target.
class LoginCaution {
 public:
  static constexpr Duration kLongest = std::chrono::hours(1);

  // RFC 4954 section 6: 5yz to AUTH is refused for good, 454 and other 4yz are not. The first refusal doubles the
  // interval, each further one doubles it again; a login that went well ends it.
  void note(const probe::Report& report, Duration interval, MonotonicTime now);
  [[nodiscard]] bool forbids(MonotonicTime now) const { return now < not_before_; }

 private:
  Duration wait_{};
  MonotonicTime not_before_{};
};

}  // namespace mailsonde::schedule
