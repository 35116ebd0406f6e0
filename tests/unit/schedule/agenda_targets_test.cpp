// SPDX-License-Identifier: Apache-2.0
#include "agenda_play.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace mailsonde;
using namespace mailsonde::schedule;

TEST_SUITE_BEGIN("schedule.agenda_targets");

TEST_CASE("greylisting is retried by a chain, nothing else meanwhile, until its delay is known") {
  Play play;
  play.add(1, to_rcpt("a@example.com"), {host("mx1")});
  play.ending = [](const Dial&, MonotonicTime now) {
    return now < kStart + 7min ? ProbeEnd{Outcome::greylisted, Stage::rcpt} : ProbeEnd{Outcome::ok, Stage::rcpt};
  };
  play.run_for(10min + 1s);
  REQUIRE(play.dials.size() == 3);
  CHECK(play.starts[1] == play.starts[0] + 5min);
  CHECK(play.judgements[2].greylisting.delay == 10min);
  CHECK(play.left_out[Suppression::backoff] >= 9);
  play.run_for(10min);
  CHECK(play.dials.size() >= 12);  // at its own pace again
}

TEST_CASE("a chain outlives the change of its target, and a restart") {
  Play play;
  play.add(1, to_rcpt("a@example.com"), {host("mx1")});
  play.ending = [](const Dial&, MonotonicTime) { return ProbeEnd{Outcome::greylisted, Stage::rcpt}; };
  play.run_for(1min);
  REQUIRE(play.dials.size() == 1);
  const auto retry = play.starts[0] + 5min;

  SUBCASE("change: the new one is added, then the old one removed") {
    Subject changed = to_rcpt("a@example.com");
    changed.interval = 30s;
    play.add(2, changed, {host("mx1")});
    play.agenda.remove(1, play.now);
    play.run_for(2min);
    CHECK(play.dials.size() == 1);
    play.run_for(2min + 1s);
    REQUIRE(play.dials.size() == 2);
    CHECK(play.starts[1] == retry);
  }
  SUBCASE("restart") {
    Play again;
    again.now = play.now;
    again.agenda.restore(play.agenda.chains());
    again.add(1, to_rcpt("a@example.com"), {host("mx1")});
    again.run_for(4min + 1s);
    REQUIRE(again.dials.size() == 1);
    CHECK(again.starts[0] == retry);
    CHECK(again.judgements[0].greylisting.delay == 5min);
  }
}

TEST_CASE("of a provider that is dealt to another share a backup host gets a part of the rate") {
  std::vector<std::size_t> dials;
  for (std::size_t index = 0; index < 3; ++index) {
    Play play{.agenda{Policy{.per_provider = Rate{.count = 12, .per = 1min}}, kSeed, Share{index, 3}}};
    play.add(1, subject("module mx", 1s), {host("mx1")});
    play.run_for(10min);
    dials.push_back(play.dials.size());
  }
  std::ranges::sort(dials);
  CHECK(dials[1] <= 41);  // a third of 12 a minute, and the first at once
  CHECK(dials[2] >= 120);
  CHECK(dials[2] <= 121);
}

TEST_CASE("a reload leaves what it does not touch as it is") {
  Play touched;
  Play untouched;
  for (Play* play : {&touched, &untouched}) {
    for (schedule::TargetKey key = 1; key <= 3; ++key)
      play->add(key, subject(), {host("mx" + std::to_string(key), "provider " + std::to_string(key))});
    play->run_for(10min);
  }
  touched.agenda.remove(3, touched.now);
  touched.agenda.set({});
  touched.run_for(10min);
  untouched.run_for(10min);
  const auto of_one = [](const Play& play) {
    std::vector<MonotonicTime> starts;
    for (std::size_t i = 0; i < play.dials.size(); ++i) {
      if (play.dials[i].key.mx == "mx1" && starts.size() < 11) starts.push_back(play.starts[i]);
    }
    return starts;
  };
  CHECK(of_one(touched) == of_one(untouched));
  CHECK(touched.agenda.endpoints() == 2);
}

TEST_CASE("changing a target forgets neither budget nor back-off of its provider") {
  Play play;
  schedule::Policy policy;
  policy.per_provider = schedule::Rate{1, 10min};
  play.agenda.set(policy);
  play.add(1, subject(), {host("mx1")});
  play.run_for(1min);
  REQUIRE(play.dials.size() == 1);
  play.agenda.remove(1, play.now);  // even the wrong way round
  play.add(2, subject(), {host("mx1")});
  play.run_for(9min - 1s);
  CHECK(play.dials.size() == 1);
  play.run_for(2s);
  CHECK(play.dials.size() == 2);
}

TEST_CASE("a route that changes moves the endpoints along; one that went away has no more probes") {
  Play play;
  play.add(1, subject(), {host("mx1"), host("mx2")});
  play.run_for(5min);
  play.routes[1] = {host("mx2"), host("mx3")};
  play.run_for(70s);
  play.dials.clear();
  play.run_for(5min);
  for (const Dial& dial : play.dials) CHECK(dial.key.mx != "mx1");
  CHECK(play.agenda.endpoints() == 2);
  play.routes[1].clear();
  play.run_for(70s);
  CHECK(play.agenda.endpoints() == 0);
}

TEST_CASE("a probe whose target was removed meanwhile ends in peace") {
  Agenda agenda({}, kSeed);
  agenda.add(1, subject(), 0s, kStart);
  REQUIRE(agenda.take(kStart).has_value());
  agenda.routed(1, {host("mx1")}, kStart);
  const auto dial = agenda.take(kStart);
  REQUIRE(std::holds_alternative<Dial>(*dial));
  agenda.remove(1, kStart);
  agenda.routed(1, {host("mx1")}, kStart);  // its look-up was still under way
  CHECK(agenda.finished(std::get<Dial>(*dial).probe, {Outcome::rate_limited, Stage::banner}, kStart).throttle ==
        schedule::Throttle::wording);
  CHECK(agenda.members_of(std::get<Dial>(*dial).endpoint).empty());
  CHECK_FALSE(agenda.next_due().has_value());
}

TEST_CASE("what never left this host says nothing about the provider") {
  Play play;
  play.add(1, subject(), {host("mx1")});
  play.ending = [](const Dial&, MonotonicTime) { return ProbeEnd{Outcome::rate_limited, Stage::connect, {}, false}; };
  play.run_for(10min - 5s);
  CHECK(play.dials.size() == doctest::Approx(10).epsilon(0.11));
  CHECK(play.judgements.back().throttle == schedule::Throttle::none);
}

TEST_SUITE_END();
