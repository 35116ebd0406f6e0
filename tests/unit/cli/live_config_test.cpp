// SPDX-License-Identifier: Apache-2.0
#include "cli/live_config.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "fixture/scratch_folder.hpp"

using namespace mailsonde;
using namespace mailsonde::cli;

namespace {

constexpr std::string_view kConfig =
    "[prober]\nhelo = 'probe.test'\n[[destinations]]\ndomain = 'own.example'\n"
    "[[target_files]]\nfiles = ['t.d/*.json']\n";

// A configuration in a folder of its own.
class Scene {
 public:
  explicit Scene(AutoReload auto_reload = AutoReload::off)
      : folder_(*fixture::ScratchFolder::create()), live(path("c.toml"), auto_reload, [](config::Config&) {}) {
    std::filesystem::create_directory(path("t.d"));
    write("c.toml", kConfig);
  }

  [[nodiscard]] std::string path(std::string_view name) const { return (folder_.path() / name).string(); }

  // Whole or not at all.
  void write(const std::string& name, std::string_view content) const {
    std::ofstream(path("fresh"), std::ios::binary) << content;
    std::filesystem::rename(path("fresh"), path(name));
  }
  void list(const std::string& target) const { write("t.d/a.json", "[{\"targets\": [\"" + target + "\"]}]"); }

  // Looks until there is something, three times at most; counts how often it was.
  std::optional<Result<Loaded>> look() {
    for (looks = 1; looks <= 3; ++looks) {
      if (auto seen = live.look()) return seen;
    }
    return std::nullopt;
  }

 private:
  fixture::ScratchFolder folder_;

 public:
  LiveConfig live;
  int looks = 0;
};

std::string names_of(const Loaded& loaded) {
  std::string names;
  for (const config::Target& target : loaded.plan->config().targets) names += target.name + ' ';
  return names;
}

// Of what a look has found, which must be good.
std::string names_of(const std::optional<Result<Loaded>>& seen) {
  REQUIRE(seen);
  REQUIRE(seen->has_value());
  return names_of(**seen);
}

}  // namespace

TEST_SUITE_BEGIN("cli.live_config");

TEST_CASE("a load has the targets of the configuration, then those of the target files") {
  Scene scene;
  scene.list("found.example");
  const auto loaded = scene.live.load();
  REQUIRE(loaded.has_value());
  CHECK(names_of(*loaded) == "own.example found.example ");
  CHECK(loaded->refused.empty());
  CHECK_FALSE(scene.look());
}

TEST_CASE("a change counts when the next look finds the files as the last one did") {
  Scene scene;
  REQUIRE(scene.live.load());
  scene.list("first.example");
  CHECK_FALSE(scene.live.look());
  scene.list("second.example");
  CHECK_FALSE(scene.live.look());
  const auto seen = scene.live.look();
  CHECK(names_of(seen) == "own.example second.example ");
  CHECK_FALSE(scene.look());
}

TEST_CASE("files that change all the time are read all the same") {
  Scene scene;
  REQUIRE(scene.live.load());
  bool read = false;
  for (int i = 0; i < 10 && !read; ++i) {
    scene.list(std::to_string(i) + ".example");
    read = scene.live.look().has_value();
  }
  CHECK(read);
}

TEST_CASE("a target file that says the same in other words is no change") {
  Scene scene;
  scene.list("a.example");
  REQUIRE(scene.live.load());
  scene.write("t.d/a.json", "[ {\"targets\" : [\"a.example\"], \"labels\": {}} ]\n");
  scene.write("t.d/note.txt", "no target file");
  CHECK_FALSE(scene.look());
}

TEST_CASE("a bad target file keeps its old targets, is told once, and again when it is good") {
  Scene scene;
  scene.list("a.example");
  REQUIRE(scene.live.load());
  scene.write("t.d/a.json", "[");
  const auto bad = scene.look();
  CHECK(names_of(bad) == "own.example a.example ");
  CHECK((*bad)->refused.starts_with(scene.path("t.d/a.json") + ":1:1: not valid JSON"));
  CHECK_FALSE(scene.look());
  scene.list("a.example");
  const auto good = scene.look();
  CHECK(names_of(good) == "own.example a.example ");
  CHECK((*good)->refused.empty());
}

