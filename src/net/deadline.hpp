// SPDX-License-Identifier: Apache-2.0
// An asynchronous operation against a deadline: the one place where the two race.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/cancellation_state.hpp>
#include <asio/experimental/deferred.hpp>
#include <asio/experimental/parallel_group.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include "net/stream.hpp"

namespace mailsonde::net {

// How the race ended, told from what both sides of it completed with. Three cases: the operation came first (with or
// without an error of its own), the timer came first, or both were cancelled from outside.
[[nodiscard]] IoResult<void> judge_race(bool operation_first, const asio::error_code& operation,
                                        const asio::error_code& timer);

// Runs `operation` (a deferred operation that completes with an error_code) until the deadline. After a failure the
// object that it worked on is fit for nothing but closing.
template <typename Operation>
[[nodiscard]] asio::awaitable<IoResult<void>> until(MonotonicTime deadline, asio::steady_timer& timer,
                                                    Operation operation) {
  // A stop that came while the operation before was about to complete found nothing to cancel.
  const asio::cancellation_state stop = co_await asio::this_coro::cancellation_state;
  if (stop.cancelled() != asio::cancellation_type::none) {
    co_return std::unexpected(IoError{Failure::cancelled, "cancelled"});
  }
  timer.expires_at(std::chrono::time_point_cast<asio::steady_timer::duration>(deadline));
  auto race =
      asio::experimental::make_parallel_group(std::move(operation), timer.async_wait(asio::experimental::deferred));
  auto finished = co_await race.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
  const auto& [order, operation_error, timer_error] = finished;
  co_return judge_race(order[0] == 0, operation_error, timer_error);
}

// What an error of the operating system means for a probe.
[[nodiscard]] IoError describe_error(const asio::error_code& error);

}  // namespace mailsonde::net
