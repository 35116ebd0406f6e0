// SPDX-License-Identifier: Apache-2.0
// What to do, and when: every decision of the schedule, without a socket, a thread or a clock. The driver asks for the
// next step, does it, and tells how it ended; a day of ten thousand destinations is tested in seconds.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <variant>
#include <vector>

#include "schedule/greylist_chains.hpp"
#include "schedule/judgement.hpp"
#include "schedule/line.hpp"
#include "schedule/policy.hpp"
#include "schedule/roll_up.hpp"
#include "schedule/rotation.hpp"
#include "schedule/share.hpp"
#include "schedule/suppression.hpp"
#include "schedule/timetable.hpp"

namespace mailsonde::schedule {

// Where probes leave from.
struct Source {
  std::string name = "default";
  std::string helo;
  bool ipv4 = true;
  bool ipv6 = true;
  [[nodiscard]] bool has(Family family) const { return family == Family::ipv4 ? ipv4 : ipv6; }
};

// A target as the agenda sees it.
struct Subject {
  struct Envelope {
    std::string sender;
    std::string recipient;
  };
  Duration interval;
  std::uint16_t port = 25;
  std::string recipe;                // recipe_of()
  std::vector<Source> sources;       // it is probed from each
  std::optional<Envelope> envelope;  // when it goes to RCPT: such a recipe is its own
  config::TargetKind kind = config::TargetKind::destination;
  Stage depth = Stage::starttls;
};

// One MX host of a target's route, with addresses; those without are the driver's to report.
struct RouteHost {
  std::string mx;
  std::string provider;  // "other": known to nobody, and then a party of its own
  std::vector<IpAddress> addresses;
};

using EndpointId = std::uint64_t;
using ProbeId = std::uint64_t;

// The steps. Look the target's route up, then say routed(); a route that has not changed costs next to nothing.
struct LookUp {
  TargetKey target;
  MonotonicTime due;
};
// Probe that address. finished() must follow, whatever happens.
struct Dial {
  ProbeId probe;
  EndpointId endpoint;
  EndpointKey key;
  IpAddress address;
  TargetKey target;       // in whose name: the first of the endpoint's members
  MonotonicTime due;      // its turn
  MonotonicTime granted;  // when the limits let it go: lag counts from here
};
// A turn without a probe; counts for each member of the endpoint.
struct LeftOut {
  EndpointId endpoint;
  Suppression reason;
};
using Step = std::variant<LookUp, Dial, LeftOut>;

// How a probe ended, out of its report.
struct ProbeEnd {
  Outcome outcome = Outcome::ok;
  Stage stage = Stage::quit;
  std::optional<Duration> retry_after = {};
  bool counted = true;  // false: our own lack of resources or a stop; says nothing about the peer
};

// Owned by one shard; not thread-safe; does not move. All limits hold within one agenda. Calls cost O(log n) in what is
// configured; time never goes back. Deterministic for one seed and one order of calls.
class Agenda {
 public:
  // How lately another source must have been well to show that only this one is hit.
  static constexpr Duration kSparedWindow = std::chrono::hours(1);

  // One of several agendas that share the work has the whole budget of the parties that are dealt to it. Of others it
  // only meets backup hosts; there it has an equal part.
  Agenda(const Policy& policy, std::uint64_t seed, Share share = {})
      : policy_(policy), share_(share), lookups_(seed), turns_(~seed) {}
  Agenda(const Agenda&) = delete;
  Agenda& operator=(const Agenda&) = delete;

  // A reload: sets the policy, adds what is new, then removes what is gone; what is not touched keeps its schedule. By
  // that order a target that only changed finds budgets, back-off and shared endpoints as they were; chains stay in any
  // case.
  void set(const Policy& policy);
  // The first look-up comes at `now` + phase (0 <= phase < interval). `key` is new.
  void add(TargetKey key, Subject subject, Duration phase, MonotonicTime now);
  void remove(TargetKey key, MonotonicTime now);
  void routed(TargetKey key, const std::vector<RouteHost>& hosts, MonotonicTime now);

  // The sources whose identity is not confirmed, from now on: turns that the policy does not allow from them are left
  // out. They may be of no target.
  void set_unconfirmed(std::set<std::string> sources) { unconfirmed_ = std::move(sources); }

  // When take() will have something, as things stand.
  [[nodiscard]] std::optional<MonotonicTime> next_due();
  // One thing to do now; ask until there is none.
  [[nodiscard]] std::optional<Step> take(MonotonicTime now);
  // A judgement is about the report of that probe. It may outlive its endpoint.
  Judgement finished(ProbeId probe, const ProbeEnd& end, MonotonicTime now);

