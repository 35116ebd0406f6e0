// SPDX-License-Identifier: Apache-2.0
// Probes a share of the targets on one thread: every target's endpoints once an interval from each of its sources,
// never two probes of one endpoint at once, so many in flight and no more.
#pragma once

#include <asio/cancellation_signal.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <unordered_map>

#include "dns/resolver.hpp"
#include "net/dialer.hpp"
#include "probe/probe.hpp"
#include "schedule/endpoints.hpp"
#include "schedule/gate.hpp"
#include "schedule/observer.hpp"
#include "schedule/plan.hpp"
#include "schedule/timetable.hpp"

namespace mailsonde::schedule {

// Which of how many shares: targets are dealt out by a hash of their names.
struct Share {
  std::size_t index = 0;
  std::size_t count = 1;
  [[nodiscard]] bool holds(std::string_view target_name) const;
};

// All members are called on the thread that runs `context`. Observer and dialer outlive the shard; the shard outlives
// the run of `context`.
class Shard {
 public:
  Shard(asio::io_context& context, Share share, net::Dialer& dialer, Observer& observer);
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;
  ~Shard();

  // Takes a plan over. Unchanged targets keep their schedule and their observers; removed ones end. Cannot fail.
  void apply(std::shared_ptr<const Plan> plan, std::shared_ptr<dns::Resolver> resolver);

  // No new probes; those in flight stop waiting, say QUIT and report. When the last is done the context runs dry.
  void stop();

  [[nodiscard]] std::size_t targets() const { return targets_.size(); }

 private:
  struct Watched;  // one target and its state
  struct Claim;    // what one probe holds of the shared
  using WatchedPtr = std::shared_ptr<Watched>;

  [[nodiscard]] asio::awaitable<void> pace();
  [[nodiscard]] asio::awaitable<void> scout();
  [[nodiscard]] asio::awaitable<void> cycle(WatchedPtr watched, MonotonicTime due);
  [[nodiscard]] asio::awaitable<void> visit(WatchedPtr watched, Routed routed, MonotonicTime due);
  [[nodiscard]] asio::awaitable<void> probe_endpoint(WatchedPtr watched, probe::Request request, std::string key,
                                                     MonotonicTime due);
  [[nodiscard]] asio::awaitable<bool> wait_until(MonotonicTime moment);
  void start_due(MonotonicTime now);
  void start_probe(const WatchedPtr& watched, const Endpoint& endpoint, const Routed& routed, MonotonicTime due);
  void report_dead_ends(Watched& watched, const Routed& routed);
  void add(const config::Target& target);
  void send_scouts();
  void note_route(Watched& watched, const dns::Route& route);
  void show_provider(Watched& watched);
  void note_source(const probe::Report& report);
  void remove(Timetable::Key key);
  void spawn(asio::awaitable<void> work, std::string_view what, std::string target);
  [[nodiscard]] std::string new_id();

  asio::io_context& context_;
  const Share share_;
  net::Dialer& dialer_;
  Observer& observer_;
  std::shared_ptr<const Plan> plan_;
  std::shared_ptr<dns::Resolver> resolver_;
  std::shared_ptr<Gate> gate_;
  std::mt19937_64 random_;
  Timetable timetable_;
  std::map<Timetable::Key, WatchedPtr> targets_;
  std::unordered_map<std::string, Timetable::Key> keys_;  // by target name
  Timetable::Key next_key_ = 1;
  std::deque<WatchedPtr> unscouted_;  // new ones whose provider only their route tells
  std::size_t scouts_ = 0;
  std::set<std::string> missing_sources_;  // "pool-a ipv4", those that were told
  asio::steady_timer pacer_;
  bool stopping_ = false;
  std::map<std::uint64_t, asio::cancellation_signal> running_;  // coroutines, to be told to stop
  std::uint64_t next_run_ = 1;
};

}  // namespace mailsonde::schedule
