// SPDX-License-Identifier: Apache-2.0
// A day of 10,000 destinations on 40 providers from three sources, under a virtual clock.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "simulated_world.hpp"

using namespace mailsonde;
using namespace std::chrono_literals;
using schedule::HourTally;
using schedule::Manners;
using schedule::SimulatedWorld;
using schedule::Source;
using schedule::Suppression;

namespace {

constexpr std::size_t kProviders = 40;
constexpr std::size_t kDestinations = 10'000;
constexpr std::uint64_t kSeed = 20261121;
constexpr std::uint32_t kPerMinute = 12;
const std::vector<Source> kSources{
    {"a", "a.example.org", true, true}, {"b", "b.example.org", true, true}, {"c", "c.example.org", true, false}};

Manners manners_of(std::size_t provider) {
  Manners manners;
  switch (provider) {
    case 0:
      manners.limit_per_minute = 2;
      break;
    case 1:
      manners.limit_per_minute = 2;
      manners.over_limit = Outcome::server_overloaded;
      break;
    case 2:
      manners.listed_source = "c";
      manners.listed_until = 10h;
      break;
    case 3:
      manners.greylist = 5min;
      break;
    case 4:
      manners.greylist = 40min;
      break;
    case 5:
      manners.greylist = 1000h;
      break;
    case 6:
      manners.first_host_dead = true;
      break;
    default:
      break;
  }
  return manners;
}

std::string name_of(std::size_t provider) { return "p" + std::to_string(provider); }

// Some providers are big: the first ten have half of all domains, p7 alone an eighth, and there, at p0 and at p1 we
// have more mailboxes of our own, which are probed to RCPT, than their limits have room for.
void fill(SimulatedWorld& world, std::size_t destinations) {
  for (std::size_t p = 0; p < kProviders; ++p) world.add_provider(name_of(p), 2 + p % 5, manners_of(p));
  constexpr Duration kIntervals[] = {10min, 15min, 30min};
  std::mt19937_64 random(kSeed);
  for (std::size_t i = 0; i < destinations; ++i) {
    const std::uint64_t die = random() % 16;
    const std::size_t provider = die < 2 ? 7 : random() % (die < 8 ? 10 : kProviders);
    const bool to_rcpt = random() % (provider < 2 || provider == 7 ? 5 : 40) == 0;
    world.add_target(provider, to_rcpt ? 90min : kIntervals[random() % 3], to_rcpt, kSources);
  }
}

schedule::Policy polite() {
  schedule::Policy policy;
  policy.per_provider = schedule::Rate{kPerMinute, 1min};
  return policy;
}

HourTally sum(const std::vector<HourTally>& hours, std::size_t from, std::size_t to) {
  HourTally total;
  for (std::size_t i = from; i < std::min(to, hours.size()); ++i) {
    total.probes += hours[i].probes;
    total.about_us += hours[i].about_us;
    total.throttled += hours[i].throttled;
  }
  return total;
}

double about_us_percent(const HourTally& tally) {
  return tally.probes == 0 ? 0 : 100.0 * tally.about_us / tally.probes;
}

// The day is simulated once; each test case looks at another side of it.
const SimulatedWorld& the_day() {
  static const auto kDay = [] {
    const auto began = std::chrono::steady_clock::now();
    auto world = std::make_unique<SimulatedWorld>(polite(), kSeed);
    fill(*world, kDestinations);
    world->run_for(24h);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    const auto& audit = world->audit();
    MESSAGE("a day in " << took.count() << " s: " << audit.look_ups << " look-ups, " << audit.probes << " probes of "
                        << world->agenda().endpoints() << " endpoints, " << audit.shared
                        << " saved by sharing, at most " << audit.most_in_flight << " in flight");
    for (const auto& [reason, count] : audit.left_out) MESSAGE("left out, " << to_string(reason) << ": " << count);
    return world;
  }();
  return *kDay;
}

}  // namespace

TEST_SUITE_BEGIN("schedule.simulation");

TEST_CASE("no provider ever gets more than its budget in any minute, and no MX host two probes at once") {
  const auto& audit = the_day().audit();
  REQUIRE(audit.most_in_window.size() == kProviders);
  for (const auto& [provider, most] : audit.most_in_window) CHECK(most <= kPerMinute);
  CHECK(audit.most_in_window.at(name_of(7)) == kPerMinute);
  CHECK(audit.twice_at_once == 0);
}

TEST_CASE("every endpoint is seen within its interval, or the agenda says that the interval is another") {
  const auto& audit = the_day().audit();
  CHECK(audit.stretched_silently == 0);
  CHECK(the_day().forgotten() == 0);
  const double stretched = 100.0 * static_cast<double>(audit.stretched) / static_cast<double>(audit.probes);
  MESSAGE("stretched: " << stretched << " % of the probes, at " << audit.stretched_by_provider.size() << " providers");
  for (std::size_t p = 8; p < kProviders; ++p) {  // quiet ones: a slow probe at a host, now and then
    const auto found = audit.stretched_by_provider.find(name_of(p));
    if (found != audit.stretched_by_provider.end()) CHECK(found->second <= 20);
  }
}

