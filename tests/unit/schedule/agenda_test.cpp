// SPDX-License-Identifier: Apache-2.0
#include "agenda_play.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <vector>

using namespace mailsonde;
using namespace mailsonde::schedule;

TEST_SUITE_BEGIN("schedule.agenda");

TEST_CASE("nothing configured, nothing due") {
  Agenda agenda({}, kSeed);
  CHECK_FALSE(agenda.next_due().has_value());
  CHECK_FALSE(agenda.take(kStart).has_value());
}

TEST_CASE("a target is looked up first, then each host and family from each source, once an interval") {
  Play play;
  play.add(1, subject("module mx", 1min, {Source{"a", "a.example"}, Source{"b", "b.example"}}),
           {host("mx1", "google", {"192.0.2.1", "2001:db8::1"}), host("mx2")});
  play.run_for(10min - 5s);
  CHECK(play.agenda.endpoints() == 6);
  std::map<schedule::EndpointKey, int> seen;
  for (const Dial& dial : play.dials) ++seen[dial.key];
  REQUIRE(seen.size() == 6);
  for (const auto& [key, count] : seen) CHECK(count == doctest::Approx(10).epsilon(0.11));
}

TEST_CASE("a source without an address of a family has no endpoints there") {
  Play play;
  play.add(1, subject("module mx", 1min, {Source{"a", "a.example", true, false}}),
           {host("mx1", "google", {"192.0.2.1", "2001:db8::1"})});
  play.run_for(1min);
  CHECK(play.agenda.endpoints() == 1);
}

TEST_CASE("a thousand domains at one MX host cost one probe an interval, and its report counts for each") {
  Play play;
  for (schedule::TargetKey key = 1; key <= 1000; ++key) play.add(key, subject(), {host("mx1")});
  play.run_for(5min - 5s);
  CHECK(play.dials.size() == 5);
  CHECK(play.agenda.members_of(play.dials.front().endpoint).size() == 1000);
}

TEST_CASE("modules that go to MAIL share nothing") {
  Play play;
  play.add(1, to_rcpt("a@example.com"), {host("mx1")});
  play.add(2, to_rcpt("b@example.com"), {host("mx1")});
  play.run_for(30s);
  CHECK(play.dials.size() == 2);
}

TEST_CASE("the shortest interval of those who share counts") {
  Play play;
  play.add(1, subject("module mx", 10min), {host("mx1")});
  play.add(2, subject("module mx", 1min), {host("mx1")});
  play.run_for(10min - 5s);
  CHECK(play.dials.size() == doctest::Approx(10).epsilon(0.11));
  play.agenda.remove(2, play.now);
  play.dials.clear();
  play.run_for(30min);
  CHECK(play.dials.size() <= 4);
  CHECK(play.dials.size() >= 2);
}

TEST_CASE("over budget the probes are spread out, the lost turns counted, and the interval says so") {
  Play play;
  schedule::Policy policy;
  policy.per_provider = schedule::Rate{12, 1min};
  play.agenda.set(policy);
  for (schedule::TargetKey key = 1; key <= 36; ++key) play.add(key, subject(), {host("mx" + std::to_string(key))});
  play.run_for(30min);
  CHECK(play.dials.size() == doctest::Approx(12 * 30).epsilon(0.01));
  for (std::size_t i = 1; i < play.starts.size(); ++i) CHECK(play.starts[i] - play.starts[i - 1] >= 5s);
  CHECK(play.left_out[Suppression::budget] >= 15 * 30);  // turns that came while the one before them still waited
  CHECK(play.left_out[Suppression::budget] <= 24 * 30);
  for (schedule::TargetKey key = 1; key <= 36; ++key)
    CHECK(to_seconds(play.agenda.interval_of(key, "default", play.now)) == doctest::Approx(180).epsilon(0.1));
}

TEST_CASE("within budget the interval is the configured one, and a start is never later than it was granted") {
  Play play;
  for (schedule::TargetKey key = 1; key <= 5; ++key) play.add(key, subject(), {host("mx" + std::to_string(key))});
  play.run_for(30min);
  for (std::size_t i = 0; i < play.dials.size(); ++i) CHECK(play.starts[i] == play.dials[i].granted);
  CHECK(play.agenda.interval_of(1, "default", play.now) == 1min);
}

TEST_CASE("hosts of no known provider do not share its budget") {
  Play play;
  schedule::Policy policy;
  policy.per_provider = schedule::Rate{1, 1h};
  play.agenda.set(policy);
  play.add(1, subject(), {host("mx.one", "other")});
  play.add(2, subject(), {host("mx.two", "other")});
  play.run_for(1min);
  CHECK(play.dials.size() == 2);
}

TEST_CASE("a host is never probed twice at once, and a turn during a probe is left out") {
  Agenda agenda({}, kSeed);
  agenda.add(1, subject(), 0s, kStart);
  REQUIRE(std::holds_alternative<LookUp>(*agenda.take(kStart)));
  agenda.routed(1, {host("mx1")}, kStart);
  const auto first = agenda.take(kStart);
  REQUIRE(std::holds_alternative<Dial>(*first));
  CHECK(agenda.in_flight() == 1);
  const MonotonicTime later = kStart + 70s;
  REQUIRE(std::holds_alternative<LookUp>(*agenda.take(later)));
  const auto second = agenda.take(later);
  REQUIRE(std::holds_alternative<LeftOut>(*second));
  CHECK(std::get<LeftOut>(*second).reason == Suppression::budget);
  CHECK_FALSE(agenda.take(later).has_value());
  agenda.finished(std::get<Dial>(*first).probe, {}, later);
  CHECK(agenda.in_flight() == 0);
}

