// SPDX-License-Identifier: Apache-2.0
// Plays the fault matrix of situations.hpp, and what smaller worlds can and cannot show.
#include <doctest/doctest.h>

#include "situations.hpp"

using namespace mailsonde;
using namespace mailsonde::diagnose;

TEST_SUITE_BEGIN("diagnose.fault_matrix");

namespace {

void plays(const World& healthy, std::span<const Situation> situations) {
  for (const Situation& situation : situations) {
    CAPTURE(std::string(situation.what));
    World world = healthy;
    situation.happens(world);
    CHECK(world.verdict() == std::string(situation.verdict));
  }
}

}  // namespace

TEST_CASE("a fault on our side is found and explained once") { plays(usual_world(), kOurSide); }
TEST_CASE("a fault on the receiver's side is found and explained once") { plays(usual_world(), kTheirSide); }
TEST_CASE("two faults at once are both found") { plays(usual_world(), kTwoAtOnce); }
TEST_CASE("what is no fault of anybody's infrastructure gives no verdict") { plays(usual_world(), kNothing); }

TEST_CASE("one source and IPv4 alone are enough to find what they can show") {
  constexpr Situation situations[] = {
      {"all is well", [](World&) {}, ""},
      {"port 25 is blocked", [](World& w) { w.let({}, kTimesOut.after(1)); }, "egress:port_25"},
      {"the local resolver and every connect fail",
       [](World& w) {
         w.resolvers.front() = {.server = "127.0.0.1:53", .servfail_domains = 4};
         w.let({}, kTimesOut);
       },
       "egress:network"},
      {"one of two MX hosts failed four times", [](World& w) { w.let({.mx = "mx2.one.example"}, kTimesOut); },
       "mx_host:mx2.one.example"},
      {"one of two MX hosts failed three times", [](World& w) { w.let({.mx = "mx2.one.example"}, kTimesOut.after(3)); },
       ""},
      {"the only source is listed by two receivers",
       [](World& w) { w.let({.target = "one.example"}, kListsUs).let({.target = "two.example"}, kListsUs); },
       "source:default"},
      {"the only source is listed by one receiver", [](World& w) { w.let({.target = "one.example"}, kListsUs); }, ""},
      {"the only source is gone: no other tells whether it is the source", [](World& w) { w.let({}, kNeverLeaves); },
       ""},
  };
  plays(plain_world(), situations);
}

TEST_CASE("one destination alone is too little evidence for a wide verdict") {
  World world;
  world.domain("one.example", "google", {"g1.example", "g2.example", "g3.example"}, {kV4, kV6}, {"default"})
      .relay("out-1")
      .resolver("127.0.0.1:53");
  SUBCASE("nothing connects") { CHECK(world.let({}, kTimesOut).verdict() == ""); }
  SUBCASE("IPv6 fails: ours or theirs") { CHECK(world.let({.family = kV6}, kTimesOut).verdict() == ""); }
  SUBCASE("all say 421: theirs, or for us alone") { CHECK(world.let({}, kSays421).verdict() == ""); }
  SUBCASE("one of its hosts fails beside the others") {
    CHECK(world.let({.mx = "g3.example"}, kTimesOut).verdict() == "mx_host:g3.example");
  }
}

TEST_CASE("the evidence is a sentence with the numbers that led to the verdict") {
  World world = usual_world();
  SUBCASE("egress") {
    const auto faults = world.let({}, kTimesOut).faults();
    REQUIRE(faults.size() == 1);
    CHECK(faults[0].evidence ==
          "38 of 38 connects to port 25 of 5 independent receivers failed (connection_timeout), 2 of 2 relays on other "
          "ports answer, 2 resolvers answering");
  }
  SUBCASE("source") {
    const auto faults = world.let({.provider = "yahoo", .source = "pool-b"}, kListsUs).faults();
    REQUIRE(faults.size() == 1);
    CHECK(faults[0].evidence ==
          "over ipv4 1 of 5 independent receivers refuse it (blocklisted), 1 of them take other sources; over ipv6 1 "
          "of 3 independent receivers refuse it (blocklisted), 1 of them take other sources");
  }
  SUBCASE("mx_host") {
    const auto faults = world.let({.mx = "g1.example", .family = kV6}, kTimesOut).faults();
    REQUIRE(faults.size() == 1);
    CHECK(faults[0].evidence == "over ipv6 2 of 2 endpoints fail (connection_timeout), 14 of 14 elsewhere pass");
  }
}

TEST_SUITE_END();
