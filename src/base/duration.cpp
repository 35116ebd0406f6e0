// SPDX-License-Identifier: Apache-2.0
#include "base/duration.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdint>

namespace mailsonde {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
};
// Longest name first where one starts another ("ms" before "m").
constexpr std::array kUnits{Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000}, Unit{"h", 3'600'000},
                            Unit{"d", 86'400'000}};
constexpr std::int64_t kMaxMilliseconds = 10LL * 366 * 86'400'000;

const Unit* unit_at_start(std::string_view text) {
  for (const Unit& unit : kUnits) {
    if (text.starts_with(unit.name)) return &unit;
  }
  return nullptr;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  while (!text.empty()) {
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{} || text.front() == '-' || count > kMaxMilliseconds) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const Unit* unit = unit_at_start(text);
    if (unit == nullptr || count > kMaxMilliseconds / unit->milliseconds) return std::nullopt;
    text.remove_prefix(unit->name.size());
    total += count * unit->milliseconds;
    if (total > kMaxMilliseconds) return std::nullopt;
  }
  return std::chrono::milliseconds(total);
}

std::string format_duration(Duration duration) {
  std::int64_t left = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
  if (left == 0) return "0s";
  std::string text;
  constexpr std::array kLargestFirst{kUnits[4], kUnits[3], kUnits[2], kUnits[1], kUnits[0]};
  for (const Unit& unit : kLargestFirst) {
    if (left < unit.milliseconds) continue;
    text += fmt::format("{}{}", left / unit.milliseconds, unit.name);
    left %= unit.milliseconds;
  }
  return text;
}

std::string describe_duration(Duration duration) {
  const double milliseconds = to_seconds(duration) * 1000;
  if (milliseconds < 10) return fmt::format("{:.1f} ms", milliseconds);
  if (milliseconds < 1000) return fmt::format("{:.0f} ms", milliseconds);
  if (milliseconds < 10'000) return fmt::format("{:.2f} s", milliseconds / 1000);
  return fmt::format("{:.0f} s", milliseconds / 1000);
}

}  // namespace mailsonde
