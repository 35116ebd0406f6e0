// SPDX-License-Identifier: Apache-2.0
// How the last probe of each endpoint ended, kept from the reports of all shards: what diagnose() looks at.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/config.hpp"
#include "diagnose/observation.hpp"
#include "probe/report.hpp"

namespace mailsonde::diagnose {

// An MX or relay host that a route has, over which families. Where a look-up failed for the time being, over both.
struct RouteHost {
  std::string_view name;
  bool ipv4 = true;
  bool ipv6 = true;
};

// Whether a failure is taken for an answer to the prober's own rate.
enum class Blame : std::uint8_t { open, own_rate };

// The endpoints of one target as seen from one source. Thread-safe: its shard writes, the diagnosis reads.
class TargetRound {
 public:
  static constexpr std::size_t kMostEndpoints = 200;  // those beyond are not looked at

  // `target.sources` holds one source.
  explicit TargetRound(const config::Target& target) : target_(target) {}

  // Whether a target that was configured anew has the endpoints of this one, and their past.
  [[nodiscard]] bool is_continued_by(const config::Target& target) const;

  // The route was looked up: endpoints that it no longer has are forgotten.
  void keep_only(std::span<const RouteHost> hosts);

  // A probe ended. What never had an address is nothing about an endpoint.
  void note(const probe::Report& report, Blame blame = Blame::open);

  void append_to(std::vector<Observation>& observations) const;

 private:
  struct Ending {
    std::string mx;
    std::string provider;
    Family family = Family::ipv4;
    Stage stage = Stage::dns;
    Outcome outcome = Outcome::ok;
    bool throttled = false;
    bool unsent = false;
    std::uint16_t port = 25;
    std::uint32_t failed_in_a_row = 0;  // goes on over probes that never left: those are no better
    std::uint32_t unsent_in_a_row = 0;
  };

  Ending* ending_of(const probe::Report& report);

  const config::Target target_;
  mutable std::mutex mutex_;     // guards endings_
  std::vector<Ending> endings_;  // few: looked through one by one
};

// Thread-safe. No lock is held for longer than one target needs, except to list the targets.
class LastRound {
 public:
  // Called once for each source of a target: `target.sources` holds that one alone. The endpoints are known as long as
  // somebody holds what this gives. A target that only gets another interval or provider while it is held goes on as it
  // was.
  [[nodiscard]] std::shared_ptr<TargetRound> watch(const config::Target& target);

  [[nodiscard]] std::vector<Observation> observations();

 private:
  using Key = std::pair<std::string, std::string>;  // names of target and source

  std::mutex mutex_;  // guards targets_
  std::map<Key, std::weak_ptr<TargetRound>> targets_;
};

}  // namespace mailsonde::diagnose
