// SPDX-License-Identifier: Apache-2.0
// The one table of every metric family. The code takes names, types and help from here, and a test compares
// docs/metrics.md with it: nothing else in the program spells a metric's name.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace mailsonde::metrics {

enum class Type : std::uint8_t { counter, gauge, histogram };
[[nodiscard]] std::string_view to_string(Type type);

// In the order of the table.
enum class Id : std::uint8_t {
  probe_success,
  probe_throttled,
  endpoint_success,
  probes_total,
  probe_failures_total,
  probe_duration_seconds,
  stage_duration_seconds,
  endpoint_stage_duration_seconds,
  smtp_replies_total,
  probe_interval_seconds,
  probe_last_timestamp_seconds,
  probe_last_success_timestamp_seconds,
  probes_suppressed_total,
  greylist_delay_seconds,
  starttls_advertised,
  tls_session_info,
  tls_handshakes_total,
  tls_certificate_valid,
  tls_certificate_not_after_timestamp_seconds,
  mx_hosts,
  mx_addresses,
  mx_changes_total,
  dns_lookups_total,
  dns_lookup_duration_seconds,
  fault_suspected,
  identity_check_ok,
  schedule_lag_seconds,
  probes_in_flight,
  targets,
  label_overflow_total,
  log_messages_total,
  build_info,
  config_last_reload_successful,
  config_last_reload_success_timestamp_seconds,
  process_cpu_seconds_total,
  process_open_fds,
  process_max_fds,
  process_virtual_memory_bytes,
  process_virtual_memory_max_bytes,
  process_resident_memory_bytes,
  process_start_time_seconds,
  process_threads,
};
inline constexpr std::size_t kFamilyCount = static_cast<std::size_t>(Id::process_threads) + 1;

// Whose series a family holds. Those of a target carry the labels kind, provider, source and target before their own.
enum class Scope : std::uint8_t { target, process };

struct Row {
  Id id;
  std::string_view name;
  Type type;
  Scope scope;
  std::string_view labels;  // its own, sorted, a blank between
  std::string_view help;
  std::string_view set_by;  // what sets it, for the reference
};

[[nodiscard]] const Row& row(Id id);
[[nodiscard]] std::span<const Row, kFamilyCount> rows();

// The upper bounds of every histogram but those of delays in the queue: from a reply on the local network to beyond the
// longest wait of RFC 5321 section 4.5.3.2 that an operator would configure.
inline constexpr std::array kBuckets{0.005, 0.01, 0.025, 0.05, 0.1,  0.25,  0.5,  1.0,
                                     2.5,   5.0,  10.0,  30.0, 60.0, 120.0, 300.0};
// Of mailsonde_greylist_delay_seconds: what greylisting servers are set to, up to the longest chain of retries.
inline constexpr std::array kDelayBuckets{30.0,   60.0,   120.0,  300.0,  600.0,   900.0,
                                          1200.0, 1800.0, 3600.0, 7200.0, 14400.0, 28800.0};
[[nodiscard]] std::span<const double> buckets_of(Id histogram);

}  // namespace mailsonde::metrics
