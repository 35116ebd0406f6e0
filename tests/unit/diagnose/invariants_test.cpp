// SPDX-License-Identifier: Apache-2.0
// What holds for every input.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <span>

#include "situations.hpp"

namespace mailsonde::diagnose {

TEST_SUITE_BEGIN("diagnose.invariants");

namespace {

// Raw words of the engine, since the distributions of <random> differ between libraries.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}
  std::size_t below(std::size_t bound) { return engine_() % bound; }
  bool percent(std::size_t share) { return below(100) < share; }
  template <typename T>
  void shuffle(std::vector<T>& values) {
    for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[below(i)]);
  }

 private:
  std::mt19937 engine_;
};

template <typename Check>
void in_every_situation(Check check) {
  for (const std::span<const Situation> part :
       {std::span<const Situation>(kOurSide), std::span<const Situation>(kTheirSide),
        std::span<const Situation>(kTwoAtOnce), std::span<const Situation>(kNothing)}) {
    for (const Situation& situation : part) {
      CAPTURE(std::string(situation.what));
      World world = usual_world();
      situation.happens(world);
      check(world);
    }
  }
}

// Anything at all, in small worlds where names meet often.
World random_world(Dice& dice) {
  World world;
  const std::size_t size = dice.below(60);
  for (std::size_t i = 0; i < size; ++i) {
    const auto letter = [&](std::size_t bound) { return std::string(1, static_cast<char>('a' + dice.below(bound))); };
    world.endpoints.push_back({.target = letter(5),
                               .relay = dice.percent(10),
                               .mx = dice.percent(5) ? "" : letter(8),
                               .family = dice.percent(50) ? Family::ipv4 : Family::ipv6,
                               .source = letter(3),
                               .provider = dice.percent(30) ? "other" : letter(4),
                               .port = static_cast<std::uint16_t>(dice.percent(90) ? 25 : 587),
                               .stage = kStages.at(dice.below(kStages.size())),
                               .outcome = dice.percent(30) ? Outcome::ok : all_outcomes().at(dice.below(kOutcomeCount)),
                               .throttled = dice.percent(10),
                               .unsent = dice.percent(10),
                               .in_a_row = static_cast<std::uint32_t>(dice.below(6))});
  }
  for (std::size_t i = dice.below(4); i > 0; --i)
    world.resolvers.push_back({"r" + std::to_string(dice.below(3)), dice.below(5), dice.below(20), dice.below(5)});
  return world;
}

void check_order_does_not_matter(World world, Dice& dice) {
  const auto before = world.faults();
  for (int i = 0; i < 5; ++i) {
    dice.shuffle(world.endpoints);
    dice.shuffle(world.resolvers);
    CHECK(world.faults() == before);
  }
}

}  // namespace

TEST_CASE("no observation, no fault") {
  CHECK(diagnose({}, {}).empty());
  CHECK(World().resolver("192.0.2.53:53", 0).faults().empty());
}

TEST_CASE("the order of the observations never changes verdict or evidence") {
  Dice dice(1);
  in_every_situation([&](const World& world) { check_order_does_not_matter(world, dice); });
  for (int i = 0; i < 2000; ++i) check_order_does_not_matter(random_world(dice), dice);
}

TEST_CASE("no scope and subject is named twice, and a wide verdict leaves no narrow one beside it") {
  Dice dice(2);
  std::size_t named = 0;
  for (int i = 0; i < 5000; ++i) {
    const auto faults = random_world(dice).faults();
    named += faults.size();
    const auto same = [](const Fault& a, const Fault& b) { return a.scope == b.scope && a.subject == b.subject; };
    CHECK(std::ranges::adjacent_find(faults, same) == faults.end());
    const bool egress = std::ranges::any_of(faults, [](const Fault& fault) { return fault.scope == Scope::egress; });
    if (!egress) continue;
    for (const Fault& fault : faults) CHECK((fault.scope == Scope::egress || fault.scope == Scope::resolver));
  }
  CHECK(named > 0);  // the worlds are not all silent
}

TEST_CASE("the same report from more targets of one endpoint changes nothing") {
  in_every_situation([](World world) {
    const auto before = world.faults();
    std::vector<Observation> again = world.endpoints;
    world.endpoints.insert(world.endpoints.end(), again.begin(), again.end());
    CHECK(world.faults() == before);
  });
}

