// SPDX-License-Identifier: Apache-2.0
// A report for an SRE at three in the morning: the dialogue with its times, a waterfall of the stages, what happened,
// whose side it is on and what to do.
#pragma once

#include <cstdint>
#include <string>

#include "probe/report.hpp"

namespace mailsonde::cli {

enum class Colour : std::uint8_t { off, on };

[[nodiscard]] std::string render_text(const probe::Report& report, Colour colour);

// The waterfall alone: one line a stage, each bar beginning where the one before ended. Pure ASCII.
[[nodiscard]] std::string render_waterfall(const probe::Report& report);

}  // namespace mailsonde::cli
