// SPDX-License-Identifier: Apache-2.0
// How long a server says to wait before the next attempt: "Greylisted for 300 seconds", "come back in 00:05:00". A
// number is taken only where the text binds it to waiting; limits ("20 messages per hour"), dates and codes are not.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/clock.hpp"

namespace mailsonde::classify {

// What is believed. A server that names less or more is not obeyed, and not clamped either: "in 3 days" does not say
// that an attempt after one day passes.
inline constexpr Duration kLeastHint = std::chrono::seconds(1);
inline constexpr Duration kMostHint = std::chrono::hours(24);

// The wait that a 4xx or 5xx reply names in its text (what searchable_text() makes of it), rounded up to whole seconds;
// of a range ("5-10 minutes") the longer end. Nothing if it names none or an unbelievable one. Pure; thread-safe; any
// bytes; linear in the text.
[[nodiscard]] std::optional<Duration> retry_hint(std::string_view text);

}  // namespace mailsonde::classify