TEST_CASE("a healthy endpoint that has nothing to do with the failures never adds a fault") {
  in_every_situation([](World world) {
    const auto before = world.faults();
    for (const std::string source : {"pool-a", "pool-b"}) {
      for (const Family family : {Family::ipv4, Family::ipv6}) {
        CAPTURE(source);
        World more = world;
        more.domain("new.example", "other", {"mx.new.example"}, {family}, {source});
        for (const Fault& fault : more.faults()) {
          CAPTURE(fault.subject);
          const auto same = [&](const Fault& old) { return old.scope == fault.scope && old.subject == fault.subject; };
          CHECK(std::ranges::any_of(before, same));
        }
      }
    }
  });
}

TEST_CASE("after the repair of anything the verdict is empty") {
  in_every_situation([](World world) {
    world.let({}, kWell).let({.relay = true}, kWell);
    world.resolvers.clear();
    CHECK(world.resolver("192.0.2.53:53").resolver("192.0.2.54:53").verdict() == "");
  });
}

TEST_CASE("a source or provider that fails endpoint by endpoint is blamed at the end, and nobody wider on the way") {
  for (const Where& where : {Where{.source = "pool-b"}, Where{.provider = "google"}}) {
    World world = usual_world();
    for (Observation& seen : world.endpoints) {
      if (!where.matches(seen)) continue;
      seen.stage = kTimesOut.stage;
      seen.outcome = kTimesOut.outcome;
      seen.in_a_row = kTimesOut.in_a_row;
      for (const Fault& fault : world.faults()) {
        CAPTURE(fault.evidence);
        CHECK((fault.scope >= Scope::source));
      }
    }
    CHECK(world.verdict() == (where.source ? "source:pool-b" : "provider:google"));
  }
}

TEST_CASE("while port 25 closes, endpoint by endpoint in any order, nothing but egress is ever named") {
  Dice dice(4);
  for (int i = 0; i < 50; ++i) {
    World world = usual_world();
    std::vector<std::size_t> order;
    for (std::size_t place = 0; place < world.endpoints.size(); ++place)
      if (!world.endpoints[place].relay) order.push_back(place);
    dice.shuffle(order);
    for (const std::size_t place : order) {
      Observation& seen = world.endpoints[place];
      seen.stage = kTimesOut.stage;
      seen.outcome = kTimesOut.outcome;
      seen.in_a_row = 1;
      const std::string verdict = world.verdict();
      CAPTURE(verdict);
      CHECK((verdict.empty() || verdict == "egress:port_25"));
    }
    CHECK(world.verdict() == "egress:port_25");
  }
}

TEST_CASE("failures at random, 2 to 5 % of the probes, are nobody's fault") {
  Dice dice(3);
  const How trouble[] = {kTimesOut, kRefuses, kSays421, kFallsSilent, kGreylists, kThrottlesProbes};
  for (const std::size_t share : {2U, 3U, 5U}) {
    for (World world : {usual_world(), plain_world()}) {
      for (int round = 0; round < 200; ++round) {
        for (Observation& seen : world.endpoints) {
          const std::uint32_t before = seen.outcome == Outcome::ok ? 0 : seen.in_a_row;
          const How how = dice.percent(share) ? trouble[dice.below(std::size(trouble))] : kWell;
          seen.stage = how.stage;
          seen.outcome = how.outcome;
          seen.throttled = how.throttled;
          seen.in_a_row = before + 1;
        }
        CHECK(world.verdict() == "");
      }
    }
  }
}

TEST_CASE("20,000 endpoints are judged like twenty") {
  World world;
  for (int i = 0; i < 5'000; ++i) {
    const std::string mx = "mx" + std::to_string(i) + ".example";
    for (const Family family : {Family::ipv4, Family::ipv6})
      for (const std::string source : {"pool-a", "pool-b"})
        world.endpoints.push_back({.target = "t" + std::to_string(i % 2'000),
                                   .mx = mx,
                                   .family = family,
                                   .source = source,
                                   .provider = i % 4 == 0 ? "google" : "other"});
  }
  CHECK(world.let({}, kWell).verdict() == "");
  world.let({.provider = "google"}, kSays421).let({.family = Family::ipv6}, kTimesOut);
  CHECK(world.verdict() == "ip_family:ipv6 provider:google");
}

TEST_SUITE_END();

}  // namespace mailsonde::diagnose