  // Whom reports and left-out turns of an endpoint count for; empty when it is gone. Valid until the next call that is
  // not const.
  [[nodiscard]] const Members& members_of(EndpointId endpoint) const;
  // Of an endpoint that is there, as that of a LeftOut.
  [[nodiscard]] const EndpointKey& key_of(EndpointId endpoint) const { return endpoints_.at(endpoint).key; }
  // The target's probes from that source are really this far apart: the configured interval, or what limits, back-off,
  // chains and dead endpoints have made of it; of several endpoints the longest. Zero before there is a route.
  [[nodiscard]] Duration interval_of(TargetKey key, const std::string& source, MonotonicTime now) const;
  [[nodiscard]] std::size_t endpoints() const { return endpoints_.size(); }
  [[nodiscard]] std::size_t in_flight() const { return flights_.size(); }

  [[nodiscard]] const GreylistChains& chains() const { return chains_; }
  // At the start, before targets are added.
  void restore(GreylistChains chains) { chains_ = std::move(chains); }

 private:
  enum class State : std::uint8_t { idle, waiting, in_flight };
  struct Party {  // whom a budget is kept for
    Party(bool is_own, const Policy& policy) : own(is_own), line(policy) {}
    bool own;  // dealt to this agenda
    Line line;
    std::uint64_t number = 0;
    std::optional<MonotonicTime> wake;  // its place in wakes_
  };
  struct Target {
    Subject subject;
    std::vector<EndpointId> endpoints;
    std::uint64_t route = 0;  // fingerprint of the last one
  };
  struct Endpoint {
    EndpointKey key;
    Party* party = nullptr;
    Members members;
    Rotation rotation;
    State state = State::idle;
    IpAddress address;
    Line::Class waits_as = Line::Class::turn;
    MonotonicTime due;  // of the turn that waits or runs
    MonotonicTime born;
    std::optional<MonotonicTime> started;         // last
    std::optional<MonotonicTime> started_before;  // the one before it
    std::optional<MonotonicTime> retry_at;        // a chain runs: its turns are the chain's
    [[nodiscard]] Duration interval() const { return members.begin()->interval; }
    [[nodiscard]] Line::Place place() const { return {key.mx, key.source}; }
  };
  using Way = std::tuple<std::string, Family, std::uint16_t>;  // out of here: source, family and port
  struct Flight {
    EndpointId endpoint;
    EndpointKey key;
    Party* party;
    IpAddress address;
    std::optional<Attempt> attempt;  // when it goes to RCPT
    MonotonicTime started;
  };

  EndpointId join(TargetKey target, EndpointKey key, const std::vector<IpAddress>& addresses, Duration phase,
                  MonotonicTime now);
  void leave(TargetKey target, EndpointId id, MonotonicTime now);
  void reschedule(EndpointId id, Endpoint& endpoint, Duration before, Duration phase, MonotonicTime now);
  [[nodiscard]] Party& party_of(const EndpointKey& key);
  [[nodiscard]] Policy policy_for(bool own_party) const {
    return own_party ? policy_ : policy_.divided_by(share_.count);
  }
  void forget_one_party(MonotonicTime now);
  [[nodiscard]] std::optional<Attempt> attempt_of(const Endpoint& endpoint) const;
  void follow_chain(EndpointId id, Endpoint& endpoint);
  [[nodiscard]] bool needs_identity(const Endpoint& endpoint) const;
  [[nodiscard]] LeftOut hold_back(EndpointId id, Endpoint& endpoint);

  [[nodiscard]] std::optional<Step> take_turn(MonotonicTime now);
  void wait_in_line(EndpointId id, Endpoint& endpoint, Line::Class as, MonotonicTime due);
  [[nodiscard]] std::optional<Step> take_dial(MonotonicTime now);
  [[nodiscard]] Dial dial(EndpointId id, MonotonicTime granted, MonotonicTime now);
  [[nodiscard]] Throttle weigh(const Flight& flight, const ProbeEnd& end, MonotonicTime now);
  void note_connect(Endpoint& endpoint, const Flight& flight, const ProbeEnd& end, MonotonicTime now);
  void wake(Party& party);

  Policy policy_;
  const Share share_;
  std::set<std::string> unconfirmed_;  // sources
  Timetable lookups_;                  // of targets
  Timetable turns_;                    // of endpoints
  GreylistChains chains_;
  std::unordered_map<TargetKey, Target> targets_;
  std::unordered_map<EndpointId, Endpoint> endpoints_;
  std::map<EndpointKey, EndpointId> ids_;
  std::map<std::string, Party> parties_;
  std::deque<std::string> idle_parties_;  // perhaps idle: looked at again, one at a time
  std::unordered_map<ProbeId, Flight> flights_;
  std::set<std::pair<MonotonicTime, EndpointId>> retries_;           // of chains
  std::map<std::pair<MonotonicTime, std::uint64_t>, Party*> wakes_;  // when a party's line has somebody to let go
  std::map<Way, MonotonicTime> reached_;                             // the last connect that stood
  EndpointId next_endpoint_ = 1;
  ProbeId next_probe_ = 1;
  std::uint64_t next_party_ = 1;
  MonotonicTime next_tidy_ = MonotonicTime::min();
};

}  // namespace mailsonde::schedule
