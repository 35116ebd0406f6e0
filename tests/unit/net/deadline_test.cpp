// SPDX-License-Identifier: Apache-2.0
#include "net/deadline.hpp"

#include <doctest/doctest.h>

using namespace mailsonde;
using net::Failure;

namespace {
asio::error_code system_error(int code) { return {code, asio::error::get_system_category()}; }
}  // namespace

TEST_SUITE_BEGIN("net.deadline");

TEST_CASE("the operation came first: its own result counts") {
  CHECK(net::judge_race(true, {}, system_error(ECANCELED)).has_value());
  const auto failed = net::judge_race(true, system_error(ECONNREFUSED), system_error(ECANCELED));
  CHECK(failed.error().failure == Failure::refused);
}

TEST_CASE("the timer came first: a time-out") {
  CHECK(net::judge_race(false, system_error(ECANCELED), {}).error().failure == Failure::timeout);
}

TEST_CASE("both were cancelled: a stop, not a time-out") {
  CHECK(net::judge_race(false, system_error(ECANCELED), system_error(ECANCELED)).error().failure == Failure::cancelled);
  CHECK(net::judge_race(true, system_error(ECANCELED), system_error(ECANCELED)).error().failure == Failure::cancelled);
}

TEST_CASE("our own shortage is never the peer's refusal") {
  for (const int code : {EMFILE, ENFILE, ENOBUFS, EADDRNOTAVAIL, EPERM, ENOMEM}) {
    CHECK(net::describe_error(system_error(code)).failure == Failure::resources);
  }
  for (const int code : {ECONNREFUSED, EHOSTUNREACH, ENETUNREACH}) {
    CHECK(net::describe_error(system_error(code)).failure == Failure::refused);
  }
  CHECK(net::describe_error(system_error(ETIMEDOUT)).failure == Failure::timeout);
  CHECK(net::describe_error(system_error(ECONNRESET)).failure == Failure::reset);
  CHECK(net::describe_error(system_error(EPIPE)).failure == Failure::reset);
}

TEST_CASE("a route that is a black hole (Linux: EINVAL) is the network's matter, as no route is") {
  CHECK(net::describe_error(system_error(EINVAL)).failure == Failure::refused);
}

TEST_SUITE_END();
