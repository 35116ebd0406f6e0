// SPDX-License-Identifier: Apache-2.0
// Probes a share of the targets on one thread, and looks the others up to see which is which. What to do and when is
// the agenda's; the shard looks names up, dials, and tells observers how it ended.
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
#include "schedule/agenda.hpp"
#include "schedule/endpoints.hpp"
#include "schedule/gate.hpp"
#include "schedule/observer.hpp"
#include "schedule/plan.hpp"
#include "schedule/share.hpp"
#include "schedule/watched.hpp"

namespace mailsonde::schedule {

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

  // Greylist chains of an earlier run, before the first apply().
  void restore(GreylistChains chains) { agenda_->restore(std::move(chains)); }
  // Those that run now.
  [[nodiscard]] const GreylistChains& chains() const { return agenda_->chains(); }

  // See Agenda::set_unconfirmed().
  void set_unconfirmed(std::set<std::string> sources) { agenda_->set_unconfirmed(std::move(sources)); }

  // No new probes; those in flight stop waiting, say QUIT and report. When the last is done the context runs dry.
  void stop();

  // Its own and those that it only looks up.
  [[nodiscard]] std::size_t targets() const { return targets_.size(); }

 private:
  struct Claim;  // what one probe holds of the shared

  // shard.cpp: what there is, and when.
  [[nodiscard]] asio::awaitable<void> pace();
  void act(const LookUp& look_up);
  void act(const Dial& dial);
  void act(const LeftOut& left_out);
  void add(const config::Target& target);
  void remove(TargetKey key);
  void spawn(asio::awaitable<void> work, std::string_view what, std::string target);
  void wake() { pacer_.cancel(); }
  [[nodiscard]] std::string new_id();

  // shard_routes.cpp: names.
  [[nodiscard]] asio::awaitable<void> scout();
  [[nodiscard]] asio::awaitable<void> look_up(WatchedPtr watched);
  [[nodiscard]] asio::awaitable<Routed> find_route_of(WatchedPtr watched);
  void send_scouts();
  void take_route(Watched& watched, const Routed& routed);
  void note_route(Watched& watched, const dns::Route& route);
  [[nodiscard]] bool is_ours(const Watched& watched) const;
  void show_provider(Watched& watched);
  void report_dead_ends(Watched& watched, const Routed& routed);

  // shard_probes.cpp: dialogues.
  [[nodiscard]] asio::awaitable<void> probe_endpoint(WatchedPtr watched, probe::Request request, Dial dial);
  void begin(const Watched& watched, const Dial& dial, Claim& claim);
  void tell(const probe::Report& report, const Judgement& judgement, Claim& claim);
  void note_source(const probe::Report& report);

  asio::io_context& context_;
  const Share share_;
  net::Dialer& dialer_;
  Observer& observer_;
  std::shared_ptr<const Plan> plan_;
  std::shared_ptr<dns::Resolver> resolver_;
  std::shared_ptr<Gate> gate_;
  std::mt19937_64 random_;
  const std::shared_ptr<Agenda> agenda_;  // shared with probes under way, which may end after the shard
  std::unordered_map<TargetKey, WatchedPtr> targets_;
  std::unordered_map<std::string, TargetKey> keys_;  // by target name
  TargetKey next_key_ = 1;
  std::deque<WatchedPtr> unscouted_;  // new ones whose provider only their route tells
  std::size_t scouts_ = 0;
  std::set<std::string> missing_sources_;  // "pool-a ipv4", those that were told
  asio::steady_timer pacer_;
  bool stopping_ = false;
  std::map<std::uint64_t, asio::cancellation_signal> running_;  // coroutines, to be told to stop
  std::uint64_t next_run_ = 1;
};

}  // namespace mailsonde::schedule
