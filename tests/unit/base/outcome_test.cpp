// SPDX-License-Identifier: Apache-2.0
#include "base/outcome.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace mailsonde;

TEST_SUITE_BEGIN("base.outcome");

TEST_CASE("every outcome has a name of its own that leads back to it") {
  std::set<std::string_view> names;
  for (const Outcome outcome : all_outcomes()) {
    const auto name = to_string(outcome);
    CAPTURE(name);
    CHECK(names.insert(name).second);
    CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos);
    CHECK(outcome_from_string(name) == outcome);
  }
  CHECK(names.size() == 27);
}

TEST_CASE("names that alerts are written with stay") {
  CHECK(to_string(Outcome::ok) == "ok");
  CHECK(to_string(Outcome::greylisted) == "greylisted");
  CHECK(to_string(Outcome::rate_limited) == "rate_limited");
  CHECK(to_string(Outcome::server_overloaded) == "server_overloaded");
  CHECK(to_string(Outcome::auth_policy) == "auth_policy");
  CHECK(to_string(Outcome::unclassified) == "unclassified");
  CHECK(to_string(Fault::recipient) == "recipient");
  CHECK(to_string(Retry::slow) == "slow");
}

TEST_CASE("a name that is none gives nothing") {
  CHECK_FALSE(outcome_from_string(""));
  CHECK_FALSE(outcome_from_string("OK"));
  CHECK_FALSE(outcome_from_string("greylist"));
}
