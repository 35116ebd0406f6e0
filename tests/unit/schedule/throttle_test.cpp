// SPDX-License-Identifier: Apache-2.0
#include "schedule/throttle.hpp"

#include <doctest/doctest.h>

using namespace mailsonde;
using schedule::Throttle;
using schedule::throttle_of;

TEST_SUITE_BEGIN("schedule.throttle");

TEST_CASE("a reply about rates is a throttle by its wording alone") {
  CHECK(throttle_of(Outcome::rate_limited, {}) == Throttle::wording);
}

TEST_CASE("an overloaded server is one when it lets another source through") {
  CHECK(throttle_of(Outcome::server_overloaded, {.about_us = true}) == Throttle::none);
  CHECK(throttle_of(Outcome::server_overloaded, {.about_us = true, .spares_other = true}) == Throttle::one_source);
}

TEST_CASE("... or when slowing down has helped before") {
  CHECK(throttle_of(Outcome::server_overloaded, {.about_us = true, .has_eased = true}) == Throttle::vanished);
}

TEST_CASE("a listing of one source is never taken for a rate") {
  CHECK(throttle_of(Outcome::blocklisted, {.about_us = true, .spares_other = true, .has_eased = true}) ==
        Throttle::one_source);
}

TEST_CASE("what is not about us is no throttle, whatever else is known") {
  CHECK(throttle_of(Outcome::mailbox_full, {.spares_other = true, .has_eased = true}) == Throttle::none);
  CHECK(throttle_of(Outcome::ok, {.spares_other = true, .has_eased = true}) == Throttle::none);
}

TEST_CASE("every throttle has a name") {
  CHECK(to_string(Throttle::none) == "none");
  CHECK(to_string(Throttle::one_source) == "one_source");
}

TEST_SUITE_END();
