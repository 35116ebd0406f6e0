// SPDX-License-Identifier: Apache-2.0
#include "diagnose/last_round.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <thread>

#include "diagnose/diagnose.hpp"

namespace mailsonde::diagnose {

TEST_SUITE_BEGIN("diagnose.last_round");

namespace {

using namespace std::chrono_literals;

config::Target destination(std::string name, std::string source = "default") {
  config::Target target;
  target.name = name;
  target.host = std::move(name);
  target.module = std::make_shared<const config::Module>();
  target.sources = {std::make_shared<const config::Source>(config::Source{.name = std::move(source)})};
  return target;
}

probe::Report ended(std::string mx, Outcome outcome, Stage stage = Stage::quit) {
  probe::Report report;
  report.mx = std::move(mx);
  report.address = IpAddress::parse("192.0.2.1");
  report.provider = "other";
  report.verdict.outcome = outcome;
  report.stage = stage;
  return report;
}

probe::Report timed_out(std::string mx) { return ended(std::move(mx), Outcome::connection_timeout, Stage::connect); }

probe::Report never_left(std::string mx) {
  auto report = ended(std::move(mx), Outcome::unclassified, Stage::connect);
  report.counted = false;
  return report;
}

std::vector<std::string> hosts(LastRound& round) {
  std::vector<std::string> names;
  for (const Observation& seen : round.observations()) names.push_back(seen.mx);
  std::ranges::sort(names);
  return names;
}

}  // namespace

TEST_CASE("a failure that is laid to the prober's own rate is told as such, until the next one") {
  LastRound round;
  const auto target = round.watch(destination("a.test"));
  target->note(ended("mx1.a.test", Outcome::rate_limited, Stage::banner), Blame::own_rate);
  REQUIRE(round.observations().size() == 1);
  CHECK(round.observations()[0].throttled);
  target->note(ended("mx1.a.test", Outcome::server_unavailable, Stage::banner));
  CHECK_FALSE(round.observations()[0].throttled);
}

TEST_CASE("a report becomes the observation of its endpoint, and the next one takes its place") {
  LastRound round;
  const auto target = round.watch(destination("a.test", "pool-a"));
  auto report = ended("mx1.a.test", Outcome::server_unavailable, Stage::banner);
  report.family = Family::ipv6;
  report.provider = "google";
  report.port = 26;
  target->note(report);
  REQUIRE(round.observations().size() == 1);
  const Observation seen = round.observations().front();
  CHECK(seen.target == "a.test");
  CHECK_FALSE(seen.relay);
  CHECK(seen.mx == "mx1.a.test");
  CHECK(seen.family == Family::ipv6);
  CHECK(seen.source == "pool-a");
  CHECK(seen.provider == "google");
  CHECK(seen.port == 26);
  CHECK(seen.stage == Stage::banner);
  CHECK(seen.outcome == Outcome::server_unavailable);
  CHECK_FALSE(seen.unsent);
  CHECK(seen.in_a_row == 1);

  report.verdict.outcome = Outcome::ok;
  report.stage = Stage::quit;
  target->note(report);
  REQUIRE(round.observations().size() == 1);
  CHECK(round.observations().front().outcome == Outcome::ok);
}

TEST_CASE("families and sources of one host are endpoints of their own") {
  LastRound round;
  const auto from_a = round.watch(destination("a.test", "pool-a"));
  auto from_b = round.watch(destination("a.test", "pool-b"));
  for (const auto& target : {from_a, from_b}) {
    for (const Family family : {Family::ipv4, Family::ipv6}) {
      auto report = ended("mx.a.test", Outcome::ok);
      report.family = family;
      target->note(report);
    }
  }
  CHECK(round.observations().size() == 4);
  from_b.reset();
  REQUIRE(round.observations().size() == 2);
  for (const Observation& seen : round.observations()) CHECK(seen.source == "pool-a");
}

TEST_CASE("a relay is told by the kind of its target") {
  LastRound round;
  auto relay = destination("out-1");
  relay.kind = config::TargetKind::relay;
  const auto target = round.watch(relay);
  target->note(ended("relay.example", Outcome::ok));
  CHECK(round.observations().front().relay);
}

TEST_CASE("failures count in a row until the host is seen to work") {
  LastRound round;
  const auto target = round.watch(destination("a.test"));
  const auto in_a_row = [&] { return round.observations().front().in_a_row; };
  target->note(timed_out("mx"));
  target->note(timed_out("mx"));
  target->note(ended("mx", Outcome::server_error, Stage::rcpt));
  CHECK(in_a_row() == 3);
  target->note(ended("mx", Outcome::greylisted, Stage::rcpt));
  target->note(timed_out("mx"));
  CHECK(in_a_row() == 1);
}

TEST_CASE("probes that never left count by themselves, and do not end a row of failures") {
  LastRound round;
  const auto target = round.watch(destination("a.test"));
  target->note(timed_out("mx"));
  target->note(never_left("mx"));
  target->note(never_left("mx"));
  CHECK(round.observations().front().unsent);
  CHECK(round.observations().front().in_a_row == 2);
  target->note(timed_out("mx"));
  CHECK_FALSE(round.observations().front().unsent);
  CHECK(round.observations().front().in_a_row == 2);
}

TEST_CASE("a report without an address is about no endpoint") {
  LastRound round;
  const auto target = round.watch(destination("a.test"));
  auto report = ended("mx", Outcome::dns_temporary, Stage::dns);
  report.address.reset();
  target->note(report);
  CHECK(round.observations().empty());
}

TEST_CASE("endpoints go when the route no longer has their host or family") {
  LastRound round;
  const auto target = round.watch(destination("a.test"));
  target->note(ended("mx1", Outcome::ok));
  target->note(ended("mx2", Outcome::ok));
  auto ipv6 = ended("mx2", Outcome::ok);
  ipv6.family = Family::ipv6;
  target->note(ipv6);
  target->keep_only(std::vector<RouteHost>{{.name = "mx2", .ipv4 = false}, {.name = "mx3"}});
  REQUIRE(round.observations().size() == 1);
  CHECK(round.observations().front().mx == "mx2");
  CHECK(round.observations().front().family == Family::ipv6);
}

TEST_CASE("endpoints go with the last who watches their target") {
  LastRound round;
  auto first = round.watch(destination("a.test"));
  const auto second = round.watch(destination("b.test"));
  first->note(ended("mx.a.test", Outcome::ok));
  second->note(ended("mx.b.test", Outcome::ok));
  first.reset();
  CHECK(hosts(round) == std::vector<std::string>{"mx.b.test"});
}

TEST_CASE("another interval or provider keeps the past of a target, anything else begins anew") {
  LastRound round;
  auto target = destination("a.test");
  const auto before = round.watch(target);
  before->note(timed_out("mx"));
  target.interval = 10s;
  target.provider = "google";
  const auto same = round.watch(target);
  same->note(timed_out("mx"));
  REQUIRE(round.observations().size() == 1);
  CHECK(round.observations().front().in_a_row == 2);

  target.port = 2525;
  const auto other = round.watch(target);
  CHECK(round.observations().empty());
  other->note(timed_out("mx"));
  CHECK(round.observations().front().in_a_row == 1);

  target.sources = {
      std::make_shared<const config::Source>(config::Source{.name = "default", .ipv4 = IpAddress::parse("192.0.2.9")})};
  const auto moved = round.watch(target);
  CHECK(round.observations().empty());
}

TEST_CASE("the endpoints of one target are bounded") {
  LastRound round;
  const auto target = round.watch(destination("a.test"));
  for (std::size_t i = 0; i <= TargetRound::kMostEndpoints; ++i) {
    target->note(ended("mx" + std::to_string(i), Outcome::ok));
  }
  CHECK(round.observations().size() == TargetRound::kMostEndpoints);
}

TEST_CASE("a host that fails four times in a row while others work is blamed") {
  LastRound round;
  const auto target = round.watch(destination("a.test"));
  const auto verdict = [&] { return diagnose(round.observations(), {}); };
  target->note(ended("mx2", Outcome::ok));
  for (int i = 0; i < 3; ++i) target->note(timed_out("mx1"));
  CHECK(verdict().empty());
  target->note(timed_out("mx1"));
  REQUIRE(verdict().size() == 1);
  CHECK(verdict().front().scope == Scope::mx_host);
  CHECK(verdict().front().subject == "mx1");
  target->note(ended("mx1", Outcome::ok));
  CHECK(verdict().empty());
}

TEST_CASE("shards write, watch and forget while the diagnosis reads") {
  LastRound round;
  std::vector<std::jthread> shards;
  for (int shard = 0; shard < 3; ++shard) {
    shards.emplace_back([&round, shard](const std::stop_token& stop) {
      const std::string name = "t" + std::to_string(shard) + ".test";
      while (!stop.stop_requested()) {
        const auto target = round.watch(destination(name));
        for (int i = 0; i < 20; ++i) {
          target->note(timed_out("mx" + std::to_string(i % 4)));
          if (i % 5 == 0) target->keep_only(std::vector<RouteHost>{{.name = "mx1"}, {.name = "mx2"}});
        }
      }
    });
  }
  for (int i = 0; i < 200; ++i) {
    const auto observations = round.observations();
    CHECK(observations.size() <= 12);
    for (const Observation& seen : observations) CHECK(seen.outcome == Outcome::connection_timeout);
  }
}

TEST_SUITE_END();

}  // namespace mailsonde::diagnose
