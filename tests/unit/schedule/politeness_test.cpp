// SPDX-License-Identifier: Apache-2.0
// How the shard carries out what the agenda decides: shared probes, rates, back-off, greylisting.
#include <doctest/doctest.h>

#include "unit/schedule/shard_scene.hpp"

using namespace mailsonde;
using namespace mailsonde::schedule::test;
using namespace std::chrono_literals;
using schedule::Suppression;
using schedule::Throttle;

namespace {

constexpr const char* kGreylists =
    "S: 220 mx\nC: EHLO *\nS: 250 mx\nC: MAIL *\nS: 250 ok\nC: RCPT *\nS: 450 4.2.0 Greylisted\nC: QUIT\nS: 221 bye";

config::Target to_rcpt(const std::string& domain) {
  auto target = Scene::target(domain);
  auto module = std::make_shared<config::Module>();
  module->name = "rcpt";
  module->depth = Stage::rcpt;
  module->tls = config::TlsPolicy::none;
  target.module = std::move(module);
  target.mail_from = "probe@example.org";
  target.rcpt_to = "me@" + domain;
  return target;
}

}  // namespace

TEST_SUITE_BEGIN("schedule.politeness");

TEST_CASE("one probe of a shared endpoint counts for each of its targets under its own name") {
  Scene stage;
  auto twin = Scene::target("good.example");
  twin.name = "twin";
  stage.apply({Scene::target("good.example"), twin});
  auto& good = stage.events.targets["good.example"];
  auto& other = stage.events.targets["twin"];
  stage.run_until([&] { return good.shared.size() + other.shared.size() >= 8; });
  CHECK(stage.dialer.dials == good.started + other.started);
  for (const auto* target : {&good, &other}) {
    for (const auto& report : target->shared) CHECK(report.success());
  }
  for (const auto& report : good.shared) CHECK(report.target == "good.example");
  for (const auto& report : other.shared) CHECK(report.target == "twin");
  const std::size_t saved =
      static_cast<std::size_t>(good.suppressed[Suppression::shared] + other.suppressed[Suppression::shared]);
  CHECK(saved >= good.shared.size() + other.shared.size());
  CHECK(saved <= good.shared.size() + other.shared.size() + 1);
}

TEST_CASE("a sharing target that is removed under way hears no end, the one that leads does") {
  Scene stage;
  auto twin = Scene::target("good.example");
  twin.name = "twin";
  stage.apply({Scene::target("good.example"), twin});
  auto& good = stage.events.targets["good.example"];
  auto& other = stage.events.targets["twin"];
  const auto shares_one = [&] {
    return other.suppressed[Suppression::shared] == static_cast<int>(other.shared.size()) + 1;
  };
  stage.run_until([&] { return other.shared.size() >= 2; });
  stage.dialer.hang = true;
  stage.run_until([&] { return good.started == good.reports.size() + 1 && shares_one(); });
  const auto reports = good.reports.size();
  const auto shared = other.shared.size();
  stage.apply({Scene::target("good.example")});
  stage.shard.stop();
  stage.context.restart();
  stage.context.run();
  CHECK(good.reports.size() == reports + 1);
  CHECK(other.shared.size() == shared);
}

TEST_CASE("targets that go to RCPT share nothing") {
  Scene stage;
  stage.dialer.script = kGreylists;
  auto twin = to_rcpt("good.example");
  twin.name = "twin";
  twin.rcpt_to = "you@good.example";
  stage.apply({to_rcpt("good.example"), twin});
  auto& good = stage.events.targets["good.example"];
  auto& other = stage.events.targets["twin"];
  stage.run_until([&] { return good.reports.size() == 2 && other.reports.size() == 2; });
  CHECK(good.shared.empty());
  CHECK(other.shared.empty());
}

TEST_CASE(
    "a provider's rate holds over all its endpoints; turns that it leaves out are counted, the interval is told") {
  Scene stage;
  stage.politeness.per_provider_rate = config::Rate{.count = 1, .per = 1h};
  auto target = Scene::target("good.example");
  target.provider = "own";
  stage.apply({target});
  auto& good = stage.events.targets["good.example"];
  stage.run_until([&] { return good.suppressed[Suppression::budget] >= 8; });
  CHECK(stage.dialer.dials == 1);
  CHECK(good.paced > target.interval * 2);
}

TEST_CASE("a reload that lifts the rate lets those go who wait") {
  Scene stage;
  stage.politeness.per_provider_rate = config::Rate{.count = 1, .per = 1h};
  stage.apply({Scene::target("good.example")});
  stage.run_until([&] { return stage.dialer.dials == 1; });
  stage.politeness.per_provider_rate.reset();
  stage.apply({Scene::target("good.example")});
  stage.run_until([&] { return stage.dialer.dials >= 4; });
}

