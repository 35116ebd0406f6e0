// SPDX-License-Identifier: Apache-2.0
#include "diagnose/last_round.hpp"

#include <algorithm>

#include "diagnose/sign.hpp"

namespace mailsonde::diagnose {
namespace {

// Greylisting and a full mailbox end a row of failures: the host works.
bool shows_that_the_host_works(const probe::Report& report) {
  return sign_of({.stage = report.stage, .outcome = report.verdict.outcome}) == Sign::works;
}

}  // namespace

bool TargetRound::is_continued_by(const config::Target& target) const {
  config::Target same = target;
  same.interval = target_.interval;
  same.provider = target_.provider;
  return same == target_;
}

void TargetRound::keep_only(std::span<const RouteHost> hosts) {
  const auto is_gone = [&](const Ending& ending) {
    return std::ranges::none_of(hosts, [&](const RouteHost& host) {
      return host.name == ending.mx && (ending.family == Family::ipv4 ? host.ipv4 : host.ipv6);
    });
  };
  const std::lock_guard lock(mutex_);
  std::erase_if(endings_, is_gone);
}

TargetRound::Ending* TargetRound::ending_of(const probe::Report& report) {
  const auto found = std::ranges::find_if(
      endings_, [&](const Ending& ending) { return ending.family == report.family && ending.mx == report.mx; });
  if (found != endings_.end()) return &*found;
  if (endings_.size() >= kMostEndpoints) return nullptr;
  return &endings_.emplace_back(Ending{.mx = report.mx, .family = report.family});
}

void TargetRound::note(const probe::Report& report, Blame blame) {
  if (!report.address) return;
  const std::lock_guard lock(mutex_);
  Ending* const ending = ending_of(report);
  if (ending == nullptr) return;
  ending->provider = report.provider;
  ending->port = report.port;
  ending->stage = report.stage;
  ending->outcome = report.verdict.outcome;
  ending->throttled = blame == Blame::own_rate;
  // A stop cuts probes short too, but then nobody diagnoses any more.
  ending->unsent = !report.counted;
  if (ending->unsent) {
    ++ending->unsent_in_a_row;
    return;
  }
  ending->unsent_in_a_row = 0;
  ending->failed_in_a_row = shows_that_the_host_works(report) ? 0 : ending->failed_in_a_row + 1;
}

void TargetRound::append_to(std::vector<Observation>& observations) const {
  const std::lock_guard lock(mutex_);
  for (const Ending& ending : endings_) {
    const std::uint32_t in_a_row = ending.unsent ? ending.unsent_in_a_row : ending.failed_in_a_row;
    observations.push_back({.target = target_.name,
                            .relay = target_.kind == config::TargetKind::relay,
                            .mx = ending.mx,
                            .family = ending.family,
                            .source = target_.sources.front()->name,
                            .provider = ending.provider,
                            .port = ending.port,
                            .stage = ending.stage,
                            .outcome = ending.outcome,
                            .throttled = ending.throttled,
                            .unsent = ending.unsent,
                            .in_a_row = std::max(in_a_row, 1U)});
  }
}

std::shared_ptr<TargetRound> LastRound::watch(const config::Target& target) {
  const std::lock_guard lock(mutex_);
  std::weak_ptr<TargetRound>& known = targets_[{target.name, target.sources.front()->name}];
  auto round = known.lock();
  if (!round || !round->is_continued_by(target)) {
    round = std::make_shared<TargetRound>(target);
    known = round;
  }
  return round;
}

std::vector<Observation> LastRound::observations() {
  std::vector<std::shared_ptr<TargetRound>> held;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(targets_, [](const auto& target) { return target.second.expired(); });
    held.reserve(targets_.size());
    for (const auto& [key, known] : targets_) {
      if (auto round = known.lock()) held.push_back(std::move(round));
    }
  }
  std::vector<Observation> observations;
  observations.reserve(held.size());
  for (const auto& round : held) round->append_to(observations);
  return observations;
}

}  // namespace mailsonde::diagnose
