// SPDX-License-Identifier: Apache-2.0
// A bound on how many coroutines of one thread do a thing at once; those over it wait in order.
#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/steady_timer.hpp>
#include <list>

namespace mailsonde::schedule {

// Used on one thread; outlives its waiters.
class Semaphore {
 public:
  explicit Semaphore(std::size_t slots) : free_(slots) {}
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;

  // True when a slot was taken, which release() must give back; false when the wait was cancelled.
  [[nodiscard]] asio::awaitable<bool> acquire();
  void release();
  [[nodiscard]] bool idle(std::size_t slots) const { return free_ == slots && waiting_.empty(); }

 private:
  // Lives in the frame of its coroutine and takes itself off the list however that ends.
  struct Waiter {
    Waiter(Semaphore& of, const asio::any_io_executor& executor);
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    ~Waiter();
    asio::steady_timer timer;
    bool granted = false;
    Semaphore& semaphore;
  };
  std::size_t free_;
  std::list<Waiter*> waiting_;  // in order of arrival
};

}  // namespace mailsonde::schedule
