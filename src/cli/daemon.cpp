// SPDX-License-Identifier: Apache-2.0
#include "cli/daemon.hpp"

#include <algorithm>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <atomic>
#include <cstdlib>
#include <future>
#include <thread>

#include "base/log.hpp"
#include "net/pulse.hpp"
#include "schedule/chain_state.hpp"
#include "schedule/shard.hpp"

namespace mailsonde::cli {

// The context outlives the shard, whose timers belong to it.
struct Daemon::Worker {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> keep_running{context.get_executor()};
  schedule::Shard shard;
  config::Resolver resolver_config;  // of the resolver in use
  std::shared_ptr<dns::Resolver> resolver;
  std::atomic<std::uint64_t> told_revision = 0;  // of the chains that the caller has
  net::Pulse pulse;
  std::promise<void> drained;
  std::future<void> done = drained.get_future();
  std::thread thread;

  Worker(schedule::Share share, net::Dialer& dialer, schedule::Observer& observer)
      : shard(context, share, dialer, observer) {
    thread = std::thread([this] {
      run();
      drained.set_value();
    });
  }

  // Handlers report their own failures; what still comes here is told, and the shard goes on.
  void run() {
    for (;;) {
      try {
        context.run();
        return;
      } catch (const std::exception& error) {
        log::error("internal error", {{"in", "shard"}, {"what", error.what()}});
      }
    }
  }

  struct Chains {
    std::uint64_t revision;
    std::string json;
  };
  std::optional<Chains> changed_chains() {
    const schedule::GreylistChains& chains = shard.chains();
    if (chains.revision() == told_revision) return std::nullopt;
    return Chains{chains.revision(), schedule::to_json(chains, {.monotonic = monotonic_now(), .wall = wall_now()})};
  }

  // An unchanged resolver keeps its cache over a reload.
  void take(const std::shared_ptr<const schedule::Plan>& plan, const ResolverMaker& make_resolver) {
    const config::Resolver& wanted = plan->config().resolver;
    if (!resolver || !(wanted == resolver_config)) {
      resolver = make_resolver(context, wanted);
      resolver_config = wanted;
    }
    shard.apply(plan, resolver);
  }
};

Daemon::Daemon(schedule::Share share, std::size_t threads, net::Dialer& dialer, schedule::Observer& observer,
               ResolverMaker make_resolver)
    : make_resolver_(std::move(make_resolver)) {
  for (std::size_t i = 0; i < threads; ++i) {
    workers_.push_back(std::make_unique<Worker>(share.part(i, threads), dialer, observer));
  }
}

Daemon::~Daemon() { stop(std::chrono::seconds(1)); }

void Daemon::restore(std::vector<schedule::GreylistChains> chains) {
  for (std::size_t i = 0; i < std::min(chains.size(), workers_.size()); ++i) {
    asio::post(workers_[i]->context, [&worker = *workers_[i], own = std::move(chains[i])]() mutable {
      worker.told_revision = own.revision();
      worker.shard.restore(std::move(own));
    });
  }
}

std::vector<std::optional<std::string>> Daemon::changed_chains(Duration limit) {
  using Answer = std::promise<std::optional<Worker::Chains>>;
  const MonotonicTime deadline = monotonic_now() + limit;
  std::vector<std::future<std::optional<Worker::Chains>>> answers;
  for (const auto& worker : workers_) {
    auto answer = std::make_shared<Answer>();  // outlives this call if it comes too late
    answers.push_back(answer->get_future());
    asio::post(worker->context, [&worker = *worker, answer] { answer->set_value(worker.changed_chains()); });
  }
  std::vector<std::optional<std::string>> changed(answers.size());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i].wait_until(deadline) != std::future_status::ready) continue;  // the next call has them
    auto chains = answers[i].get();
    if (!chains) continue;
    workers_[i]->told_revision = chains->revision;
    changed[i] = std::move(chains->json);
  }
  return changed;
}

void Daemon::apply(const std::shared_ptr<const schedule::Plan>& plan) {
  for (const auto& worker : workers_) {
    asio::post(worker->context, [this, &worker = *worker, plan] { worker.take(plan, make_resolver_); });
  }
}

void Daemon::set_unconfirmed(const std::set<std::string>& sources) {
  for (const auto& worker : workers_) {
    asio::post(worker->context, [&worker = *worker, sources] { worker.shard.set_unconfirmed(sources); });
  }
}

bool Daemon::answers() {
  bool all = true;
  for (const auto& worker : workers_) {
    if (!worker->pulse.answers(worker->context)) all = false;
  }
  return all;
}

void Daemon::stop(Duration limit) {
  const MonotonicTime deadline = monotonic_now() + limit;
  for (const auto& worker : workers_) {
    asio::post(worker->context, [&worker = *worker] {
      worker.shard.stop();
      worker.resolver.reset();
      worker.keep_running.reset();
    });
  }
  for (const auto& worker : workers_) {
    if (!worker->thread.joinable()) continue;
    if (worker->done.wait_until(deadline) != std::future_status::ready) {
      // What still runs cannot be taken apart safely; a supervisor wants the end, not a half-dead process.
      log::warn("probes did not end in time and are cut off");
      std::quick_exit(0);
    }
    worker->thread.join();
  }
  workers_.clear();
}

}  // namespace mailsonde::cli
