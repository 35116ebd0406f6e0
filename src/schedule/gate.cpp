// SPDX-License-Identifier: Apache-2.0
#include "schedule/gate.hpp"

namespace mailsonde::schedule {

asio::awaitable<bool> Gate::enter(std::string mx) {
  auto& lane = lanes_[mx];
  if (!lane) lane = std::make_unique<Semaphore>(per_mx_);
  Semaphore& toward_host = *lane;
  const bool first_taken = co_await toward_host.acquire();
  if (!first_taken) co_return false;
  const bool both_taken = co_await in_flight_.acquire();
  if (!both_taken) toward_host.release();
  co_return both_taken;
}

void Gate::leave(const std::string& mx) {
  in_flight_.release();
  const auto lane = lanes_.find(mx);
  lane->second->release();
  if (lane->second->idle(per_mx_)) lanes_.erase(lane);
}

}  // namespace mailsonde::schedule
