// SPDX-License-Identifier: Apache-2.0
// Mail providers that answer an agenda's probes under a virtual clock, and an auditor who trusts nothing that the
// agenda says about itself.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <queue>
#include <random>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "schedule/agenda.hpp"

namespace mailsonde::schedule {

// What a provider does to us. All of it may be combined.
struct Manners {
  std::uint32_t limit_per_minute = 0;  // of connections from one source; 0: none
  Outcome over_limit = Outcome::rate_limited;
  std::string listed_source;  // blocklisted until `listed_until`
  Duration listed_until{};
  Duration greylist{};  // at RCPT
  bool first_host_dead = false;
};

struct SimulatedProvider {
  std::string name;
  Manners manners;
  std::vector<RouteHost> hosts;
};

// How one provider and source fared in one hour of the day.
struct HourTally {
  std::uint32_t probes = 0;
  std::uint32_t about_us = 0;
  std::uint32_t throttled = 0;  // by the agenda's judgement
};

struct Audit {
  std::uint64_t look_ups = 0;
  std::uint64_t probes = 0;
  std::uint64_t shared = 0;  // probes that roll-up saved
  std::map<Suppression, std::uint64_t> left_out;
  std::map<std::string, std::size_t> most_in_window;                           // starts in any 60 s, by provider
  std::map<std::string, std::map<std::string, std::vector<HourTally>>> hours;  // provider, source
  std::map<std::string, std::vector<Duration>> greylist_delays;
  std::map<std::string, std::uint64_t> something_else;
  std::size_t most_in_flight = 0;
  std::uint64_t stretched = 0;  // starts later than an interval (and 10 %) after the one before
  std::map<std::string, std::uint64_t> stretched_by_provider;
  std::uint64_t stretched_silently = 0;  // ... which the agenda did not own up to
  std::uint64_t late = 0;                // started although it was granted earlier
  std::uint64_t idle_waits = 0;          // waited while every limit would have let it go
  std::uint64_t waits_checked = 0;
  std::uint64_t twice_at_once = 0;  // two probes of one MX host
  std::set<std::string> seen_addresses;
  std::uint64_t fingerprint = 0;  // of every start: who and when
};

class SimulatedWorld {
 public:
  SimulatedWorld(const Policy& policy, std::uint64_t seed) : policy_(policy), agenda_(policy, seed), random_(seed) {}

  // Returns its index.
  std::size_t add_provider(std::string name, std::size_t hosts, Manners manners);
  void add_target(std::size_t provider, Duration interval, bool to_rcpt, const std::vector<Source>& sources);
  void run_for(Duration span);

  [[nodiscard]] const Audit& audit() const { return audit_; }
  [[nodiscard]] const Agenda& agenda() const { return agenda_; }
  [[nodiscard]] std::size_t addresses() const;  // of all routes
  // Endpoints that were not started for longer than an interval at the end, or ever, and the agenda does not say so.
  [[nodiscard]] std::size_t forgotten() const;

 private:
  static constexpr MonotonicTime kStart{std::chrono::hours(1000)};
  struct Running {
    MonotonicTime end;
    ProbeId probe;
    Dial dial;
    ProbeEnd result;
    bool operator>(const Running& other) const { return std::pair(end, probe) > std::pair(other.end, other.probe); }
  };
  struct Seen {
    TargetKey target = 0;
    std::string source;
    Duration interval{};
    MonotonicTime started;
  };
  struct Lane {  // toward one provider
    std::deque<MonotonicTime> window;
    std::optional<MonotonicTime> last;
  };
  struct MxHost {
    std::size_t in_flight = 0;
    MonotonicTime free_since = kStart;
  };

  void step();
  void on(const LookUp& look_up);
  void on(const LeftOut& left_out);
  void on(const Dial& dial);
  void finish(const Running& running);
  void audit_start(const Dial& dial);
  void audit_wait(const Dial& dial);
  void audit_gap(const Dial& dial);
  [[nodiscard]] ProbeEnd answer(const Dial& dial);
  [[nodiscard]] HourTally& tally(const Dial& dial);

  Policy policy_;
  Agenda agenda_;
  std::mt19937_64 random_;
  MonotonicTime now_ = kStart;
  std::vector<SimulatedProvider> providers_;
  std::map<std::string, std::size_t> by_name_;
  std::vector<std::vector<RouteHost>> routes_;  // by target key
  std::vector<Duration> intervals_;             // by target key
  std::vector<std::string> recipients_;         // by target key; empty: not to RCPT
  std::priority_queue<Running, std::vector<Running>, std::greater<>> running_;
  std::map<std::pair<std::string, std::string>, std::deque<MonotonicTime>> connections_;  // provider, source: a minute
  std::map<std::string, MonotonicTime> greylisted_since_;
  std::unordered_map<EndpointId, Seen> seen_;
  std::map<std::string, Lane> lanes_;
  std::map<std::string, MxHost> mx_hosts_;
  std::set<std::pair<std::string, std::string>> troubled_;  // provider and source that ever heard about themselves
  Audit audit_;
};

}  // namespace mailsonde::schedule