TEST_CASE("lag is zero, and nobody waits where the budget and the MX host allow a start") {
  const auto& audit = the_day().audit();
  CHECK(audit.late == 0);
  CHECK(audit.waits_checked > 100'000);
  CHECK(audit.idle_waits == 0);
}

TEST_CASE("a provider that wants more than its budget gets all of it, and all its endpoints their share") {
  const auto& audit = the_day().audit();
  HourTally total;
  for (const auto& [source, hours] : audit.hours.at(name_of(7))) total.probes += sum(hours, 2, 24).probes;
  MESSAGE("p7: " << total.probes / (22.0 * 60) << " a minute of " << kPerMinute << ", "
                 << audit.stretched_by_provider.at(name_of(7)) << " stretched");
  CHECK(total.probes >= 22 * 60 * kPerMinute * 99 / 100);
  CHECK(audit.left_out.at(Suppression::budget) > 0);
}

TEST_CASE("roll-up saves nearly all probes of destinations that share their MX hosts") {
  const auto& audit = the_day().audit();
  CHECK(audit.shared > 20 * audit.probes);
}

TEST_CASE("a provider that throttles is probed more slowly until it hardly does, from each source") {
  const auto& audit = the_day().audit();
  for (const std::size_t p : {0U, 1U}) {
    for (const auto& [source, hours] : audit.hours.at(name_of(p))) {
      const HourTally first = sum(hours, 1, 3);
      const HourTally later = sum(hours, 12, 24);
      MESSAGE(name_of(p) << " from " << source << ": " << about_us_percent(first) << " % throttled at "
                         << first.probes / 2 << " an hour, later " << about_us_percent(later) << " % at "
                         << later.probes / 12);
      CHECK(first.about_us > 0);
      CHECK(later.probes > 12 * 15);  // slow, not blind
      CHECK(about_us_percent(later) < 5);
      CHECK(about_us_percent(later) <= about_us_percent(first));
      CHECK(later.throttled * 10 >= later.about_us * 9);  // whatever the wording
    }
  }
}

TEST_CASE("a listed source alone is slowed down, is taken for the source's fault, and recovers when it is delisted") {
  const auto& hours = the_day().audit().hours.at(name_of(2));
  const HourTally listed = sum(hours.at("c"), 4, 10);
  const HourTally delisted = sum(hours.at("c"), 18, 24);
  MESSAGE("p2 from c: " << listed.probes / 6.0 << " an hour while listed, " << delisted.probes / 6.0 << " after it");
  CHECK(listed.about_us == listed.probes);
  CHECK(listed.throttled == listed.about_us);
  CHECK(listed.probes > 0);
  CHECK(listed.probes * 8 < delisted.probes);
  CHECK(delisted.about_us == 0);
  for (const char* spared : {"a", "b"}) {
    CHECK(sum(hours.at(spared), 0, 24).about_us == 0);
    CHECK(sum(hours.at(spared), 4, 10).probes == doctest::Approx(sum(hours.at(spared), 18, 24).probes).epsilon(0.05));
  }
}

TEST_CASE("greylisting is measured within a fifth of its delay, and what never passes is something else") {
  const auto& audit = the_day().audit();
  const std::map<std::size_t, Duration> delays{{3, 5min}, {4, 40min}};
  for (const auto& [provider, delay] : delays) {
    REQUIRE(audit.greylist_delays.contains(name_of(provider)));
    const auto& measured = audit.greylist_delays.at(name_of(provider));
    const Duration most = std::ranges::max(measured);
    MESSAGE(name_of(provider) << ": " << measured.size() << " delays, at most " << to_seconds(most) << " s of "
                              << to_seconds(delay));
    CHECK(measured.size() > 20);
    CHECK(most >= delay);
    CHECK(most <= delay + delay / 5);
  }
  CHECK(audit.greylist_delays.size() == 2);
  REQUIRE(audit.something_else.size() == 1);
  CHECK(audit.something_else.contains(name_of(5)));
}

TEST_CASE("every address of every host is seen, and dead ones cost less") {
  const auto& audit = the_day().audit();
  CHECK(audit.seen_addresses.size() == the_day().addresses());
  CHECK(audit.left_out.at(Suppression::dead_endpoint) > 0);
}

TEST_CASE("the same seed gives the same day") {
  const auto fingerprint = [](std::uint64_t seed) {
    SimulatedWorld world(polite(), seed);
    fill(world, 500);
    world.run_for(3h);
    return world.audit().fingerprint;
  };
  CHECK(fingerprint(1) == fingerprint(1));
  CHECK(fingerprint(1) != fingerprint(2));
}

TEST_SUITE_END();
