// SPDX-License-Identifier: Apache-2.0
// Durations as people write them in the configuration: "500ms", "30s", "5m", "1h30m", "2d".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace mailsonde {

// Reads one or more of <digits><unit>, units ms s m h d, largest first not required. No sign, no space, no fraction.
// Nothing for anything else, and for what would overflow ten years.
[[nodiscard]] std::optional<Duration> parse_duration(std::string_view text);

// The shortest exact form in the units above; "0s" for zero; below a millisecond it is cut.
[[nodiscard]] std::string format_duration(Duration duration);

// For people: "0.4 ms", "12 ms", "1.24 s", "62 s".
[[nodiscard]] std::string describe_duration(Duration duration);

}  // namespace mailsonde
