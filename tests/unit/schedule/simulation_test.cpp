// SPDX-License-Identifier: Apache-2.0
// A day of 10,000 destinations on 40 providers from three sources, under a virtual clock.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <numeric>
#include <string>

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

// Big providers and small ones: the first half have three quarters of all domains. Every tenth domain has a mailbox of
// our own, which is probed to RCPT once an hour or so.
void fill(SimulatedWorld& world, std::size_t destinations) {
  for (std::size_t p = 0; p < kProviders; ++p) world.add_provider(name_of(p), 2 + p % 5, manners_of(p));
  constexpr Duration kIntervals[] = {5min, 10min, 15min};
  for (std::size_t i = 0; i < destinations; ++i) {
    const std::size_t provider = i % 4 != 0 ? i / 4 % (kProviders / 2) : kProviders / 2 + i / 4 % (kProviders / 2);
    const bool to_rcpt = i % 10 == 3;
    world.add_target(provider, to_rcpt ? 90min : kIntervals[i / 7 % 3], to_rcpt, kSources);
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

std::string describe(const HourTally& tally) {
  return std::to_string(tally.probes) + " probes, " + std::to_string(tally.about_us) + " about us, " +
         std::to_string(tally.throttled) + " taken for throttling";
}

}  // namespace

TEST_SUITE_BEGIN("schedule.simulation");

TEST_CASE("a day of 10,000 destinations on 40 providers from three sources") {
  const auto began = std::chrono::steady_clock::now();
  SimulatedWorld world(polite(), kSeed);
  fill(world, kDestinations);
  world.run_for(24h);
  const auto& audit = world.audit();
  const auto took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();

  MESSAGE("took " << took << " s: " << audit.look_ups << " look-ups, " << audit.probes << " probes of "
                  << world.agenda().endpoints() << " endpoints, " << audit.shared << " saved by sharing, at most "
                  << audit.most_in_flight << " in flight");
  for (const auto& [reason, count] : audit.left_out) MESSAGE("left out, " << to_string(reason) << ": " << count);
  MESSAGE("stretched: " << audit.stretched << " of " << audit.probes << " probes, at "
                        << audit.stretched_by_provider.size() << " providers");

  SUBCASE("") {}  // one run, many checks
  for (const auto& [provider, most] : audit.most_in_window) CHECK(most <= kPerMinute);
  CHECK(audit.most_in_window.size() == kProviders);
  CHECK(audit.twice_at_once == 0);

  CHECK(audit.stretched_silently == 0);
  CHECK(world.forgotten() == 0);

  CHECK(audit.late == 0);
  CHECK(audit.idle_waits == 0);
  CHECK(audit.waits_checked > 100'000);

  for (std::size_t p = 0; p < kProviders; ++p) {
    std::uint32_t probes = 0;
    for (const auto& [source, hours] : audit.hours.at(name_of(p))) probes += sum(hours, 1, 24).probes;
    const auto stretched =
        audit.stretched_by_provider.contains(name_of(p)) ? audit.stretched_by_provider.at(name_of(p)) : 0;
    MESSAGE(name_of(p) << ": " << probes / 23.0 / 60 << " a minute, stretched " << stretched);
  }
  for (std::size_t p = 0; p < 3; ++p) {
    for (const auto& [source, hours] : audit.hours.at(name_of(p))) {
      std::string line;
      for (const HourTally& hour : hours)
        line += std::to_string(hour.probes) + "/" + std::to_string(hour.about_us) + "/" +
                std::to_string(hour.throttled) + " ";
      MESSAGE(name_of(p) << " from " << source << ": " << line);
      MESSAGE(describe(sum(hours, 0, 24)));
    }
  }
  for (const auto& [provider, delays] : audit.greylist_delays) {
    const auto [least, most] = std::ranges::minmax(delays);
    MESSAGE(provider << ": " << delays.size() << " delays from " << to_seconds(least) << " to " << to_seconds(most));
  }
  for (const auto& [provider, n] : audit.something_else) MESSAGE(provider << " something else: " << n);
}

TEST_SUITE_END();
