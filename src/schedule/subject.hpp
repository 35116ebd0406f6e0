// SPDX-License-Identifier: Apache-2.0
// From the configuration and DNS to what the agenda knows of them. Pure.
#pragma once

#include <vector>

#include "schedule/agenda.hpp"
#include "schedule/plan.hpp"

namespace mailsonde::schedule {

[[nodiscard]] Subject subject_of(const Plan& plan, const config::Target& target);

// The hosts that have addresses, in preference order; none where the look-up failed: nothing is dialled on a guess.
[[nodiscard]] std::vector<RouteHost> hosts_of(const Plan& plan, const config::Target& target, const dns::Route& route);

// What the report of a finished probe tells the agenda.
[[nodiscard]] ProbeEnd end_of(const probe::Report& report);

}  // namespace mailsonde::schedule
