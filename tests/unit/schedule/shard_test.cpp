// SPDX-License-Identifier: Apache-2.0
#include "schedule/shard.hpp"

#include <doctest/doctest.h>

#include "unit/schedule/shard_scene.hpp"

using namespace mailsonde;
using namespace mailsonde::schedule::test;
using namespace std::chrono_literals;

namespace {

// Never answers: each look-up lasts until it is cancelled.
class StuckResolver final : public dns::Resolver {
 public:
  std::size_t asked = 0;

  asio::awaitable<dns::Lookup> lookup(std::string /*name*/, dns::RrType /*type*/) override {
    ++asked;
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, asio::steady_timer::time_point::max());
    asio::error_code cancelled;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    co_return dns::Lookup{};
  }
};

}  // namespace

TEST_SUITE_BEGIN("schedule.shard");

TEST_CASE("each endpoint of each target is probed every interval, both families apart") {
  Scene stage;
  stage.apply({Scene::target("good.example")});
  auto& good = stage.events.targets["good.example"];
  stage.run_until([&] { return good.reports.size() >= 6; });
  std::set<std::string> addresses;
  for (const auto& report : good.reports) {
    CHECK(report.success());
    CHECK(report.mx == "mx1.good.example");
    addresses.insert(report.address->to_string());
  }
  CHECK(addresses == std::set<std::string>{"192.0.2.1", "2001:db8::1"});
  CHECK(good.started - good.reports.size() <= 2);
  CHECK(stage.events.lags == good.started);
}

TEST_CASE("a domain that leads nowhere is a probe that ended in the dns stage, and nothing is dialled") {
  Scene stage;
  stage.apply({Scene::target("null.example"), Scene::target("missing.example")});
  stage.run_until([&] {
    return !stage.events.targets["null.example"].reports.empty() &&
           !stage.events.targets["missing.example"].reports.empty();
  });
  for (const char* name : {"null.example", "missing.example"}) {
    const auto& report = stage.events.targets[name].reports.front();
    CHECK(report.stage == Stage::dns);
    CHECK(report.verdict.outcome == Outcome::dns_no_route);
    CHECK(report.mx.empty());
    CHECK_FALSE(report.detail.empty());
  }
  CHECK(stage.dialer.dials == 0);
}

TEST_CASE("one MX host without an address does not keep the others from being probed") {
  Scene stage;
  stage.apply({Scene::target("half.example")});
  auto& half = stage.events.targets["half.example"];
  stage.run_until([&] { return half.reports.size() >= 3; });
  std::map<std::string, Outcome> outcomes;
  for (const auto& report : half.reports) outcomes[report.mx] = report.verdict.outcome;
  CHECK(outcomes["mx1.good.example"] == Outcome::ok);
  CHECK(outcomes["dead.half.example"] == Outcome::dns_no_route);
}

TEST_CASE("never two probes of one endpoint at once: a turn that finds it busy is counted, not sent") {
  Scene stage;
  stage.dialer.hang = true;
  stage.apply({Scene::target("good.example")});
  auto& good = stage.events.targets["good.example"];
  stage.run_until([&] { return good.suppressed[schedule::Suppression::budget] >= 4; });
  CHECK(stage.dialer.dials <= 2);
  CHECK(good.started <= 2);
}

TEST_CASE("our own lack of resources is no outcome of the peer, but counted") {
  Scene stage;
  stage.dialer.failure = net::IoError{net::Failure::resources, "too many open files"};
  stage.apply({Scene::target("good.example")});
  auto& good = stage.events.targets["good.example"];
  stage.run_until([&] { return good.reports.size() >= 2; });
  for (const auto& report : good.reports) CHECK_FALSE(report.counted);
  CHECK(good.suppressed[schedule::Suppression::resources] >= 1);
}

TEST_CASE("a reload keeps what did not change, ends what is gone, begins what is new") {
  Scene stage;
  stage.apply({Scene::target("good.example"), Scene::target("null.example")});
  auto& good = stage.events.targets["good.example"];
  stage.run_until([&] { return good.routed >= 2 && stage.events.targets["null.example"].routed >= 1; });
  const auto dials = stage.dialer.dials;
  stage.apply({Scene::target("good.example"), Scene::target("half.example")});
  CHECK(stage.events.watched == std::multiset<std::string>{"good.example", "half.example"});
  CHECK(stage.shard.targets() == 2);
  const auto null_reports = stage.events.targets["null.example"].reports.size();
  stage.run_until(
      [&] { return stage.events.targets["half.example"].reports.size() >= 2 && stage.dialer.dials > dials + 2; });
  CHECK(stage.events.targets["null.example"].reports.size() == null_reports);
}

TEST_CASE("a target that changed goes on under its name") {
  Scene stage;
  auto target = Scene::target("good.example");
  stage.apply({target});
  target.interval = 20ms;
  stage.apply({target});
  CHECK(stage.shard.targets() == 1);
  stage.apply({});
  CHECK(stage.shard.targets() == 0);
  stage.apply({target});
  stage.run_until([&] { return stage.events.targets["good.example"].reports.size() >= 2; });
}

TEST_CASE("a stop with probes that hang ends them all, and the loop runs dry") {
  Scene stage;
  stage.dialer.hang = true;
  stage.apply({Scene::target("good.example")});
  auto& good = stage.events.targets["good.example"];
  stage.run_until([&] { return good.started == 1; });  // the other family waits: one probe of an MX host at a time
  stage.shard.stop();
  stage.context.restart();
  stage.context.run();
  REQUIRE(good.reports.size() == 1);
  CHECK_FALSE(good.reports[0].counted);
  CHECK(good.suppressed[schedule::Suppression::resources] == 0);
}