TEST_CASE("a reply about our rate is inconclusive, and the next turns wait") {
  Scene stage;
  stage.dialer.script = "S: 421 4.7.0 Too many connections from your address, slow down\nC: QUIT\nS: 221 bye";
  stage.apply({Scene::target("good.example")});
  auto& good = stage.events.targets["good.example"];
  stage.run_until([&] { return good.suppressed[Suppression::backoff] >= 4; });
  REQUIRE_FALSE(good.judgements.empty());
  CHECK(good.reports[0].verdict.outcome == Outcome::rate_limited);
  CHECK(good.judgements[0].throttle == Throttle::wording);
}

TEST_CASE("what backoff_on does not list slows nobody down") {
  Scene stage;
  stage.politeness.backoff_on.clear();
  stage.dialer.script = "S: 421 4.7.0 Too many connections from your address, slow down\nC: QUIT\nS: 221 bye";
  stage.apply({Scene::target("good.example")});
  auto& good = stage.events.targets["good.example"];
  stage.run_until([&] { return good.reports.size() >= 8; });
  CHECK(good.suppressed[Suppression::backoff] == 0);
}

TEST_CASE("greylisting begins a chain that another shard can go on with") {
  schedule::GreylistChains chains;
  {
    Scene stage;
    stage.dialer.script = kGreylists;
    stage.apply({to_rcpt("good.example")});
    auto& good = stage.events.targets["good.example"];
    stage.run_until(
        [&] { return good.suppressed[Suppression::backoff] >= 2 && stage.shard.chains().all().size() == 2; });
    CHECK(good.reports.front().verdict.outcome == Outcome::greylisted);
    CHECK(good.reports.size() == 2);  // one of each family; their retries come minutes later
    chains = stage.shard.chains();
  }
  const auto& [attempt, chain] = *chains.all().begin();
  CHECK(attempt.helo == "probe.example.org");
  CHECK(attempt.recipient == "me@good.example");
  CHECK(chain.next > monotonic_now() + 1min);

  Scene later;
  later.shard.restore(std::move(chains));
  later.apply({to_rcpt("good.example")});
  auto& good = later.events.targets["good.example"];
  later.run_until([&] { return good.suppressed[Suppression::backoff] >= 4; });
  CHECK(later.dialer.dials == 0);
}

TEST_CASE("what looked like greylisting and never passed is something else, and the outcome says so") {
  schedule::GreylistChains chains;
  for (const Family family : {Family::ipv4, Family::ipv6}) {
    const schedule::Attempt attempt{.source = "default",
                                    .helo = "probe.example.org",
                                    .sender = "probe@example.org",
                                    .recipient = "me@good.example",
                                    .mx = "mx1.good.example",
                                    .family = family};
    const auto now = monotonic_now();
    chains.restore(attempt, {.stage = Stage::rcpt, .since = now, .next = now + 1h, .over = true}, now);
  }
  Scene stage;
  stage.dialer.script = kGreylists;
  stage.shard.restore(std::move(chains));
  stage.apply({to_rcpt("good.example")});
  auto& good = stage.events.targets["good.example"];
  stage.run_until([&] { return good.reports.size() >= 2; });
  for (const probe::Report& report : good.reports) {
    CHECK(report.verdict.outcome == Outcome::unclassified);
    CHECK(report.verdict.rule == "greylisting that never passed");
    CHECK(std::ranges::count(report.replies, Outcome::unclassified, &probe::StageReply::outcome) == 1);
    CHECK(report.deciding_reply() != nullptr);
  }
}

TEST_CASE("under another HELO name greylisting is tried anew") {
  Scene stage;
  stage.dialer.script = kGreylists;
  stage.apply({to_rcpt("good.example")});
  auto& good = stage.events.targets["good.example"];
  stage.run_until([&] { return good.suppressed[Suppression::backoff] >= 2 && good.reports.size() == 2; });
  stage.helo = "other.example.org";
  stage.apply({to_rcpt("good.example")});
  stage.run_until([&] { return good.reports.size() == 4; });
  CHECK(stage.shard.chains().all().size() == 4);
  CHECK(stage.events.watched == std::multiset<std::string>{"good.example"});
}

TEST_CASE("a policy that several agendas share gives each an equal part of the rates") {
  config::Politeness politeness;
  politeness.per_provider_rate = config::Rate{.count = 12, .per = 1min};
  const schedule::Policy policy = schedule::policy_of(politeness);
  CHECK(policy.per_provider == config::Rate{.count = 12, .per = 1min});
  CHECK(policy.divided_by(4).per_provider == config::Rate{.count = 12, .per = 4min});
  CHECK_FALSE(policy.divided_by(4).per_mx.has_value());
}

TEST_SUITE_END();
