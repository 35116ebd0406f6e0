// SPDX-License-Identifier: Apache-2.0
// The shard's side that looks names up.
#include <algorithm>
#include <asio/experimental/as_tuple.hpp>
#include <asio/use_awaitable.hpp>

#include "schedule/report_log.hpp"
#include "schedule/shard.hpp"
#include "schedule/subject.hpp"

namespace mailsonde::schedule {
namespace {

// How many routes are looked up ahead of their first turn at a time, and what each look-up rests after another: up to
// 1600 a second, so that a hundred thousand new targets are no flood for the resolver.
constexpr std::size_t kScouts = 16;
constexpr Duration kScoutRest = std::chrono::milliseconds(10);

}  // namespace

// Before anything is known of its route a target is nobody's, unless there is only one share; where there turns out to
// be no route, its name deals it out.
bool Shard::is_ours(const Watched& watched) const {
  if (share_.count == 1) return true;
  const bool is_known = !watched.mx.empty() || !watched.target->provider.empty();
  if (!is_known) return watched.looked_up && share_.holds(watched.target->name);
  return share_.holds(dealt_as(plan_->provider_of(*watched.target, watched.mx), watched.mx));
}

// Watches the target from each source under its provider, anew if that has changed. The new observers come before the
// old ones go. A target that is another share's is not watched, and not dialled.
void Shard::show_provider(Watched& watched) {
  if (!is_ours(watched)) {
    if (!watched.views.empty()) agenda_->routed(watched.key, {}, monotonic_now());
    watched.views.clear();
    watched.provider.clear();
    return;
  }
  std::string provider = plan_->provider_of(*watched.target, watched.mx);
  if (!watched.views.empty() && provider == watched.provider) return;
  config::Target shown = *watched.target;
  shown.provider = provider;
  std::vector<Watched::View> views;
  for (const auto& source : watched.target->sources) {
    shown.sources = {source};
    views.push_back({source, observer_.watch(shown)});
  }
  watched.views = std::move(views);
  watched.provider = std::move(provider);
}

void Shard::note_route(Watched& watched, const dns::Route& route) {
  if (!route.hosts.empty()) watched.mx = route.hosts.front().name;
  show_provider(watched);
}

void Shard::send_scouts() {
  const std::size_t wanted = std::min(kScouts, unscouted_.size());
  while (scouts_ < wanted) {
    ++scouts_;
    spawn(scout(), "scout", "");
  }
}

asio::awaitable<Routed> Shard::find_route_of(WatchedPtr watched) {
  const auto resolver = resolver_;  // a reload may put another in its place meanwhile
  const bool allow_private = plan_->config().resolver.allow_private_addresses;
  Routed routed = co_await find_route(*resolver, *watched->target, allow_private);
  co_return routed;
}

// Looks routes of new targets up before their first turn comes, so that their series are born with the right provider
// well before the first event. The first turn finds the answers in the resolver's cache.
asio::awaitable<void> Shard::scout() {
  co_await asio::this_coro::throw_if_cancelled(false);
  while (!unscouted_.empty() && !stopping_) {
    const WatchedPtr watched = unscouted_.front();
    unscouted_.pop_front();
    if (watched->removed || watched->looking_up || watched->looked_up) continue;
    const Routed routed = co_await find_route_of(watched);
    if (!watched->removed && !stopping_) note_route(*watched, routed.route);
    asio::steady_timer rest(context_, kScoutRest);
    (void)co_await rest.async_wait(asio::experimental::as_tuple(asio::use_awaitable));
  }
  --scouts_;
}

asio::awaitable<void> Shard::look_up(WatchedPtr watched) {
  co_await asio::this_coro::throw_if_cancelled(false);
  if (stopping_) co_return;
  const Routed routed = co_await find_route_of(watched);
  watched->looking_up = false;
  if (!watched->removed && !stopping_) take_route(*watched, routed);
}

void Shard::take_route(Watched& watched, const Routed& routed) {
  watched.looked_up = true;
  watched.dns_elapsed = routed.elapsed;
  watched.dns_notes = routed.route.notes;
  note_route(watched, routed.route);
  const MonotonicTime now = monotonic_now();
  const auto hosts = hosts_of(*plan_, *watched.target, routed.route);
  watched.has_hosts = !hosts.empty();
  if (watched.views.empty()) return;  // another share's
  agenda_->routed(watched.key, hosts, now);
  for (const Watched::View& view : watched.views) {
    view.observer->routed(route_from(*view.source, routed.route));
    const Duration paced = agenda_->interval_of(watched.key, view.source->name, now);
    view.observer->paced(paced > Duration::zero() ? paced : watched.target->interval);
  }
  report_dead_ends(watched, routed);
  wake();
}

// A domain without a route, or a host without an address, is a probe that ended in the dns stage, from every source.
void Shard::report_dead_ends(Watched& watched, const Routed& routed) {
  const auto tell = [&](const std::string& mx, dns::RouteFault fault, const std::string& detail) {
    for (const Watched::View& view : watched.views) {
      view.observer->started();
      probe::Report report = probe::failed_route(*watched.target, new_id(), mx, plan_->provider_of(*watched.target, mx),
                                                 fault, detail, routed.elapsed, routed.route.notes);
      report.source = view.source->name;
      view.observer->finished(report, {});
      log_report(report, {});
    }
  };
  if (routed.route.fault != dns::RouteFault::none) tell("", routed.route.fault, routed.route.detail);
  for (const dns::MxHost& host : routed.route.hosts) {
    if (host.fault != dns::RouteFault::none) tell(host.name, host.fault, host.detail);
  }
}

}  // namespace mailsonde::schedule
