// SPDX-License-Identifier: Apache-2.0
// The fault matrix: what happens to usual_world(), and what the diagnosis must say of it, no more and no less.
#pragma once

#include <string_view>

#include "world.hpp"

namespace mailsonde::diagnose {

inline constexpr auto kV4 = Family::ipv4;
inline constexpr auto kV6 = Family::ipv6;

struct Situation {
  std::string_view what;
  void (*happens)(World&);
  std::string_view verdict;  // as World::verdict() writes it
};

inline constexpr Situation kOurSide[] = {
    {"port 25 is blocked, relays on 587 answer", [](World& w) { w.let({}, kTimesOut); }, "egress:port_25"},
    {"port 25 is blocked by a reset", [](World& w) { w.let({}, kRefuses); }, "egress:port_25"},
    {"port 25 is blocked since this round", [](World& w) { w.let({}, kTimesOut.after(1)); }, "egress:port_25"},
    {"port 25 is blocked, only DNS proves the network", [](World& w) { w.without({.relay = true}).let({}, kTimesOut); },
     "egress:port_25"},
    {"port 25 is blocked and one resolver is dead",
     [](World& w) { w.kill_resolver("192.0.2.53:53").let({}, kTimesOut); }, "egress:port_25 resolver:192.0.2.53:53"},
    {"port 25 is blocked, one host was asked a round ago",
     [](World& w) { w.let({}, kTimesOut).let({.mx = "mx.solo.example"}, kWell); }, "egress:port_25"},
    {"no connection and nothing that tells whether the network is up",
     [](World& w) {
       w.resolvers.clear();
       w.without({.relay = true}).let({}, kTimesOut);
     },
     ""},
    {"the whole network is down",
     [](World& w) {
       w.kill_resolver("192.0.2.53:53").kill_resolver("192.0.2.54:53");
       w.let({}, kTimesOut).let({.relay = true}, kTimesOut);
     },
     "egress:network"},
    {"IPv6 is a black hole", [](World& w) { w.let({.family = kV6}, kTimesOut); }, "ip_family:ipv6"},
    {"IPv6 has no route", [](World& w) { w.let({.family = kV6}, kRefuses); }, "ip_family:ipv6"},
    {"port 25 is blocked over IPv4 only", [](World& w) { w.let({.family = kV4}, kTimesOut); }, "ip_family:ipv4"},
    {"IPv6 fails and only one source has it",
     [](World& w) { w.without({.source = "pool-a", .family = kV6}).let({.family = kV6}, kTimesOut); },
     "ip_family:ipv6"},
    {"one source is listed everywhere", [](World& w) { w.let({.source = "pool-b"}, kListsUs); }, "source:pool-b"},
    {"one source is listed by one provider",
     [](World& w) { w.let({.provider = "google", .source = "pool-b"}, kListsUs); }, "source:pool-b"},
    {"one source is dropped by one provider's firewall",
     [](World& w) { w.let({.provider = "yahoo", .source = "pool-a"}, kTimesOut); }, "source:pool-a"},
    {"nothing comes back to one source", [](World& w) { w.let({.source = "pool-a"}, kTimesOut); }, "source:pool-a"},
    {"nothing comes back to one source over IPv6",
     [](World& w) { w.let({.source = "pool-a", .family = kV6}, kTimesOut); }, "source:pool-a"},
    {"the address of one source is gone", [](World& w) { w.let({.source = "pool-b"}, kNeverLeaves); }, "source:pool-b"},
    {"every source is listed by several receivers",
     [](World& w) { w.let({.provider = "google"}, kListsUs).let({.provider = "yahoo"}, kListsUs); },
     "source:pool-a source:pool-b"},
    {"one of two resolvers is dead", [](World& w) { w.kill_resolver("192.0.2.54:53"); }, "resolver:192.0.2.54:53"},
    {"all resolvers are dead, known addresses still answer",
     [](World& w) { w.kill_resolver("192.0.2.53:53").kill_resolver("192.0.2.54:53"); },
     "resolver:192.0.2.53:53 resolver:192.0.2.54:53"},
    {"a resolver says nothing but SERVFAIL",
     [](World& w) { w.resolvers.front() = {.server = "192.0.2.53:53", .servfail_domains = 5}; },
     "resolver:192.0.2.53:53"},
    {"one provider throttles our probing", [](World& w) { w.let({.provider = "google"}, kThrottlesProbes); },
     "prober:google"},
    {"a provider throttles half of our probes",
     [](World& w) { w.let({.provider = "google", .source = "pool-a"}, kThrottlesProbes); }, "prober:google"},
    {"a domain of no known provider throttles our probing",
     [](World& w) { w.let({.target = "small.example"}, kThrottlesProbes); }, "prober:small.example"},
    {"our own relay throttles our probing",
     [](World& w) { w.let({.target = "out-1", .relay = true}, kThrottlesProbes); }, "prober:out-1"},
    {"everybody throttles our probing", [](World& w) { w.let({}, kThrottlesProbes); }, "prober:all"},
};

inline constexpr Situation kTheirSide[] = {
    {"one provider says 421 to all", [](World& w) { w.let({.provider = "google"}, kSays421); }, "provider:google"},
    {"one provider cannot be reached", [](World& w) { w.let({.provider = "yahoo"}, kTimesOut); }, "provider:yahoo"},
    {"one provider falls silent after the connect", [](World& w) { w.let({.provider = "microsoft"}, kFallsSilent); },
     "provider:microsoft"},
    {"one provider's rules refuse every source", [](World& w) { w.let({.provider = "yahoo"}, kRejectsUs); },
     "provider:yahoo"},
    {"two providers are down",
     [](World& w) { w.let({.provider = "google"}, kSays421).let({.provider = "yahoo"}, kTimesOut); },
     "provider:google provider:yahoo"},
    {"one of a provider's hosts is down", [](World& w) { w.let({.mx = "g2.example"}, kTimesOut); },
     "mx_host:g2.example"},
    {"two of a provider's three hosts are down",
     [](World& w) { w.let({.mx = "g1.example"}, kSays421).let({.mx = "g2.example"}, kTimesOut); },
     "mx_host:g1.example mx_host:g2.example"},
    {"one of a domain's two hosts is down", [](World& w) { w.let({.mx = "mx1.small.example"}, kRefuses); },
     "mx_host:mx1.small.example"},
    {"one host is down over IPv6", [](World& w) { w.let({.mx = "g1.example", .family = kV6}, kTimesOut); },
     "mx_host:g1.example"},
    {"both hosts of a domain without a known provider are down",
     [](World& w) { w.let({.target = "small.example"}, kTimesOut); },
     "mx_host:mx1.small.example mx_host:mx2.small.example"},
};

inline constexpr Situation kTwoAtOnce[] = {
    {"IPv6 and one provider", [](World& w) { w.let({.provider = "google"}, kSays421).let({.family = kV6}, kTimesOut); },
     "ip_family:ipv6 provider:google"},
    {"IPv6 and one unreachable provider",
     [](World& w) { w.let({.family = kV6}, kTimesOut).let({.provider = "google"}, kTimesOut); },
     "ip_family:ipv6 provider:google"},
    {"IPv6 and a listed source",
     [](World& w) { w.let({.source = "pool-b"}, kListsUs).let({.family = kV6}, kTimesOut); },
     "ip_family:ipv6 source:pool-b"},
    {"a listed source and one MX host",
     [](World& w) { w.let({.source = "pool-b"}, kListsUs).let({.mx = "mx2.small.example"}, kTimesOut); },
     "source:pool-b mx_host:mx2.small.example"},
    {"a missing source address and one provider",
     [](World& w) { w.let({.provider = "yahoo"}, kSays421).let({.source = "pool-a"}, kNeverLeaves); },
     "source:pool-a provider:yahoo"},
    {"a throttling provider and one MX host of another",
     [](World& w) { w.let({.provider = "google"}, kThrottlesProbes).let({.mx = "y1.example"}, kTimesOut); },
     "prober:google mx_host:y1.example"},
    {"a source that nothing comes back to, one provider and one MX host of another",
     [](World& w) {
       w.let({.source = "pool-a"}, kTimesOut).let({.provider = "yahoo"}, kTimesOut).let({.mx = "g1.example"}, kSays421);
     },
     "source:pool-a provider:yahoo mx_host:g1.example"},
    {"a dead resolver and one provider",
     [](World& w) { w.kill_resolver("192.0.2.53:53").let({.provider = "google"}, kSays421); },
     "resolver:192.0.2.53:53 provider:google"},
    {"one provider and one MX host of another",
     [](World& w) { w.let({.provider = "google"}, kTimesOut).let({.mx = "y3.example"}, kSays421); },
     "provider:google mx_host:y3.example"},
};

inline constexpr Situation kNothing[] = {
    {"all is well, half of the hosts have no IPv6", [](World&) {}, ""},
    {"everybody greylists", [](World& w) { w.let({}, kGreylists); }, ""},
    {"a mailbox is gone", [](World& w) { w.let({.target = "e.example"}, kHasNoMailbox); }, ""},
    {"one domain gets SERVFAIL",
     [](World& w) {
       for (ResolverObservation& resolver : w.resolvers) resolver.servfail_domains = 1;
       w.let({.target = "small.example"}, kNotInDns);
     },
     ""},
    {"a quiet resolver was asked about one domain only, which is SERVFAIL",
     [](World& w) { w.resolvers.front() = {.server = "192.0.2.53:53", .servfail_domains = 1}; }, ""},
    {"a resolver loses some look-ups", [](World& w) { w.resolvers.front().failed = 20; }, ""},
    {"one relay is down: its own series say so", [](World& w) { w.let({.target = "out-1", .relay = true}, kRefuses); },
     ""},
    {"all relays are down", [](World& w) { w.let({.relay = true}, kTimesOut); }, ""},
    {"nothing leaves this host, whichever source", [](World& w) { w.let({}, kNeverLeaves); }, ""},
    {"a provider fails since this round", [](World& w) { w.let({.provider = "google"}, kTimesOut.after(1)); }, ""},
    {"a source fails since this round", [](World& w) { w.let({.source = "pool-a"}, kTimesOut.after(1)); }, ""},
    {"one endpoint failed once",
     [](World& w) { w.let({.mx = "mx.solo.example", .source = "pool-a"}, kTimesOut.after(1)); }, ""},
    {"one provider lists every source: the word of one is not enough",
     [](World& w) { w.let({.provider = "google"}, kListsUs); }, ""},
    {"a shared endpoint refuses one domain and takes the other",
     [](World& w) { w.let({.target = "b.example"}, kRejectsUs); }, ""},
};

}  // namespace mailsonde::diagnose
