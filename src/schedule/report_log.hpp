// SPDX-License-Identifier: Apache-2.0
// One line of the program's log for each finished probe.
#pragma once

#include "probe/report.hpp"
#include "schedule/judgement.hpp"

namespace mailsonde::schedule {

// Failures as info, successes as debug; what is not counted is not told here.
void log_report(const probe::Report& report, const Judgement& judgement);

}  // namespace mailsonde::schedule
