// SPDX-License-Identifier: Apache-2.0
// The program's own log, on standard error, as logfmt or JSON lines (one record a line, whatever bytes come in).
// Thread-safe. A record is an event in a few fixed words plus named fields: log::warn("probe failed", {{"target", t}}).
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace mailsonde::log {

enum class Level : std::uint8_t { debug, info, warn, error };
inline constexpr std::array kLevels{Level::debug, Level::info, Level::warn, Level::error};
[[nodiscard]] std::string_view to_string(Level level);
[[nodiscard]] std::optional<Level> level_from_string(std::string_view name);

enum class Format : std::uint8_t { logfmt, json };

struct Field {
  std::string_view key;
  std::string value;
};

// Call once before threads start. Before that: info and logfmt.
void configure(Level least, Format format);

void write(Level level, std::string_view message, std::initializer_list<Field> fields);
inline void debug(std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::debug, message, fields);
}
inline void info(std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::info, message, fields);
}
inline void warn(std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::warn, message, fields);
}
inline void error(std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::error, message, fields);
}

// Records written at that level since the start: mailsonde_log_messages_total.
[[nodiscard]] std::uint64_t written(Level level);

// One record without its line end; pure, for tests. Values are quoted and escaped as the format wants.
[[nodiscard]] std::string render(Format format, std::string_view timestamp, Level level, std::string_view message,
                                 std::initializer_list<Field> fields);

}  // namespace mailsonde::log
