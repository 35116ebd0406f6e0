// SPDX-License-Identifier: Apache-2.0
// Runs one coroutine on a loop of the test's own until it has ended.
#pragma once

#include <doctest/doctest.h>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <exception>
#include <optional>
#include <utility>

namespace mailsonde::dns::test {

template <typename T>
T run(asio::io_context& loop, asio::awaitable<T> work) {
  std::optional<T> result;
  std::exception_ptr failure;
  loop.restart();
  asio::co_spawn(loop, std::move(work), [&](std::exception_ptr error, T value) {
    failure = error;
    result = std::move(value);
    loop.stop();
  });
  loop.run();
  REQUIRE(failure == nullptr);
  REQUIRE(result.has_value());
  return *std::move(result);
}

}  // namespace mailsonde::dns::test
