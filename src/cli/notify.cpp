// SPDX-License-Identifier: Apache-2.0
#include "cli/notify.hpp"

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

#include <algorithm>
#include <system_error>

#include "base/log.hpp"
#include "base/text.hpp"

namespace mailsonde::cli {
namespace {

constexpr std::size_t kLongestRefusal = 300;  // bytes of a status line, which people read on a terminal

// The variables stay: a reload, the end and the watchdog need them, and no child inherits them.
void notify(const std::string& state) {
  const int result = sd_notify(0, state.c_str());
  if (result >= 0) return;
  log::warn("the service manager was not told",
            {{"what", state}, {"why", std::error_code(-result, std::generic_category()).message()}});
}

// Half of what the service manager allows to pass, if it watches this process (sd_watchdog_enabled(3)).
std::optional<Duration> watchdog_period() {
  std::uint64_t microseconds = 0;
  if (sd_watchdog_enabled(0, &microseconds) <= 0) return std::nullopt;
  constexpr std::uint64_t kMost = std::chrono::microseconds(std::chrono::hours(24)).count();
  return std::chrono::microseconds(std::clamp<std::uint64_t>(microseconds / 2, 1, kMost));
}

}  // namespace

void notify_ready() { notify("READY=1"); }

// MONOTONIC_USEC is how Type=notify-reload of later service managers tells one reload from another.
void notify_reloading() {
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(monotonic_now().time_since_epoch());
  notify(fmt::format("RELOADING=1\nMONOTONIC_USEC={}", now.count()));
}

void notify_stopping() { notify("STOPPING=1\nSTATUS=stopping"); }

void notify_status(const std::string& status) { notify("STATUS=" + status); }

std::string status_of(std::size_t targets, std::size_t threads, std::string_view refused) {
  std::string status = targets == 0 ? "probes nothing: the configuration names no target"
                                    : fmt::format("probes {} target{} on {} thread{}", targets, targets == 1 ? "" : "s",
                                                  threads, threads == 1 ? "" : "s");
  refused = trim(refused);
  if (refused.empty()) return status;
  const auto lines = split(refused, '\n');
  status += "; refused: " + printable(lines.front(), kLongestRefusal);
  if (lines.size() > 1) status += fmt::format(" (and {} more)", lines.size() - 1);
  return status;
}

Watchdog::Watchdog(asio::io_context& context, std::function<bool()> is_alive) {
  const auto period = watchdog_period();
  if (!period) return;
  pinging_.emplace(context, *period, "watchdog", [is_alive = std::move(is_alive)] {
    if (is_alive()) return notify("WATCHDOG=1");
    log::error("a thread does not answer, the watchdog is not told that all is well");
  });
}

}  // namespace mailsonde::cli
