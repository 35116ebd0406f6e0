// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "base/text.hpp"

namespace mailsonde::log {
namespace {

constexpr std::array<std::string_view, kLevels.size()> kNames{"debug", "info", "warn", "error"};
constexpr std::size_t kLongestValue = 2048;

std::array<std::atomic<std::uint64_t>, kLevels.size()> counts;
std::atomic<Level> least_level{Level::info};
std::atomic<Format> chosen_format{Format::logfmt};

// spdlog gives the locked sink that survives a closed or full standard error; the line is rendered here.
spdlog::logger& sink() {
  static const auto logger = [] {
    auto made = std::make_shared<spdlog::logger>("mailsonde", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->set_level(spdlog::level::trace);
    made->set_error_handler([](const std::string&) {});  // a full disk behind stderr must not end the daemon
    return made;
  }();
  return *logger;
}

bool needs_quotes(std::string_view text) {
  return text.empty() || text.find_first_of(" \"=") != std::string_view::npos;
}

std::string logfmt_value(std::string_view text) {
  const std::string safe = printable(text, kLongestValue);
  if (!needs_quotes(safe)) return safe;
  std::string result = "\"";
  for (const char c : safe) {
    if (c == '"') result += '\\';
    result += c;
  }
  return result + '"';
}

}  // namespace

std::string_view to_string(Level level) { return kNames[static_cast<std::size_t>(level)]; }

std::optional<Level> level_from_string(std::string_view name) {
  for (const Level level : kLevels) {
    if (to_string(level) == name) return level;
  }
  return std::nullopt;
}

void configure(Level least, Format format) {
  least_level = least;
  chosen_format = format;
}

std::string render(Format format, std::string_view timestamp, Level level, std::string_view message,
                   std::initializer_list<Field> fields) {
  if (format == Format::json) {
    nlohmann::ordered_json record{
        {"ts", timestamp}, {"level", to_string(level)}, {"msg", printable(message, kLongestValue)}};
    for (const Field& field : fields) record[std::string(field.key)] = printable(field.value, kLongestValue);
    return record.dump();
  }
  std::string line =
      "ts=" + std::string(timestamp) + " level=" + std::string(to_string(level)) + " msg=" + logfmt_value(message);
  for (const Field& field : fields) line += ' ' + std::string(field.key) + '=' + logfmt_value(field.value);
  return line;
}

void write(Level level, std::string_view message, std::initializer_list<Field> fields) {
  if (level < least_level.load(std::memory_order_relaxed)) return;
  counts[static_cast<std::size_t>(level)].fetch_add(1, std::memory_order_relaxed);
  sink().info("{}",
              render(chosen_format.load(std::memory_order_relaxed), to_rfc3339(wall_now()), level, message, fields));
  sink().flush();
}

std::uint64_t written(Level level) { return counts[static_cast<std::size_t>(level)].load(std::memory_order_relaxed); }

}  // namespace mailsonde::log
