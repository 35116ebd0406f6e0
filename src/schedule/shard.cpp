// SPDX-License-Identifier: Apache-2.0
#include "schedule/shard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/use_awaitable.hpp>

#include "base/fingerprint.hpp"
#include "base/log.hpp"
#include "schedule/subject.hpp"

namespace mailsonde::schedule {
namespace {

// Spreads targets evenly over their interval, the same way after every restart.
Duration phase_of(const config::Target& target) {
  constexpr std::uint64_t kSteps = 10'000;
  const auto step = static_cast<Duration::rep>(fingerprint_of(target.name) / 7 % kSteps);
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

}  // namespace

Shard::Shard(asio::io_context& context, Share share, net::Dialer& dialer, Observer& observer)
    : context_(context),
      share_(share),
      dialer_(dialer),
      observer_(observer),
      random_(std::random_device{}()),
      agenda_(std::make_shared<Agenda>(Policy{}, random_(), share)),
      pacer_(context, asio::steady_timer::time_point::max()) {
  spawn(pace(), "schedule", "");
}

Shard::~Shard() = default;

void Shard::apply(std::shared_ptr<const Plan> plan, std::shared_ptr<dns::Resolver> resolver) {
  if (stopping_) return;
  const config::Politeness& politeness = plan->config().politeness;
  if (!plan_ || plan_->config().politeness != politeness) {
    gate_ = std::make_shared<Gate>(politeness);
    agenda_->set(policy_of(politeness));
  }
  // Who greets by another name is another client to greylisting servers: all begins anew.
  const bool same_helo = plan_ && plan_->config().helo == plan->config().helo;
  plan_ = std::move(plan);
  resolver_ = std::move(resolver);
  missing_sources_.clear();  // what the new plan still misses is told anew

  std::set<TargetKey> kept;
  std::vector<const config::Target*> fresh;
  for (const config::Target& target : plan_->config().targets) {
    const auto known = keys_.find(target.name);
    if (same_helo && known != keys_.end() && *targets_.at(known->second)->target == target) {
      kept.insert(known->second);
      show_provider(*targets_.at(known->second));
    } else {
      fresh.push_back(&target);
    }
  }
  std::vector<TargetKey> gone;
  for (const auto& [key, watched] : targets_) {
    if (!kept.contains(key)) gone.push_back(key);
  }
  // New ones first: the observer of a target that only changed finds the old one still there and goes on counting.
  for (const config::Target* target : fresh) add(*target);
  for (const TargetKey key : gone) remove(key);
  send_scouts();
  wake();
}

void Shard::add(const config::Target& target) {
  auto watched = std::make_shared<Watched>();
  watched->key = next_key_++;
  watched->target = std::make_shared<const config::Target>(target);
  const auto known = keys_.find(target.name);
  if (known != keys_.end()) {
    const Watched& before = *targets_.at(known->second);
    const bool same_way = before.target->host == target.host && before.target->kind == target.kind;
    if (same_way) watched->mx = before.mx;
  }
  show_provider(*watched);
  if (target.provider.empty() && watched->mx.empty()) unscouted_.push_back(watched);
  keys_.insert_or_assign(target.name, watched->key);
  agenda_->add(watched->key, subject_of(*plan_, target), phase_of(target), monotonic_now());
  targets_.emplace(watched->key, std::move(watched));
}

void Shard::remove(TargetKey key) {
  const auto found = targets_.find(key);
  found->second->removed = true;
  found->second->views.clear();
  const auto named = keys_.find(found->second->target->name);
  if (named->second == key) keys_.erase(named);
  targets_.erase(found);
  agenda_->remove(key, monotonic_now());
}

void Shard::stop() {
  stopping_ = true;
  resolver_.reset();  // look-ups under way keep theirs until they are cancelled
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
    while (const auto step = agenda_->take(monotonic_now())) {
      std::visit([this](const auto& one) { act(one); }, *step);
    }
    const auto next = agenda_->next_due();
    pacer_.expires_at(next ? std::chrono::time_point_cast<asio::steady_timer::duration>(*next)
                           : asio::steady_timer::time_point::max());
    (void)co_await pacer_.async_wait(asio::experimental::as_tuple(asio::use_awaitable));
  }
}

void Shard::act(const LookUp& look_up_step) {
  const WatchedPtr& watched = targets_.at(look_up_step.target);
  if (!watched->looking_up) {
    watched->looking_up = true;
    spawn(look_up(watched), "look-up", watched->target->name);
  } else if (!watched->has_hosts) {
    // A route without hosts is itself what the turn would have told; with hosts their own turns go on meanwhile.
    for (const Watched::View& view : watched->views) view.observer->suppressed(Suppression::budget);
  }
}

void Shard::act(const Dial& dial) {
  const WatchedPtr& watched = targets_.at(dial.target);
  const auto& source = watched->view_from(dial.key.source).source;
  Routed routed;
  routed.elapsed = watched->dns_elapsed;
  routed.route.notes = watched->dns_notes;
  const Endpoint endpoint{.mx = dial.key.mx, .address = dial.address, .source = source};
  probe::Request request = plan_->request_for(watched->target, endpoint, routed, new_id());
  spawn(probe_endpoint(watched, std::move(request), dial), "probe", watched->target->name);
}

void Shard::act(const LeftOut& left_out) {
  const std::string& source = agenda_->key_of(left_out.endpoint).source;
  for (const Member& member : agenda_->members_of(left_out.endpoint)) {
    targets_.at(member.target)->view_from(source).observer->suppressed(left_out.reason);
  }
}

}  // namespace mailsonde::schedule
