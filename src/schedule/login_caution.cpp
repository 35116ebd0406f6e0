// SPDX-License-Identifier: Apache-2.0
#include "schedule/login_caution.hpp"

#include <algorithm>

namespace mailsonde::schedule {

void LoginCaution::note(const probe::Report& report, Duration interval, MonotonicTime now) {
  const smtp::Reply* reply = report.deciding_reply();
  const bool refused = report.stage == Stage::auth && reply != nullptr && reply->is_permanent();
  if (report.success()) wait_ = Duration::zero();
  if (!refused) return;
  // A slot is up to 5 % early, so that of 2 intervals exactly one turn is left out.
  wait_ = std::min(wait_ == Duration::zero() ? interval + interval / 2 : wait_ * 2, kLongest);
  not_before_ = now + wait_;
}

}  // namespace mailsonde::schedule
