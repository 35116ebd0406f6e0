// SPDX-License-Identifier: Apache-2.0
#include "schedule/semaphore.hpp"

#include <asio/experimental/as_tuple.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

namespace mailsonde::schedule {

Semaphore::Waiter::Waiter(Semaphore& of, const asio::any_io_executor& executor)
    : timer(executor, asio::steady_timer::time_point::max()), semaphore(of) {
  semaphore.waiting_.push_back(this);
}

Semaphore::Waiter::~Waiter() {
  if (!granted) semaphore.waiting_.remove(this);
}

asio::awaitable<bool> Semaphore::acquire() {
  if (free_ > 0) {
    --free_;
    co_return true;
  }
  const auto executor = co_await asio::this_coro::executor;
  Waiter self(*this, executor);
  (void)co_await self.timer.async_wait(asio::experimental::as_tuple(asio::use_awaitable));
  // release() took us off the list and left us its slot; otherwise the wait was cancelled from outside.
  co_return self.granted;
}

void Semaphore::release() {
  if (waiting_.empty()) {
    ++free_;
    return;
  }
  Waiter* next = waiting_.front();
  waiting_.pop_front();
  next->granted = true;
  next->timer.cancel();
}

}  // namespace mailsonde::schedule
