// SPDX-License-Identifier: Apache-2.0
// The probing threads: one shard each, sharing nothing but the observer.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "dns/resolver.hpp"
#include "net/dialer.hpp"
#include "schedule/greylist_chains.hpp"
#include "schedule/observer.hpp"
#include "schedule/plan.hpp"
#include "schedule/share.hpp"

namespace asio {
class io_context;
}

namespace mailsonde::cli {

// Makes the resolver of one shard; called on the shard's thread, once for each plan.
using ResolverMaker = std::function<std::shared_ptr<dns::Resolver>(asio::io_context&, const config::Resolver&)>;

// Members may be called on any thread. Dialer and observer outlive it.
class Daemon {
 public:
  // `share` is what this process has of the targets; the threads divide it.
  Daemon(schedule::Share share, std::size_t threads, net::Dialer& dialer, schedule::Observer& observer,
         ResolverMaker make_resolver);
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  ~Daemon();  // stops as stop() does

  // Greylist chains of an earlier run, one entry for each thread or none at all; before the first apply().
  void restore(std::vector<schedule::GreylistChains> chains);

  // For each thread its chains in JSON, if they have changed since a call that told them; nothing of threads that do
  // not answer within `limit`. Before stop().
  [[nodiscard]] std::vector<std::optional<std::string>> changed_chains(Duration limit);

  // Every shard takes its share of the plan over, soon.
  void apply(const std::shared_ptr<const schedule::Plan>& plan);

  // The sources whose identity is not confirmed, for every shard, soon.
  void set_unconfirmed(const std::set<std::string>& sources);

  // Whether no thread hangs, as net::Pulse has it. One caller at a time, before stop().
  [[nodiscard]] bool answers();

  // Stops scheduling, lets the probes in flight say QUIT, and waits for that; `limit` bounds the wait. Idempotent.
  void stop(Duration limit);

 private:
  struct Worker;
  std::vector<std::unique_ptr<Worker>> workers_;
  ResolverMaker make_resolver_;
};

}  // namespace mailsonde::cli
