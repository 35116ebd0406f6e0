// SPDX-License-Identifier: Apache-2.0
#include "schedule/share.hpp"

#include <doctest/doctest.h>

#include "unit/schedule/shard_scene.hpp"

using namespace mailsonde;
using namespace mailsonde::schedule::test;
using mailsonde::schedule::dealt_as;
using mailsonde::schedule::Share;

namespace {

// The first of two shares in which nothing but that name is its own or not.
Share of_two(const std::string& name, bool own) {
  const Share first{0, 2};
  return first.holds(name) == own ? first : Share{1, 2};
}

}  // namespace

TEST_SUITE_BEGIN("schedule.share");

TEST_CASE("shares hold every name exactly once, and the parts of a share what it holds") {
  std::size_t most = 0;
  for (std::size_t index = 0; index < 4; ++index) {
    std::size_t held = 0;
    for (int i = 0; i < 1000; ++i) held += Share{index, 4}.holds("target-" + std::to_string(i)) ? 1 : 0;
    most = std::max(most, held);
  }
  CHECK(most < 320);  // about even
  for (int i = 0; i < 100; ++i) {
    const std::string name = "target-" + std::to_string(i);
    int holders = 0;
    for (std::size_t index = 0; index < 4; ++index) {
      const Share share{index, 4};
      int parts = 0;
      for (std::size_t part = 0; part < 3; ++part) parts += share.part(part, 3).holds(name) ? 1 : 0;
      CHECK(parts == (share.holds(name) ? 1 : 0));
      holders += parts;
    }
    CHECK(holders == 1);
  }
}

TEST_CASE("a share is written i/n, the first is 0") {
  REQUIRE(Share::parse("1/3").has_value());
  CHECK(Share::parse("1/3")->index == 1);
  CHECK(Share::parse("1/3")->count == 3);
  for (const char* bad : {"", "1", "/", "1/", "/3", "3/3", "-1/3", "1/0", "0/0", "1/2/3", "a/b", "0/1001", " 0/1",
                          "99999999999999999999/3"}) {
    CAPTURE(bad);
    CHECK_FALSE(Share::parse(bad).has_value());
  }
  CHECK(Share::parse("3/3").error().message == "\"3/3\": the first share is 0/n, the last (n-1)/n");
}

TEST_CASE("targets are dealt out by provider, those of unknown ones by the domain of their MX host") {
  CHECK(dealt_as("google", "aspmx.l.google.com") == "google");
  CHECK(dealt_as("other", "mx1.corp.example") == "corp.example");
  CHECK(dealt_as("other", "mx2.corp.example") == "corp.example");
  CHECK(dealt_as("other", "corp.example") == "corp.example");
  CHECK(dealt_as("other", "localhost") == "localhost");
  CHECK(dealt_as("other", "192.0.2.1") == "192.0.2.1");
}

TEST_CASE("a target of another share is looked up, and neither watched nor dialled") {
  Scene stage(of_two("good.example", false));
  stage.apply({Scene::target("good.example")});
  stage.run_until([&] { return stage.names->lookups() >= 9; });
  CHECK(stage.events.watched.empty());
  CHECK(stage.dialer.dials == 0);
  CHECK(stage.shard.targets() == 1);
}

TEST_CASE("targets of one MX host are in one share, whatever their names") {
  Scene stage(of_two("good.example", true));
  std::vector<config::Target> targets;
  for (int i = 0; i < 20; ++i) {
    const std::string domain = "d" + std::to_string(i) + ".example";
    stage.names->add_mx(domain, 10, "mx1.good.example");
    targets.push_back(Scene::target(domain));
  }
  stage.apply(targets);
  stage.run_until([&] { return stage.events.watched.size() == 20; });
}

TEST_CASE("a domain without a route is one share's, dealt out by its name") {
  for (const bool own : {true, false}) {
    Scene stage(of_two("null.example", own));
    stage.apply({Scene::target("null.example")});
    stage.run_until([&] { return stage.names->lookups() >= 3; });
    CHECK(stage.events.targets["null.example"].reports.empty() != own);
  }
}

TEST_CASE("a target that moves to a host of another share is let go, and taken back when it returns") {
  const Share share = of_two("good.example", true);
  Scene stage(share);
  const auto lead_to = [&stage](const std::string& host) {
    fixture::NameTable names;
    names.add_mx("moving.example", 10, host);
    names.add_address(host, *IpAddress::parse("192.0.2.1"));
    *stage.names = names;
  };
  lead_to("mx1.good.example");
  stage.apply({Scene::target("moving.example")});
  auto& moving = stage.events.targets["moving.example"];
  stage.run_until([&] { return moving.reports.size() >= 2; });
  int n = 0;
  while (share.holds("away" + std::to_string(n) + ".example")) ++n;
  lead_to("mx1.away" + std::to_string(n) + ".example");
  stage.run_until([&] { return stage.events.watched.empty(); });
  const auto reports = moving.reports.size();
  lead_to("mx1.good.example");
  stage.run_until([&] { return moving.reports.size() >= reports + 2; });
  CHECK(stage.events.watched.size() == 1);
  for (const auto& report : moving.reports) CHECK(report.mx == "mx1.good.example");
}

TEST_SUITE_END();
