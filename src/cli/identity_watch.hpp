// SPDX-License-Identifier: Apache-2.0
// The self-check at work in the daemon: every hour it looks at each source as receivers would, and says what it found
// in metrics, log, and to whoever dials.
#pragma once

#include <asio/cancellation_signal.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>

#include "cli/daemon.hpp"
#include "identity/source_report.hpp"
#include "metrics/metrics.hpp"

namespace mailsonde::cli {

// Has a thread of its own. Members may be called on any thread, one at a time. `metrics`, and what `tell` uses, outlive
// it.
class IdentityWatch {
 public:
  static constexpr Duration kPeriod = std::chrono::hours(1);

  // Hears after each round which sources have failed a check, on the watch's thread.
  using Tell = std::function<void(std::set<std::string> unconfirmed)>;

  // The resolver is made anew for each round, so that an answer is never older than the round.
  IdentityWatch(metrics::Metrics& metrics, ResolverMaker make_resolver, Tell tell);
  IdentityWatch(const IdentityWatch&) = delete;
  IdentityWatch& operator=(const IdentityWatch&) = delete;
  ~IdentityWatch() { stop(); }

  // A round begins soon, with these sources.
  void config_loaded(std::shared_ptr<const schedule::Plan> plan);

  // Ends a round under way; no other begins, and `tell` hears no more. Idempotent.
  void stop();

  // Until the first round is over, at most that long. True if it is.
  [[nodiscard]] bool wait_for_first(Duration limit) const;

 private:
  [[nodiscard]] asio::awaitable<void> go_round();
  [[nodiscard]] asio::awaitable<void> look_at_all(std::shared_ptr<const schedule::Plan> plan);
  void take(std::vector<identity::SourceReport> reports);
  void note_changes(const identity::SourceReport& report, const identity::SourceReport* before) const;

  metrics::Metrics& metrics_;
  const ResolverMaker make_resolver_;
  const Tell tell_;
  std::promise<void> first_;
  std::shared_future<void> first_round_ = first_.get_future().share();

  // Of the thread.
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> keep_running_{context_.get_executor()};
  asio::steady_timer pause_{context_};
  asio::cancellation_signal end_;
  std::mt19937_64 random_{std::random_device{}()};
  std::shared_ptr<const schedule::Plan> plan_;
  std::map<std::string, identity::SourceReport> known_;  // by source
  bool first_is_over_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace mailsonde::cli
