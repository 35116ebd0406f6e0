// SPDX-License-Identifier: Apache-2.0
// What a reload leaves alone. Targets of a watched file are taken over anew at every change of it: that must cost the
// others nothing.
#include "shard_scene.hpp"

using namespace mailsonde;
using namespace mailsonde::schedule;
using namespace mailsonde::schedule::test;

namespace {

// Reloads ten times, each time with one more target whose time does not come; the target given is as it was.
void reload_around(Scene& stage, const config::Target& target) {
  std::vector<config::Target> targets{target};
  for (int i = 0; i < 10; ++i) {
    auto other = Scene::target(std::to_string(i) + ".null.example");
    other.provider = "own";  // so that no name need be asked for it
    other.interval = 24h;
    targets.push_back(other);
    stage.apply(targets);
    stage.context.restart();
    stage.context.poll();
  }
}

}  // namespace

TEST_SUITE_BEGIN("schedule.reload");

TEST_CASE("reloads ask no name again, begin no probe, and keep the observer of what did not change") {
  Scene stage;
  auto target = Scene::target("mixed.example");
  target.interval = 24h;
  stage.apply({target});
  auto& mixed = stage.events.targets["mixed.example"];
  stage.run_until([&] { return mixed.providers.size() == 2; });  // unknown, then told by its route
  const auto lookups = stage.names->lookups();
  reload_around(stage, target);
  CHECK(stage.shard.targets() == 11);
  CHECK(stage.names->lookups() == lookups);
  CHECK(stage.dialer.dials == 0);
  CHECK(mixed.providers.size() == 2);
}

TEST_CASE("reloads end no back-off") {
  Scene stage;
  stage.dialer.script =
      "S: 421 4.7.0 Too many connections from your address, try again in 300 seconds\nC: QUIT\nS: 221 bye";
  const auto target = Scene::target("good.example");
  stage.apply({target});
  auto& good = stage.events.targets["good.example"];
  // Those of both families may have begun before the server asked for a pause.
  stage.run_until([&] { return good.suppressed[Suppression::backoff] >= 4; });
  const auto dials = stage.dialer.dials;
  reload_around(stage, target);
  const int left_out = good.suppressed[Suppression::backoff];
  stage.run_until([&] { return good.suppressed[Suppression::backoff] >= left_out + 8; });
  CHECK(stage.dialer.dials == dials);
}