TEST_CASE("a new target's provider is told by its most preferred MX host, before its first probe") {
  Scene stage;
  auto target = Scene::target("mixed.example");
  target.interval = 24h;
  stage.apply({target});
  auto& mixed = stage.events.targets["mixed.example"];
  CHECK(mixed.providers == std::vector<std::string>{"other"});
  stage.run_until([&] { return mixed.providers.size() >= 2; });
  CHECK(mixed.providers == std::vector<std::string>{"other", "google"});
  CHECK(stage.events.watched == std::multiset<std::string>{"mixed.example"});
  CHECK(mixed.started == 0);
  CHECK(mixed.routed == 0);
}

TEST_CASE("each report names the provider of its own MX host, the target keeps that of the first") {
  Scene stage;
  stage.apply({Scene::target("mixed.example"), Scene::target("null.example")});
  auto& mixed = stage.events.targets["mixed.example"];
  stage.run_until([&] { return mixed.reports.size() >= 8 && !stage.events.targets["null.example"].reports.empty(); });
  std::map<std::string, std::string> providers;
  for (const auto& report : mixed.reports) providers[report.mx] = report.provider;
  CHECK(providers == std::map<std::string, std::string>{{"aspmx.l.google.com", "google"},
                                                        {"mx1.good.example", "other"},
                                                        {"dead.mail.protection.outlook.com", "microsoft"}});
  CHECK(mixed.providers.back() == "google");
  CHECK(stage.events.targets["null.example"].reports.front().provider == "other");
}

TEST_CASE("what the configuration says about a provider wins over names, and nothing is looked up for it") {
  Scene stage;
  auto target = Scene::target("mixed.example");
  target.provider = "own";
  stage.apply({target});
  CHECK(stage.names->lookups() == 0);
  auto& mixed = stage.events.targets["mixed.example"];
  stage.run_until([&] { return mixed.reports.size() >= 6; });
  for (const auto& report : mixed.reports) CHECK(report.provider == "own");
  CHECK(mixed.providers == std::vector<std::string>{"own"});
}

TEST_CASE("a route that fails later changes no provider, nor does a reload with another interval") {
  Scene stage;
  auto target = Scene::target("mixed.example");
  stage.apply({target});
  auto& mixed = stage.events.targets["mixed.example"];
  stage.run_until([&] { return mixed.providers.size() == 2; });
  stage.names->set_status("mixed.example", dns::RrType::mx, dns::Status::serv_fail);
  const auto failed = [](const probe::Report& report) { return report.verdict.outcome == Outcome::dns_temporary; };
  stage.run_until([&] { return std::ranges::any_of(mixed.reports, failed); });
  target.interval = 30ms;
  stage.apply({target});
  CHECK(mixed.providers == std::vector<std::string>{"other", "google", "google"});
  CHECK(stage.events.watched == std::multiset<std::string>{"mixed.example"});
}

TEST_CASE("a target whose provider is renamed is watched anew; a probe that runs meanwhile ends unseen") {
  Scene stage;
  stage.dialer.hang = true;
  stage.apply({Scene::target("mixed.example")});
  auto& mixed = stage.events.targets["mixed.example"];
  stage.run_until([&] { return mixed.started == 2; });
  stage.apply({Scene::target("mixed.example")}, {{"acme", {"google.com"}}});
  CHECK(mixed.providers == std::vector<std::string>{"other", "google", "acme"});
  CHECK(stage.events.watched == std::multiset<std::string>{"mixed.example"});
  const auto before = mixed.reports.size();  // of the host without an address
  stage.shard.stop();
  stage.context.restart();
  stage.context.run();
  for (std::size_t i = before; i < mixed.reports.size(); ++i) CHECK(mixed.reports[i].stage == Stage::dns);
}

TEST_CASE("many new targets are looked up some at a time, and a stop does not wait for the others") {
  Scene stage;
  const auto stuck = std::make_shared<StuckResolver>();
  stage.resolver = stuck;
  std::vector<config::Target> targets;
  for (int i = 0; i < 100; ++i) {
    targets.push_back(Scene::target("t" + std::to_string(i) + ".example"));
    targets.back().interval = 24h;
  }
  stage.apply(targets);
  stage.context.poll();
  CHECK(stuck->asked == 16);
  stage.apply(targets);  // a reload sends no further ones
  stage.context.restart();
  stage.context.poll();
  CHECK(stuck->asked == 16);
  stage.shard.stop();
  stage.context.restart();
  stage.context.run();
  CHECK(stuck->asked == 16);
}

TEST_CASE("all new targets are looked up in the end") {
  Scene stage;
  std::vector<config::Target> targets;
  for (int i = 0; i < 100; ++i) {
    targets.push_back(Scene::target("mixed.example"));
    targets.back().name = "t" + std::to_string(i);
    targets.back().interval = 24h;
  }
  stage.apply(targets);
  const auto settled = [](const auto& entry) { return entry.second.providers.back() == "google"; };
  stage.run_until([&] { return std::ranges::all_of(stage.events.targets, settled); });
  CHECK(stage.events.targets.size() == 100);
  CHECK(stage.dialer.dials == 0);
}

TEST_SUITE_END();
