// SPDX-License-Identifier: Apache-2.0
// [politeness]: how many probes whom may reach, and what makes us slow down.
#pragma once

#include <optional>
#include <string_view>

#include "config/config.hpp"
#include "config/table.hpp"

namespace mailsonde::config {

// "12/min": a count of 1 to 100000 and one of s, min, h. Nothing for anything else.
[[nodiscard]] std::optional<Rate> parse_rate(std::string_view text);

[[nodiscard]] Politeness read_politeness(std::optional<Table> table, Problems& problems);

}  // namespace mailsonde::config
