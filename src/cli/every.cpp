// SPDX-License-Identifier: Apache-2.0
#include "cli/every.hpp"

#include "base/log.hpp"

namespace mailsonde::cli {

Every::Every(asio::io_context& context, Duration period, std::string what, std::function<void()> act)
    : period_(period), what_(std::move(what)), act_(std::move(act)), timer_(context) {
  wait();
}

void Every::wait() {
  timer_.expires_after(period_);
  timer_.async_wait([this](const asio::error_code& error) {
    if (error) return;
    try {
      act_();
    } catch (const std::exception& failure) {
      log::error("internal error", {{"in", what_}, {"what", failure.what()}});
    }
    wait();
  });
}

}  // namespace mailsonde::cli
