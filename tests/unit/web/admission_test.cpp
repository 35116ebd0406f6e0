// SPDX-License-Identifier: Apache-2.0
#include "web/admission.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace mailsonde;
using namespace std::chrono_literals;
using web::AdmissionLimits;
using web::over_limit;
using web::over_share;
using web::Phase;
using web::Seat;

namespace {

const IpAddress kOne = *IpAddress::parse("192.0.2.1");
const IpAddress kTwo = *IpAddress::parse("192.0.2.2");
constexpr MonotonicTime kNow{1h};
constexpr AdmissionLimits kLimits{.connections = 4, .per_client = 2, .grace = 500ms};

Seat seat(const IpAddress& client, Phase phase, Duration age) { return {client, phase, kNow - age}; }

}  // namespace

TEST_SUITE_BEGIN("web.admission");

TEST_CASE("a client within its share loses nothing") {
  const std::vector seats{seat(kOne, Phase::reading, 3s), seat(kTwo, Phase::reading, 9s),
                          seat(kTwo, Phase::reading, 9s)};
  CHECK_FALSE(over_share(seats, kOne, 1, kNow, kLimits));
}

TEST_CASE("a client beyond its share loses its oldest unfinished connection") {
  const std::vector seats{seat(kTwo, Phase::reading, 9s), seat(kOne, Phase::writing, 8s),
                          seat(kOne, Phase::reading, 2s), seat(kOne, Phase::reading, 3s)};
  CHECK(over_share(seats, kOne, 1, kNow, kLimits) == 3);
}

TEST_CASE("a client whose readers do not read loses the oldest of them") {
  const std::vector seats{seat(kOne, Phase::writing, 2s), seat(kOne, Phase::writing, 3s)};
  CHECK(over_share(seats, kOne, 1, kNow, kLimits) == 1);
}

TEST_CASE("a request at work is never closed for another") {
  const std::vector seats(4, seat(kOne, Phase::answering, 20s));
  CHECK_FALSE(over_share(seats, kOne, 1, kNow, kLimits));
  CHECK_FALSE(over_limit(seats, kLimits));
}

TEST_CASE("requests at work do not push out answers that are on their way") {
  std::vector seats(9, seat(kOne, Phase::answering, 20s));
  seats.push_back(seat(kOne, Phase::writing, 2s));
  CHECK_FALSE(over_share(seats, kOne, 1, kNow, kLimits));
}

TEST_CASE("connections younger than the grace do not count, so that a burst of scrapes passes") {
  const std::vector seats(3, seat(kOne, Phase::reading, 499ms));
  CHECK_FALSE(over_share(seats, kOne, 1, kNow, kLimits));
}

TEST_CASE("with a free seat nobody leaves") {
  const std::vector seats(3, seat(kOne, Phase::reading, 9s));
  CHECK_FALSE(over_limit(seats, kLimits));
}

TEST_CASE("without a free seat the client with most unfinished connections gives up its oldest") {
  const std::vector seats{seat(kTwo, Phase::reading, 9s), seat(kOne, Phase::reading, 1s),
                          seat(kOne, Phase::reading, 2s), seat(kOne, Phase::answering, 9s)};
  CHECK(over_limit(seats, kLimits) == 2);
}

TEST_CASE("without unfinished connections the oldest answer on its way is given up") {
  const std::vector seats{seat(kTwo, Phase::answering, 9s), seat(kOne, Phase::writing, 1s),
                          seat(kOne, Phase::writing, 2s), seat(kOne, Phase::answering, 9s)};
  CHECK(over_limit(seats, kLimits) == 2);
}

TEST_SUITE_END();
