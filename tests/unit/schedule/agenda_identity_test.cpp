// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "agenda_play.hpp"

using namespace mailsonde;
using namespace mailsonde::schedule;
using config::RequireIdentity;
using config::TargetKind;

namespace {

Subject reaching(Stage depth, TargetKind kind = TargetKind::destination) {
  Subject what = subject(std::string(to_string(depth)) + std::string(config::to_string(kind)));
  what.kind = kind;
  what.depth = depth;
  return what;
}

// What becomes of ten turns from an unconfirmed source.
struct Seen {
  std::size_t dials;
  int left_out;
};
Seen ten_turns(Subject what, RequireIdentity required) {
  Play play;
  Policy policy;
  policy.require_identity = required;
  play.agenda.set(policy);
  play.agenda.set_unconfirmed({"default", "unused"});
  play.add(1, std::move(what), {host("mx1")});
  play.run_for(10min - 5s);
  return {play.dials.size(), play.left_out[Suppression::identity]};
}

ProbeEnd greylisted(const Dial&, MonotonicTime) { return {.outcome = Outcome::greylisted, .stage = Stage::rcpt}; }

}  // namespace

TEST_SUITE_BEGIN("schedule.agenda_identity");

TEST_CASE("an unconfirmed source does not go to MAIL at destinations, and every turn left out counts") {
  for (const Stage depth : {Stage::mail, Stage::rcpt, Stage::data}) {
    CAPTURE(to_string(depth));
    const Seen seen = ten_turns(reaching(depth), RequireIdentity::envelope);
    CHECK(seen.dials == 0);
    CHECK(seen.left_out == 10);
  }
  const Seen seen = ten_turns(reaching(Stage::starttls), RequireIdentity::envelope);
  CHECK(seen.dials == 10);
  CHECK(seen.left_out == 0);
}

TEST_CASE("with always it dials no destination, with never it is not held back") {
  for (const Stage depth : {Stage::connect, Stage::rcpt}) {
    CHECK(ten_turns(reaching(depth), RequireIdentity::always).dials == 0);
    CHECK(ten_turns(reaching(depth), RequireIdentity::always).left_out == 10);
    CHECK(ten_turns(reaching(depth), RequireIdentity::never).dials == 10);
  }
}

TEST_CASE("relays are probed from an unconfirmed source whatever is required") {
  for (const RequireIdentity required : {RequireIdentity::envelope, RequireIdentity::always, RequireIdentity::never}) {
    CHECK(ten_turns(reaching(Stage::rcpt, TargetKind::relay), required).dials == 10);
  }
}

TEST_CASE("another source goes on, and a source that is confirmed again goes on too") {
  Play play;
  Subject what = reaching(Stage::rcpt);
  what.sources = {Source{"a", "a.example"}, Source{"b", "b.example"}};
  play.agenda.set_unconfirmed({"a"});
  play.add(1, what, {host("mx1")});
  play.run_for(5min - 5s);
  CHECK(play.dials.size() == 5);
  for (const Dial& dial : play.dials) CHECK(dial.key.source == "b");
  play.dials.clear();
  play.agenda.set_unconfirmed({});
  play.run_for(5min);
  CHECK(play.dials.size() == 10);
  CHECK(play.left_out[Suppression::identity] == 5);
}

TEST_CASE("a probe that waits in line when its source fails is left out, and its place goes to others") {
  Play play;
  Policy policy;
  policy.per_provider = schedule::Rate{1, 1min};
  play.agenda.set(policy);
  play.add(1, reaching(Stage::starttls), {host("mx1")});
  play.add(2, reaching(Stage::rcpt), {host("mx1")});
  play.run_for(3min);
  play.dials.clear();
  play.agenda.set_unconfirmed({"default"});
  play.run_for(10min);
  REQUIRE(play.dials.size() >= 8);
  for (const Dial& dial : play.dials) CHECK(dial.target == 1);
  CHECK(play.left_out[Suppression::identity] >= 9);
}

TEST_CASE("a chain of greylisting retries rests while its source is unconfirmed, and goes on after it") {
  Play play;
  play.ending = greylisted;
  Subject what = to_rcpt("a@example.com");
  what.depth = Stage::rcpt;
  play.add(1, what, {host("mx1")});
  play.run_for(30s);
  REQUIRE(play.dials.size() == 1);
  play.agenda.set_unconfirmed({"default"});
  play.run_for(30min);
  CHECK(play.dials.size() == 1);
  CHECK(play.left_out[Suppression::identity] >= 25);
  play.agenda.set_unconfirmed({});
  play.ending = [](const Dial&, MonotonicTime) { return ProbeEnd{}; };
  play.run_for(2min);
  REQUIRE(play.dials.size() >= 2);
  REQUIRE(play.judgements[1].greylisting.delay.has_value());
  CHECK(*play.judgements[1].greylisting.delay >= 30min);
}
