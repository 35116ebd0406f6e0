// SPDX-License-Identifier: Apache-2.0
// Plays an agenda against a table of routes and one rule for how probes end, under a virtual clock.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schedule/agenda.hpp"

namespace mailsonde::schedule {

using namespace std::chrono_literals;

inline constexpr std::uint64_t kSeed = 11;
inline constexpr MonotonicTime kStart{1000h};

inline Subject subject(std::string recipe = "module mx", Duration interval = 1min,
                       std::vector<Source> sources = {Source{}}) {
  return {interval, 25, std::move(recipe), std::move(sources), std::nullopt};
}

inline Subject to_rcpt(std::string recipient) {
  Subject own = subject("target " + recipient);
  own.envelope = Subject::Envelope{"probe@example.org", std::move(recipient)};
  return own;
}

inline RouteHost host(std::string mx, std::string provider = "google",
                      std::vector<std::string_view> addresses = {"192.0.2.1"}) {
  RouteHost route{std::move(mx), std::move(provider), {}};
  for (const std::string_view address : addresses) route.addresses.push_back(*IpAddress::parse(address));
  return route;
}

// Plays the driver: answers look-ups from a table, and ends every probe at once as `ending` says.
struct Play {
  Agenda agenda{Policy{}, kSeed};
  MonotonicTime now = kStart;
  std::map<TargetKey, std::vector<RouteHost>> routes;
  std::vector<Dial> dials;
  std::vector<MonotonicTime> starts;
  std::vector<Judgement> judgements;
  std::map<Suppression, int> left_out;
  ProbeEnd (*ending)(const Dial&, MonotonicTime) = [](const Dial&, MonotonicTime) { return ProbeEnd{}; };

  void add(TargetKey key, Subject what, std::vector<RouteHost> route) {
    routes[key] = std::move(route);
    agenda.add(key, std::move(what), 0s, now);
  }
  void step() {
    const auto step = agenda.take(now);
    if (!step) return;
    if (const auto* look_up = std::get_if<LookUp>(&*step)) agenda.routed(look_up->target, routes[look_up->target], now);
    if (const auto* out = std::get_if<LeftOut>(&*step)) ++left_out[out->reason];
    if (const auto* dial = std::get_if<Dial>(&*step)) {
      dials.push_back(*dial);
      starts.push_back(now);
      judgements.push_back(agenda.finished(dial->probe, ending(*dial, now), now));
    }
  }
  void run_for(Duration span) {
    const MonotonicTime end = now + span;
    for (auto next = agenda.next_due(); next && *next <= end; next = agenda.next_due()) {
      now = std::max(now, *next);
      step();
    }
    now = end;
  }
};

}  // namespace mailsonde::schedule
