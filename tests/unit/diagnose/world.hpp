// SPDX-License-Identifier: Apache-2.0
// A small mail world for the tests of the diagnosis: every endpoint of a few providers and domains, all well, until a
// test breaks some of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "diagnose/diagnose.hpp"

namespace mailsonde::diagnose {

// Which endpoints; what is left out matches everything. Destinations only, unless it says relay.
struct Where {
  std::optional<std::string> provider;
  std::optional<std::string> target;
  std::optional<std::string> mx;
  std::optional<std::string> source;
  std::optional<Family> family;
  bool relay = false;

  [[nodiscard]] bool matches(const Observation& seen) const {
    return relay == seen.relay && provider.value_or(seen.provider) == seen.provider &&
           target.value_or(seen.target) == seen.target && mx.value_or(seen.mx) == seen.mx &&
           source.value_or(seen.source) == seen.source && family.value_or(seen.family) == seen.family;
  }
};

// How probes end there.
struct How {
  Stage stage = Stage::quit;
  Outcome outcome = Outcome::ok;
  bool throttled = false;
  bool unsent = false;
  std::uint32_t in_a_row = 4;

  [[nodiscard]] How after(std::uint32_t probes) const {
    How how = *this;
    how.in_a_row = probes;
    return how;
  }
};

inline constexpr How kWell{};
inline constexpr How kTimesOut{.stage = Stage::connect, .outcome = Outcome::connection_timeout};
inline constexpr How kRefuses{.stage = Stage::connect, .outcome = Outcome::connection_refused};
inline constexpr How kSays421{.stage = Stage::banner, .outcome = Outcome::server_unavailable};
inline constexpr How kFallsSilent{.stage = Stage::banner, .outcome = Outcome::remote_timeout};
inline constexpr How kListsUs{.stage = Stage::mail, .outcome = Outcome::blocklisted};
inline constexpr How kRejectsUs{.stage = Stage::mail, .outcome = Outcome::policy_rejected};
inline constexpr How kGreylists{.stage = Stage::rcpt, .outcome = Outcome::greylisted};
inline constexpr How kThrottlesProbes{.stage = Stage::mail, .outcome = Outcome::rate_limited, .throttled = true};
inline constexpr How kHasNoMailbox{.stage = Stage::rcpt, .outcome = Outcome::mailbox_unavailable};
inline constexpr How kNeverLeaves{.stage = Stage::connect, .unsent = true};
inline constexpr How kNotInDns{.stage = Stage::dns, .outcome = Outcome::dns_temporary};

class World {
 public:
  std::vector<Observation> endpoints;
  std::vector<ResolverObservation> resolvers;

  // Every MX host of a domain over the families that it has, from both sources.
  World& domain(const std::string& name, const std::string& provider, const std::vector<std::string>& hosts,
                const std::vector<Family>& families, const std::vector<std::string>& sources = {"pool-a", "pool-b"}) {
    for (const std::string& mx : hosts)
      for (const Family family : families)
        for (const std::string& source : sources)
          endpoints.push_back({.target = name, .mx = mx, .family = family, .source = source, .provider = provider});
    return let({.target = name}, kWell);
  }
  World& relay(const std::string& name, std::uint16_t port = 587) {
    endpoints.push_back({.target = name, .relay = true, .mx = name + ".ours.example", .port = port});
    return let({.target = name, .relay = true}, kWell);
  }
  World& resolver(const std::string& server, std::size_t answered = 100) {
    resolvers.push_back({.server = server, .answered = answered});
    return *this;
  }

  World& let(const Where& where, const How& how) {
    for (Observation& seen : endpoints) {
      if (!where.matches(seen)) continue;
      seen.stage = how.stage;
      seen.outcome = how.outcome;
      seen.throttled = how.throttled;
      seen.unsent = how.unsent;
      seen.in_a_row = how.in_a_row;
    }
    return *this;
  }
  World& without(const Where& where) {
    std::erase_if(endpoints, [&](const Observation& seen) { return where.matches(seen); });
    return *this;
  }
  World& kill_resolver(const std::string& server) {
    for (ResolverObservation& resolver : resolvers)
      if (resolver.server == server) resolver = {.server = server, .failed = 40};
    return *this;
  }

  [[nodiscard]] std::vector<Fault> faults() const { return diagnose(endpoints, resolvers); }
  // "ip_family:ipv6 provider:google"
  [[nodiscard]] std::string verdict() const {
    std::string text;
    for (const Fault& fault : faults())
      text += (text.empty() ? "" : " ") + std::string(to_string(fault.scope)) + ":" + fault.subject;
    return text;
  }
};

// Three providers, two of them over both families; two domains that run their own hosts; two relays; two resolvers.
[[nodiscard]] inline World usual_world() {
  const std::vector both{Family::ipv4, Family::ipv6};
  World world;
  world.domain("a.example", "google", {"g1.example", "g2.example", "g3.example"}, both)
      .domain("b.example", "google", {"g1.example", "g2.example", "g3.example"}, both)
      .domain("c.example", "microsoft", {"c.ms.example"}, {Family::ipv4})
      .domain("d.example", "microsoft", {"d.ms.example"}, {Family::ipv4})
      .domain("e.example", "yahoo", {"y1.example", "y2.example", "y3.example"}, both)
      .domain("small.example", "other", {"mx1.small.example", "mx2.small.example"}, both)
      .domain("solo.example", "other", {"mx.solo.example"}, {Family::ipv4})
      .relay("out-1")
      .relay("out-2")
      .resolver("192.0.2.53:53")
      .resolver("192.0.2.54:53");
  return world;
}

// One source and IPv4 only, as most begin.
[[nodiscard]] inline World plain_world() {
  World world;
  for (const auto& [name, hosts] : std::vector<std::pair<std::string, std::vector<std::string>>>{
           {"one.example", {"mx1.one.example", "mx2.one.example"}},
           {"two.example", {"mx1.two.example", "mx2.two.example"}},
           {"three.example", {"mx.three.example"}},
           {"four.example", {"mx.four.example"}}})
    world.domain(name, "other", hosts, {Family::ipv4}, {"default"});
  world.resolver("127.0.0.1:53");
  return world;
}

}  // namespace mailsonde::diagnose
