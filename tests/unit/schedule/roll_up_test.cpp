// SPDX-License-Identifier: Apache-2.0
#include "schedule/roll_up.hpp"

#include <doctest/doctest.h>

#include <memory>

using namespace mailsonde;
using schedule::recipe_of;

namespace {

config::Target destination(std::string name, Stage depth) {
  auto module = std::make_shared<config::Module>();
  module->name = "mx";
  module->depth = depth;
  config::Target target;
  target.host = name;
  target.name = std::move(name);
  target.module = std::move(module);
  return target;
}

}  // namespace

TEST_SUITE_BEGIN("schedule.roll_up");

TEST_CASE("two destinations whose module stops before MAIL share a recipe") {
  CHECK(recipe_of(destination("a.example", Stage::starttls)) == recipe_of(destination("b.example", Stage::starttls)));
}

TEST_CASE("from MAIL on each has its own") {
  CHECK(recipe_of(destination("a.example", Stage::mail)) != recipe_of(destination("b.example", Stage::mail)));
  CHECK(recipe_of(destination("a.example", Stage::rcpt)) != recipe_of(destination("b.example", Stage::rcpt)));
}

TEST_CASE("a relay is probed for itself, with or without credentials") {
  config::Target relay = destination("a.example", Stage::ehlo);
  relay.kind = config::TargetKind::relay;
  CHECK(recipe_of(relay) != recipe_of(destination("b.example", Stage::ehlo)));
  config::Target other = destination("b.example", Stage::ehlo);
  other.auth = config::Auth{};
  CHECK(recipe_of(other) != recipe_of(destination("a.example", Stage::ehlo)));
}

TEST_CASE("a target named like a module does not share with it") {
  CHECK(recipe_of(destination("mx", Stage::rcpt)) != recipe_of(destination("a.example", Stage::starttls)));
}

TEST_CASE("the member with the shortest interval leads") {
  const schedule::Members members{{std::chrono::minutes(5), 1}, {std::chrono::minutes(1), 2}};
  CHECK(members.begin()->target == 2);
}

TEST_SUITE_END();
