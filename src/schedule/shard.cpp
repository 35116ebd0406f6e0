// SPDX-License-Identifier: Apache-2.0
#include "schedule/shard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/use_awaitable.hpp>
#include <set>

#include "base/log.hpp"
#include "schedule/login_caution.hpp"

namespace mailsonde::schedule {
namespace {

// FNV-1a: the same on every machine and in every version, unlike std::hash.
std::uint64_t stable_hash(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

// Spreads targets evenly over their interval, the same way after every restart.
Duration phase_of(const config::Target& target) {
  constexpr std::uint64_t kSteps = 10'000;
  const auto step = static_cast<Duration::rep>(stable_hash(target.name) / 7 % kSteps);
  return target.interval / static_cast<Duration::rep>(kSteps) * step;
}

std::string describe(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& exception) {
    return exception.what();
  } catch (...) {
    return "unknown exception";
  }
}

// How many routes are looked up ahead of their first cycle at a time, and what each look-up rests after another: up to
// 1600 a second, so that a hundred thousand new targets are no flood for the resolver.
constexpr std::size_t kScouts = 16;
constexpr Duration kScoutRest = std::chrono::milliseconds(10);

void log_report(const probe::Report& report) {
  if (!report.counted) return;
  const smtp::Reply* reply = report.deciding_reply();
  log::write(report.success() ? log::Level::debug : log::Level::info, report.success() ? "probe ok" : "probe failed",
             {{"target", report.target},
              {"mx", report.mx},
              {"source", report.source},
              {"address", report.address ? report.address->to_string() : ""},
              {"stage", std::string(to_string(report.stage))},
              {"outcome", std::string(to_string(report.verdict.outcome))},
              {"reason", reply != nullptr ? reply->one_line() : report.detail},
              {"seconds", fmt::format("{:.3f}", to_seconds(report.duration))},
              {"report_id", report.id}});
}

}  // namespace

bool Share::holds(std::string_view target_name) const { return stable_hash(target_name) % count == index; }

struct Shard::Watched {
  // The target as seen from one of its sources.
  struct View {
    std::shared_ptr<const config::Source> source;
    std::shared_ptr<TargetObserver> observer;
  };
  std::shared_ptr<const config::Target> target;
  std::string mx;           // most preferred host of the last good route; empty before the first one
  std::string provider;     // what the observers were told
  std::vector<View> views;  // one for each source
  std::uint64_t cycles = 0;
  bool in_cycle = false;
  bool removed = false;  // its observers are gone; what still runs ends unseen
  LoginCaution caution;
  std::set<std::string> in_flight;  // keys of endpoints that are waiting or being probed

