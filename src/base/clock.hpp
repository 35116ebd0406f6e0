// SPDX-License-Identifier: Apache-2.0
// The two clocks. Intervals, deadlines and durations use the monotonic one (hostile case: the wall clock is set back a
// year); wall time is only for what a person or Prometheus reads as a moment.
#pragma once

#include <chrono>
#include <string>

namespace mailsonde {

using Duration = std::chrono::nanoseconds;
using MonotonicTime = std::chrono::time_point<std::chrono::steady_clock, Duration>;
using WallTime = std::chrono::time_point<std::chrono::system_clock, Duration>;

[[nodiscard]] inline MonotonicTime monotonic_now() { return std::chrono::steady_clock::now(); }
[[nodiscard]] inline WallTime wall_now() { return std::chrono::system_clock::now(); }

[[nodiscard]] constexpr double to_seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

// Seconds since 1970 as Prometheus wants a moment.
[[nodiscard]] constexpr double to_unix_seconds(WallTime time) { return to_seconds(time.time_since_epoch()); }

// "2026-11-21T02:11:05.123Z", UTC with milliseconds (RFC 3339).
[[nodiscard]] std::string to_rfc3339(WallTime time);

}  // namespace mailsonde
