// SPDX-License-Identifier: Apache-2.0
// What a service manager hears of the daemon, in the protocol of sd_notify(3): that it is ready, reloads, stops, lives,
// and how it fares in a line for people. Nothing is sent where NOTIFY_SOCKET is not in the environment; what cannot be
// sent is told in the log.
#pragma once

#include <asio/io_context.hpp>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "cli/every.hpp"

namespace mailsonde::cli {

// Any thread. After the start, and after each reload, however that went.
void notify_ready();
void notify_reloading();
void notify_stopping();
// The line that `systemctl status` shows.
void notify_status(const std::string& status);

// That line: how much is probed, and the first of what was refused, which has a line each. Printable and bounded,
// whatever the files hold.
[[nodiscard]] std::string status_of(std::size_t targets, std::size_t threads, std::string_view refused);

// Tells the watchdog of the service manager (WATCHDOG_USEC) at half of its period that the program lives, as long as
// `is_alive` says so; the context's thread lives when it gets that far. Where there is no such watchdog it does
// nothing.
class Watchdog {
 public:
  // `is_alive` is called on the context's thread and must not wait. Lives as long as the context runs.
  Watchdog(asio::io_context& context, std::function<bool()> is_alive);

 private:
  std::optional<Every> pinging_;
};

}  // namespace mailsonde::cli