  // Of a source that the target has, while it is not removed.
  [[nodiscard]] const std::shared_ptr<TargetObserver>& observer_from(std::string_view source) const {
    return std::ranges::find(views, source, [](const View& view) { return std::string_view(view.source->name); })
        ->observer;
  }
  void suppress(Suppression reason) const {
    for (const View& view : views) view.observer->suppressed(reason);
  }
};

Shard::Shard(asio::io_context& context, Share share, net::Dialer& dialer, Observer& observer)
    : context_(context),
      share_(share),
      dialer_(dialer),
      observer_(observer),
      random_(std::random_device{}()),
      timetable_(random_()),
      pacer_(context, asio::steady_timer::time_point::max()) {
  spawn(pace(), "schedule", "");
}

Shard::~Shard() = default;

void Shard::apply(std::shared_ptr<const Plan> plan, std::shared_ptr<dns::Resolver> resolver) {
  if (stopping_) return;
  const bool gate_changed = !plan_ || plan_->config().politeness != plan->config().politeness;
  if (gate_changed) gate_ = std::make_shared<Gate>(plan->config().politeness);
  plan_ = std::move(plan);
  resolver_ = std::move(resolver);
  missing_sources_.clear();  // what the new plan still misses is told anew

  std::set<Timetable::Key> kept;
  std::vector<const config::Target*> fresh;
  for (const config::Target& target : plan_->config().targets) {
    if (!share_.holds(target.name)) continue;
    const auto known = keys_.find(target.name);
    if (known != keys_.end() && *targets_.at(known->second)->target == target) {
      kept.insert(known->second);
      show_provider(*targets_.at(known->second));
    } else {
      fresh.push_back(&target);
    }
  }
  std::vector<Timetable::Key> gone;
  for (const auto& [key, watched] : targets_) {
    if (!kept.contains(key)) gone.push_back(key);
  }
  // New ones first: the observer of a target that only changed finds the old one still there and goes on counting.
  for (const config::Target* target : fresh) add(*target);
  for (const Timetable::Key key : gone) remove(key);
  send_scouts();
  pacer_.cancel();
}

void Shard::add(const config::Target& target) {
  auto watched = std::make_shared<Watched>();
  watched->target = std::make_shared<const config::Target>(target);
  const auto known = keys_.find(target.name);
  if (known != keys_.end()) {
    const Watched& before = *targets_.at(known->second);
    const bool same_way = before.target->host == target.host && before.target->kind == target.kind;
    if (same_way) watched->mx = before.mx;
  }
  show_provider(*watched);
  if (target.provider.empty() && watched->mx.empty()) unscouted_.push_back(watched);
  const Timetable::Key key = next_key_++;
  targets_.emplace(key, std::move(watched));
  keys_.insert_or_assign(target.name, key);
  timetable_.add(key, target.interval, phase_of(target), monotonic_now());
}

void Shard::remove(Timetable::Key key) {
  const auto found = targets_.find(key);
  found->second->removed = true;
  found->second->views.clear();
  const auto named = keys_.find(found->second->target->name);
  if (named->second == key) keys_.erase(named);
  targets_.erase(found);
  timetable_.remove(key);
}

// Watches the target from each source under its provider, anew if that has changed. The new observers come before the
// old ones go.
void Shard::show_provider(Watched& watched) {
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
  if (route.hosts.empty()) return;
  watched.mx = route.hosts.front().name;
  show_provider(watched);
}

void Shard::send_scouts() {
  const std::size_t wanted = std::min(kScouts, unscouted_.size());
  while (scouts_ < wanted) {
    ++scouts_;
    spawn(scout(), "scout", "");
  }
}

void Shard::stop() {
  stopping_ = true;
  resolver_.reset();  // cycles under way keep theirs until their look-ups are cancelled
  for (auto& [run, signal] : running_) signal.emit(asio::cancellation_type::terminal);
}

// Every coroutine of the shard runs through here: it can be told to stop, and nothing it throws is lost.
void Shard::spawn(asio::awaitable<void> work, std::string_view what, std::string target) {
  const std::uint64_t run = next_run_++;
  asio::cancellation_signal& signal = running_[run];
  auto done = [this, run, what, target = std::move(target)](const std::exception_ptr& error) {
    running_.erase(run);
    if (error) log::error("internal error", {{"in", std::string(what)}, {"target", target}, {"what", describe(error)}});
  };
  asio::co_spawn(context_, std::move(work), asio::bind_cancellation_slot(signal.slot(), std::move(done)));
}

std::string Shard::new_id() { return fmt::format("{:016x}", random_()); }

asio::awaitable<void> Shard::pace() {
  co_await asio::this_coro::throw_if_cancelled(false);
  while (!stopping_) {
    start_due(monotonic_now());
    const auto next = timetable_.next_due();
    pacer_.expires_at(next ? std::chrono::time_point_cast<asio::steady_timer::duration>(*next)
                           : asio::steady_timer::time_point::max());
    (void)co_await pacer_.async_wait(asio::experimental::as_tuple(asio::use_awaitable));
  }
}

// Looks routes of new targets up before their first cycle comes, so that their series are born with the right provider
// well before the first event. The first cycle finds the answers in the resolver's cache.
asio::awaitable<void> Shard::scout() {
  co_await asio::this_coro::throw_if_cancelled(false);
  while (!unscouted_.empty() && !stopping_) {
    const WatchedPtr watched = unscouted_.front();
    unscouted_.pop_front();
    if (watched->removed || watched->in_cycle || watched->cycles > 0) continue;
    const auto resolver = resolver_;
    const bool allow_private = plan_->config().resolver.allow_private_addresses;
    const Routed routed = co_await find_route(*resolver, *watched->target, allow_private);
    if (!watched->removed && !stopping_) note_route(*watched, routed.route);
    (void)co_await wait_until(monotonic_now() + kScoutRest);
  }
  --scouts_;
}

void Shard::start_due(MonotonicTime now) {
  while (const auto turn = timetable_.take(now)) {
    const WatchedPtr& watched = targets_.at(turn->key);
    // A cycle that is still looking names up or spreading its probes has this turn's work to do itself.
    if (watched->in_cycle) {
      watched->suppress(Suppression::budget);
      continue;
    }
    if (watched->caution.forbids(now)) {
      watched->suppress(Suppression::backoff);
      continue;
    }
    watched->in_cycle = true;
    spawn(cycle(watched, turn->due), "cycle", watched->target->name);
  }
}

asio::awaitable<void> Shard::cycle(WatchedPtr watched, MonotonicTime due) {
  co_await asio::this_coro::throw_if_cancelled(false);
  if (stopping_) co_return;
  const auto resolver = resolver_;  // a reload may put another in its place meanwhile
  const bool allow_private = plan_->config().resolver.allow_private_addresses;
  Routed routed = co_await find_route(*resolver, *watched->target, allow_private);
  if (!watched->removed && !stopping_) {
    note_route(*watched, routed.route);
    for (const auto& view : watched->views) view.observer->routed(route_from(*view.source, routed.route));
    co_await visit(watched, std::move(routed), due);
  }
  watched->in_cycle = false;
  ++watched->cycles;
}

// Probes each endpoint of the route, spread over the interval as far as the earliest next turn (Timetable: each turn is
// up to 5 % of the interval early or late), so that no cycle is left out because of the one before.
asio::awaitable<void> Shard::visit(WatchedPtr watched, Routed routed, MonotonicTime due) {
  report_dead_ends(*watched, routed);
  const auto endpoints = endpoints_of(routed.route, watched->target->sources, watched->cycles);
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    const Duration offset = watched->target->interval * 9 / 10 * static_cast<Duration::rep>(i) /
                            static_cast<Duration::rep>(endpoints.size());
    const MonotonicTime start = i == 0 ? due + routed.elapsed : due + std::max(offset, routed.elapsed);
    const bool waited = co_await wait_until(start);
    if (!waited || watched->removed || stopping_) co_return;
    start_probe(watched, endpoints[i], routed, start);
  }
}

