// SPDX-License-Identifier: Apache-2.0
#include "metrics/process.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <vector>

#include "base/text.hpp"

namespace mailsonde::metrics {
namespace {

// Files of /proc have no size; all that are read here are short.
std::string read_text(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::optional<double> parse_count(std::string_view text) {
  unsigned long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end == text.data()) return std::nullopt;
  return static_cast<double>(value);
}

// Seconds since 1970 at which the kernel booted: the line "btime N" of /proc/stat.
std::optional<double> boot_time() {
  const std::string text = read_text("/proc/stat");
  constexpr std::string_view kKey = "\nbtime ";
  const auto at = text.find(kKey);
  if (at == std::string::npos) return std::nullopt;
  return parse_count(std::string_view(text).substr(at + kKey.size()));
}

double ticks_per_second() { return static_cast<double>(sysconf(_SC_CLK_TCK)); }

// Read once: the kernel's boot time moves when the wall clock is set, a process's start does not.
std::optional<double> start_time(const ProcessStat& stat) {
  static const std::optional<double> time = [&stat]() -> std::optional<double> {
    const auto boot = boot_time();
    if (!boot) return std::nullopt;
    return *boot + stat.start_ticks / ticks_per_second();
  }();
  return time;
}

// The descriptor that reads the folder is not counted.
std::optional<double> open_descriptors() {
  std::error_code error;
  std::filesystem::directory_iterator entry("/proc/self/fd", error);
  double count = -1;
  while (!error && entry != std::filesystem::directory_iterator()) {
    ++count;
    entry.increment(error);
  }
  return error ? std::nullopt : std::optional(count);
}

void add_limit(Exposition& out, Id id, decltype(RLIMIT_NOFILE) resource) {
  rlimit limit{};
  // RLIM_INFINITY is the largest number of its type, and is shown as such, like other exporters do.
  if (getrlimit(resource, &limit) == 0) out.add(id, {}, static_cast<double>(limit.rlim_cur));
}

}  // namespace

std::optional<ProcessStat> parse_stat(std::string_view text) {
  // proc(5): "pid (comm) state ppid ...". The name may hold blanks and brackets, so count from the last bracket.
  const auto name_end = text.rfind(')');
  if (name_end == std::string_view::npos) return std::nullopt;
  const auto fields = split(trim(text.substr(name_end + 1)), ' ');  // fields[0] is field 3, the state
  const auto field = [&](std::size_t number) -> std::optional<double> {
    return number - 3 < fields.size() ? parse_count(fields[number - 3]) : std::nullopt;
  };
  const auto user = field(14);
  const auto system = field(15);
  const auto threads = field(20);
  const auto start = field(22);
  const auto virtual_bytes = field(23);
  const auto resident = field(24);
  if (!user || !system || !threads || !start || !virtual_bytes || !resident) return std::nullopt;
  return ProcessStat{.cpu_ticks = *user + *system,
                     .threads = *threads,
                     .start_ticks = *start,
                     .virtual_bytes = *virtual_bytes,
                     .resident_pages = *resident};
}

void render_process(Exposition& out) {
  if (const auto stat = parse_stat(read_text("/proc/self/stat"))) {
    out.add(Id::process_cpu_seconds_total, {}, stat->cpu_ticks / ticks_per_second());
    out.add(Id::process_threads, {}, stat->threads);
    out.add(Id::process_virtual_memory_bytes, {}, stat->virtual_bytes);
    out.add(Id::process_resident_memory_bytes, {}, stat->resident_pages * static_cast<double>(sysconf(_SC_PAGESIZE)));
    if (const auto started = start_time(*stat)) out.add(Id::process_start_time_seconds, {}, *started);
  }
  if (const auto count = open_descriptors()) out.add(Id::process_open_fds, {}, *count);
  add_limit(out, Id::process_max_fds, RLIMIT_NOFILE);
  add_limit(out, Id::process_virtual_memory_max_bytes, RLIMIT_AS);
}

}  // namespace mailsonde::metrics
