// SPDX-License-Identifier: Apache-2.0
#include "schedule/budget.hpp"

#include "base/assert.hpp"

namespace mailsonde::schedule {

void Budget::set(std::optional<Rate> rate) {
  gap_ = Duration::zero();
  if (!rate) return;
  MAILSONDE_ASSERT(rate->count > 0);
  const Duration::rep count = rate->count;
  gap_ = Duration((rate->per.count() + count - 1) / count);  // rounded up: 7 a minute must not become 8
}

}  // namespace mailsonde::schedule
