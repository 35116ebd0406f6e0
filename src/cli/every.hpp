// SPDX-License-Identifier: Apache-2.0
// Something that is done again and again.
#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <functional>
#include <string>

#include "base/clock.hpp"

namespace mailsonde::cli {

// Calls `act` on the context's thread, first after one period, then so long after each end. What it throws (no memory,
// most likely) goes to the log under the name `what`; the next call comes all the same. Lives as long as the context
// runs.
class Every {
 public:
  Every(asio::io_context& context, Duration period, std::string what, std::function<void()> act);
  Every(const Every&) = delete;
  Every& operator=(const Every&) = delete;

 private:
  void wait();

  const Duration period_;
  const std::string what_;
  const std::function<void()> act_;
  asio::steady_timer timer_;
};

}  // namespace mailsonde::cli