TEST_CASE("at the start a bad target file contributes nothing, and the rest begins") {
  Scene scene;
  scene.write("t.d/a.json", "{}");
  const auto loaded = scene.live.load();
  REQUIRE(loaded.has_value());
  CHECK(names_of(*loaded) == "own.example ");
  CHECK(loaded->refused.contains("t.d/a.json:1:1: expected a list"));
}

TEST_CASE("a target file brings no edit of the configuration in that nobody asked to load") {
  Scene scene;
  REQUIRE(scene.live.load());
  scene.write("c.toml", std::string(kConfig) + "[[destinations]]\ndomain = 'edited.example'\n");
  CHECK_FALSE(scene.look());
  scene.list("a.example");
  CHECK(names_of(scene.look()) == "own.example a.example ");
}

TEST_CASE("with auto-reload the configuration is watched, and a bad one is told once") {
  Scene scene(AutoReload::on);
  REQUIRE(scene.live.load());
  scene.write("c.toml", std::string(kConfig) + "[[destinations]]\ndomain = 'edited.example'\n");
  CHECK(names_of(scene.look()) == "own.example edited.example ");
  CHECK_FALSE(scene.look());
  scene.write("c.toml", "nonsense = 1\n");
  const auto bad = scene.look();
  REQUIRE(bad);
  REQUIRE_FALSE(bad->has_value());
  CHECK(bad->error().message.contains("c.toml:1:1: unknown key \"nonsense\""));
  CHECK_FALSE(scene.look());
  scene.list("a.example");
  const auto targets = scene.look();
  CHECK(names_of(targets) == "own.example edited.example a.example ");
  CHECK_MESSAGE((*targets)->refused.contains("nonsense"), "the configuration on the disk is still not in force");
  scene.write("c.toml", kConfig);
  const auto good = scene.look();
  CHECK(names_of(good) == "own.example a.example ");
  CHECK((*good)->refused.empty());
}

TEST_CASE("with auto-reload a new password is taken over") {
  Scene scene(AutoReload::on);
  scene.write("pw", "old\n");
  scene.write("c.toml", "[[relays]]\nhost = 'relay.test'\nauth = { username = 'u', password_file = 'pw' }\n");
  REQUIRE(scene.live.load());
  scene.write("pw", "new\n");
  const auto seen = scene.look();
  REQUIRE(seen);
  REQUIRE(seen->has_value());
  CHECK((*seen)->plan->config().targets.at(0).auth->secret.reveal() == "new");
}

TEST_CASE("a configuration that not even the old target files fit is refused whole") {
  Scene scene;
  const std::string with_module = std::string(kConfig) + "[modules.own]\n";
  scene.write("c.toml", with_module);
  scene.write("t.d/a.json", R"([{"targets": ["a.example"], "labels": {"module": "own"}}])");
  REQUIRE(scene.live.load());
  scene.write("c.toml", kConfig);
  const auto refused = scene.live.load();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().message.contains("a.json:1:50: module: \"own\" is not a known module"));
  scene.write("t.d/b.json", R"([{"targets": ["b.example"], "labels": {"module": "own"}}])");
  CHECK(names_of(scene.look()) == "own.example a.example b.example ");
}

TEST_CASE("a folder that is swapped by its symbolic link is a change") {
  Scene scene;
  namespace fs = std::filesystem;
  for (const std::string version : {"v1", "v2"}) {
    fs::create_directory(scene.path(version));
    scene.write(version + "/a.json", "[{\"targets\": [\"" + version + ".example\"]}]");
  }
  fs::create_symlink("v1", scene.path("data"));
  fs::create_symlink("../data/a.json", scene.path("t.d/a.json"));
  CHECK(names_of(*scene.live.load()) == "own.example v1.example ");
  fs::create_symlink("v2", scene.path("data.fresh"));
  fs::rename(scene.path("data.fresh"), scene.path("data"));
  CHECK(names_of(scene.look()) == "own.example v2.example ");
}