TEST_CASE("no more probes are in flight than allowed, and the next one waits for an end, not for a time") {
  schedule::Policy policy;
  policy.max_in_flight = 1;
  Agenda agenda(policy, kSeed);
  agenda.add(1, subject("module mx", 1h), 0s, kStart);
  REQUIRE(agenda.take(kStart).has_value());
  agenda.routed(1, {host("mx1"), host("mx2")}, kStart);
  const MonotonicTime later = kStart + 40min;
  const auto first = agenda.take(later);
  REQUIRE(std::holds_alternative<Dial>(*first));
  CHECK_FALSE(agenda.take(later).has_value());
  CHECK(*agenda.next_due() > later);
  agenda.finished(std::get<Dial>(*first).probe, {}, later);
  CHECK(*agenda.next_due() <= later);
  CHECK(std::holds_alternative<Dial>(*agenda.take(later)));
}

TEST_CASE("addresses of a host are walked one a turn") {
  Play play;
  play.add(1, subject(), {host("mx1", "google", {"192.0.2.1", "192.0.2.2", "192.0.2.3"})});
  play.run_for(3min - 5s);
  REQUIRE(play.dials.size() == 3);
  CHECK(play.dials[0].address != play.dials[1].address);
  CHECK(play.dials[1].address != play.dials[2].address);
  CHECK(play.dials[0].address != play.dials[2].address);
}

TEST_CASE("a dead endpoint is probed less often while others answer, and at its pace again once it does") {
  Play play;
  play.add(1, subject(), {host("dead"), host("alive")});
  play.ending = [](const Dial& dial, MonotonicTime now) {
    const bool down = dial.key.mx == "dead" && now < kStart + 60min;
    return down ? ProbeEnd{Outcome::connection_refused, Stage::connect} : ProbeEnd{};
  };
  play.run_for(60min);
  const auto dead = std::ranges::count(play.dials, "dead", [](const Dial& dial) { return dial.key.mx; });
  CHECK(dead >= 14);
  CHECK(dead <= 22);
  CHECK(play.left_out[Suppression::dead_endpoint] + dead == doctest::Approx(60).epsilon(0.05));
  play.dials.clear();
  play.run_for(60min);
  CHECK(play.dials.size() >= 110);
}

TEST_CASE("when nothing connects it is our side, and no endpoint is taken for dead") {
  Play play;
  play.add(1, subject(), {host("mx1"), host("mx2")});
  play.ending = [](const Dial&, MonotonicTime) { return ProbeEnd{Outcome::connection_timeout, Stage::connect}; };
  play.run_for(60min);
  CHECK(play.left_out.empty());
  CHECK(play.dials.size() >= 118);
}

TEST_CASE("while port 25 alone is blocked no endpoint there is taken for dead: its end is seen at once") {
  Play play;
  play.add(1, subject(), {host("mx1"), host("mx2")});
  Subject relay = subject("target relay");
  relay.port = 587;
  play.add(2, relay, {host("relay", "other")});
  play.ending = [](const Dial& dial, MonotonicTime) {
    return dial.key.port == 25 ? ProbeEnd{Outcome::connection_timeout, Stage::connect} : ProbeEnd{};
  };
  play.run_for(60min);
  CHECK(play.left_out.empty());
  CHECK(play.dials.size() >= 177);
}

TEST_CASE("a provider that limits our rate slows that source down, not its neighbours; then it recovers") {
  Play play;
  play.add(1, subject("module mx", 1min, {Source{"a", "a.example"}, Source{"b", "b.example"}}),
           {host("mx1"), host("mx2")});
  play.add(2, subject(), {host("mx9", "microsoft")});
  play.ending = [](const Dial& dial, MonotonicTime now) {
    const bool limited = dial.key.source == "a" && now < kStart + 30min;
    return limited ? ProbeEnd{Outcome::rate_limited, Stage::banner} : ProbeEnd{};
  };
  const auto of_source = [&](std::string_view source) {
    return std::ranges::count(play.dials, source, [](const Dial& dial) { return dial.key.source; });
  };
  play.run_for(30min);
  CHECK(of_source("a") <= 12);
  CHECK(of_source("b") >= 58);
  CHECK(of_source("default") >= 28);
  CHECK(play.left_out[Suppression::backoff] >= 40);
  CHECK(play.agenda.interval_of(1, "a", play.now) > 5min);
  CHECK(play.agenda.interval_of(1, "b", play.now) == 1min);

  play.run_for(6h);
  play.dials.clear();
  play.run_for(60min);
  CHECK(of_source("a") >= 110);
}

TEST_CASE("an overloaded server is a throttle once it spares another source") {
  Play play;
  play.add(1, subject("module mx", 1min, {Source{"a", "a.example"}, Source{"b", "b.example"}}), {host("mx1")});
  play.ending = [](const Dial& dial, MonotonicTime) {
    return dial.key.source == "a" ? ProbeEnd{Outcome::server_overloaded, Stage::banner} : ProbeEnd{};
  };
  play.run_for(10min);
  CHECK(play.judgements.front().throttle == schedule::Throttle::none);  // not known yet
  bool seen = false;
  for (const auto& judgement : play.judgements) seen = seen || judgement.throttle == schedule::Throttle::one_source;
  CHECK(seen);
}

TEST_SUITE_END();
