// SPDX-License-Identifier: Apache-2.0
// How many probes may run at once: over all, and toward one MX host (politeness).
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "config/config.hpp"
#include "schedule/semaphore.hpp"

namespace mailsonde::schedule {

// Used on one shard's thread; outlives the probes that passed it.
class Gate {
 public:
  explicit Gate(const config::Politeness& politeness)
      : per_mx_(politeness.per_mx_concurrency), in_flight_(politeness.max_probes_in_flight) {}

  // Waits for a place toward that host, then for one over all: a crowd before one slow host keeps no other host
  // waiting. True: leave() must follow. False: cancelled.
  [[nodiscard]] asio::awaitable<bool> enter(std::string mx);
  void leave(const std::string& mx);

 private:
  std::size_t per_mx_;
  Semaphore in_flight_;
  std::unordered_map<std::string, std::unique_ptr<Semaphore>> lanes_;  // of hosts that are in use
};

}  // namespace mailsonde::schedule