asio::awaitable<bool> Shard::wait_until(MonotonicTime moment) {
  if (moment <= monotonic_now()) co_return true;
  asio::steady_timer timer(context_, std::chrono::time_point_cast<asio::steady_timer::duration>(moment));
  const auto [error] = co_await timer.async_wait(asio::experimental::as_tuple(asio::use_awaitable));
  co_return !error;
}

// A domain without a route, or a host without an address, is a probe that ended in the dns stage, from every source.
void Shard::report_dead_ends(Watched& watched, const Routed& routed) {
  const auto tell = [&](const std::string& mx, dns::RouteFault fault, const std::string& detail) {
    for (const auto& view : watched.views) {
      view.observer->started();
      probe::Report report = probe::failed_route(*watched.target, new_id(), mx, plan_->provider_of(*watched.target, mx),
                                                 fault, detail, routed.elapsed, routed.route.notes);
      report.source = view.source->name;
      view.observer->finished(report);
      log_report(report);
    }
  };
  if (routed.route.fault != dns::RouteFault::none) tell("", routed.route.fault, routed.route.detail);
  for (const dns::MxHost& host : routed.route.hosts) {
    if (host.fault != dns::RouteFault::none) tell(host.name, host.fault, host.detail);
  }
}

void Shard::start_probe(const WatchedPtr& watched, const Endpoint& endpoint, const Routed& routed, MonotonicTime due) {
  const auto& observer = watched->observer_from(endpoint.source->name);
  // The account is the same from every source: a refusal in this cycle keeps its other endpoints back too.
  if (watched->caution.forbids(monotonic_now())) {
    observer->suppressed(Suppression::backoff);
    return;
  }
  if (!watched->in_flight.insert(endpoint.key()).second) {
    observer->suppressed(Suppression::budget);
    return;
  }
  probe::Request request = plan_->request_for(watched->target, endpoint, routed, new_id());
  spawn(probe_endpoint(watched, std::move(request), endpoint.key(), due), "probe", watched->target->name);
}

// A probe's claims on what it shares with others, given back however it ends, also by an exception.
struct Shard::Claim {
  WatchedPtr watched;
  std::string key;
  std::shared_ptr<Gate> gate;
  std::string mx;
  std::string source;
  bool entered = false;
  // Who was told of the start and must hear of the end, if it still watches: a target that was removed meanwhile, or
  // has moved to another provider, has counted this probe out.
  std::weak_ptr<TargetObserver> observer = {};

  ~Claim() {
    if (entered) gate->leave(mx);
    watched->in_flight.erase(key);
    if (const auto told = observer.lock()) told->finished(lost_report());
  }

  // What a probe that never finished counts as: nothing about the peer.
  [[nodiscard]] probe::Report lost_report() const {
    probe::Report report;
    report.target = watched->target->name;
    report.source = source;
    report.mx = mx;
    report.counted = false;
    report.detail = "internal error";
    return report;
  }
};

asio::awaitable<void> Shard::probe_endpoint(WatchedPtr watched, probe::Request request, std::string key,
                                            MonotonicTime due) {
  co_await asio::this_coro::throw_if_cancelled(false);
  Claim claim{watched, std::move(key), gate_, request.mx, request.source};
  claim.entered = co_await claim.gate->enter(claim.mx);
  if (!claim.entered || watched->removed || stopping_) co_return;

  observer_.lagged(std::max(monotonic_now() - due, Duration::zero()));
  const auto& told = watched->observer_from(claim.source);
  told->started();
  claim.observer = told;
  const probe::Report report = co_await probe::run(std::move(request), dialer_);
  const auto observer = std::exchange(claim.observer, {}).lock();
  log_report(report);
  note_source(report);
  watched->caution.note(report, watched->target->interval, monotonic_now());
  if (!observer) co_return;
  observer->finished(report);
  if (!report.counted && !stopping_) observer->suppressed(Suppression::resources);
}

// A source without its address is told once, and once more when the address is there.
void Shard::note_source(const probe::Report& report) {
  const std::string family(to_string(report.family));
  const std::string key = report.source + ' ' + family;
  if (report.source_missing) {
    if (!missing_sources_.insert(key).second) return;
    log::warn("source missing", {{"source", report.source}, {"family", family}, {"reason", report.detail}});
  } else if (report.counted && missing_sources_.erase(key) > 0) {
    log::info("source back", {{"source", report.source}, {"family", family}});
  }
}

}  // namespace mailsonde::schedule
