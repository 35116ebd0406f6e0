// SPDX-License-Identifier: Apache-2.0
#include "config/found_targets.hpp"

#include <unistd.h>

#include "loading.hpp"

using namespace mailsonde::config;

namespace {

constexpr std::string_view kSection = "[[target_files]]\nfiles = ['t.d/*.json']\n";

// A configuration in a folder with target files in t.d.
class Scene {
 public:
  explicit Scene(std::string_view config = kSection) {
    std::filesystem::create_directory(folder_.path("t.d"));
    configure(config);
  }

  void configure(std::string_view config) { config_ = loaded(config, folder_.path("c.toml")); }
  void write(std::string_view name, std::string_view content) { folder_.write("t.d/" + std::string(name), content); }
  // A file with these targets.
  void list(std::string_view name, std::initializer_list<std::string_view> targets) {
    std::string text;
    for (const auto target : targets) text += (text.empty() ? "\"" : ", \"") + std::string(target) + '"';
    write(name, "[{\"targets\": [" + text + "]}]");
  }
  void remove(std::string_view name) { std::filesystem::remove(path(name)); }
  [[nodiscard]] std::string path(std::string_view name) const { return folder_.path("t.d/" + std::string(name)); }

  FoundTargets find() {
    FoundTargets found = find_targets(config_, texts_);
    texts_ = found.texts;
    return found;
  }
  // Names of the targets, each with a space behind it.
  std::string names() {
    std::string text;
    for (const Target& target : find().targets) text += target.name + ' ';
    return text;
  }
  [[nodiscard]] const Config& config() const { return config_; }

 private:
  Folder folder_;
  Config config_;
  TargetFileTexts texts_;
};

}  // namespace

TEST_SUITE_BEGIN("config.found_targets");

TEST_CASE("files of a pattern are read by name, hidden ones and other endings not at all") {
  Scene scene;
  scene.list("b.json", {"b1.example", "b2.example"});
  scene.list("a.json", {"a.example"});
  scene.list(".c.json.swp", {"c.example"});
  scene.list(".d.json", {"d.example"});
  scene.list("e.json~", {"e.example"});
  CHECK(scene.names() == "a.example b1.example b2.example ");
  CHECK(scene.find().problems.empty());
}

TEST_CASE("a pattern that fits nothing, and a folder that is not there, are remarks") {
  Scene scene("[[target_files]]\nfiles = ['t.d/*.json', 'none.d/*.json', 't.d/one.json']\n");
  const FoundTargets found = scene.find();
  CHECK(found.targets.empty());
  CHECK(found.problems.empty());
  REQUIRE(found.remarks.size() == 3);
  CHECK(found.remarks[2].to_string() == scene.path("one.json") + ": fits no file at the moment");
}

TEST_CASE("a file that is refused speaks with its last good content, the others with their new one") {
  Scene scene;
  scene.list("a.json", {"a.example"});
  scene.list("b.json", {"b.example"});
  CHECK(scene.names() == "a.example b.example ");
  scene.write("a.json", "[{\"targets\": [\n\"new.example\", ]}]");
  scene.list("b.json", {"b.example", "b2.example"});
  for (int again = 0; again < 2; ++again) {
    const FoundTargets found = scene.find();
    REQUIRE(found.problems.size() == 1);
    CHECK(found.problems[0].to_string().starts_with(scene.path("a.json") + ":2:16: not valid JSON: "));
    CHECK(found.targets.size() == 3);
    CHECK(found.silenced.empty());
  }
  CHECK(scene.names() == "a.example b.example b2.example ");
  scene.list("a.json", {"new.example"});
  CHECK(scene.names() == "new.example b.example b2.example ");
}

TEST_CASE("a bad target refuses its whole file") {
  Scene scene;
  scene.list("a.json", {"a.example", "bad_host!"});
  const FoundTargets found = scene.find();
  CHECK(found.targets.empty());
  CHECK(found.problems.size() == 1);
  CHECK(found.texts.empty());
}

TEST_CASE("a file that goes takes its targets with it") {
  Scene scene;
  scene.list("a.json", {"a.example"});
  scene.list("b.json", {"b.example"});
  CHECK(scene.names() == "a.example b.example ");
  scene.remove("a.json");
  CHECK(scene.names() == "b.example ");
  CHECK(scene.find().problems.empty());
}

TEST_CASE("a file that cannot be read keeps its targets") {
  Scene scene;
  scene.list("a.json", {"a.example"});
  CHECK(scene.names() == "a.example ");
  scene.remove("a.json");
  std::filesystem::create_directory(scene.path("a.json"));
  const FoundTargets found = scene.find();
  CHECK(found.targets.size() == 1);
  REQUIRE(found.problems.size() == 1);
  CHECK(found.problems[0].to_string() == scene.path("a.json") + ": is a directory");
}

TEST_CASE("a folder that cannot be listed keeps the targets of its files") {
  Scene scene;
  scene.list("a.json", {"a.example"});
  CHECK(scene.names() == "a.example ");
  const std::string folder = std::filesystem::path(scene.path("a.json")).parent_path();
  std::filesystem::rename(folder, folder + ".aside");
  std::ofstream(folder) << "no folder";
  const FoundTargets found = scene.find();
  CHECK(found.targets.size() == 1);
  REQUIRE_FALSE(found.problems.empty());
  CHECK(found.problems[0].to_string() == folder + "/*.json: the folder cannot be read: Not a directory");
}

TEST_CASE("a name belongs to the configuration first, then to the first file") {
  Scene scene("[[destinations]]\ndomain = 'x.example'\n" + std::string(kSection));
  scene.list("a.json", {"a.example", "x.example", "a.example"});
  scene.list("b.json", {"b.example", "a.example"});
  const FoundTargets found = scene.find();
  CHECK(scene.names() == "a.example b.example ");
  REQUIRE(found.problems.size() == 3);
  CHECK(found.problems[0].to_string().starts_with(scene.path("a.json") +
                                                  ":1:28: \"x.example\" is already the name of the target at "));
  CHECK(found.problems[0].what.contains("c.toml:1 and is left out here"));
  CHECK(found.problems[2].what.contains(scene.path("a.json") + ":1 and is left out here"));
}

TEST_CASE("a file that several sections fit belongs to the first") {
  Scene scene("[[target_files]]\nfiles = ['t.d/a.json']\ninterval = '1m'\n[[target_files]]\nfiles = ['t.d/*']\n");
  scene.list("a.json", {"a.example"});
  scene.list("b.json", {"b.example"});
  const FoundTargets found = scene.find();
  REQUIRE(found.targets.size() == 2);
  CHECK(found.problems.empty());
  CHECK(found.targets[0].interval == 1min);
  CHECK(found.targets[1].interval == 2min);
}

TEST_CASE("a new configuration reads the old content anew, and says when it does not fit any more") {
  Scene scene("[modules.own]\n" + std::string(kSection));
  scene.write("a.json", R"([{"targets": ["a.example"], "labels": {"module": "own"}}])");
  CHECK(scene.names() == "a.example ");
  scene.configure("[modules.own]\nverify = true\n" + std::string(kSection));
  CHECK(scene.find().targets.at(0).module->verify);
  scene.configure(kSection);
  const FoundTargets found = scene.find();
  CHECK(found.targets.empty());
  CHECK(found.problems.size() == 1);
  REQUIRE(found.silenced.size() == 1);
  CHECK(found.silenced[0].what.starts_with("module: \"own\" is not a known module"));
}

TEST_CASE("more files than a thousand are told once") {
  Scene scene;
  for (int i = 0; i < 1010; ++i) scene.list(std::to_string(10'000 + i) + ".json", {std::to_string(i) + ".example"});
  const FoundTargets found = scene.find();
  CHECK(found.targets.size() == kMaxTargetFiles);
  REQUIRE(found.problems.size() == 1);
  CHECK(found.problems[0].what == "is one of more than 1000 target files");
}

TEST_CASE("what is watched are the files and their folder, also over symbolic links") {
  Scene scene;
  scene.list("a.json", {"a.example"});
  const auto paths = target_paths(scene.config());
  REQUIRE(paths.size() == 2);
  CHECK(paths[1] == scene.path("a.json"));
  CHECK(std::filesystem::path(paths[1]).parent_path() == paths[0]);
}

TEST_CASE("a section names files, and folders without wildcards") {
  CHECK(mistake_in("[[target_files]]\nmodule = 'mx'") == "1:1: files is missing in [[target_files]]");
  CHECK(mistake_in("[[target_files]]\nfiles = ['*/a.json']") ==
        "2:10: files: \"*/a.json\" has a wildcard in a folder's name: only the file's may have one");
  CHECK(mistake_in("[[target_files]]\nfiles = ['t.d/']") ==
        "2:10: files: \"t.d/\" names a folder: add the files, such as /*.json");
  CHECK(mistake_in("[[target_files]]\nfiles = ['a']\nmodule = 'mxx'") ==
        "3:10: module: \"mxx\" is not a known module, did you mean \"mx\"?");
  CHECK(mistake_in("[[target_files]]\nfiles = ['a']\ninterval = '1ms'").starts_with("3:12: interval: "));
  CHECK(mistake_in("[[target_files]]\nfiles = ['a']\nkind = 'relay'").starts_with("3:1: unknown key \"kind\""));
  CHECK(mistake_in("[[target_files]]\nfiles = ['a']\nsources = ['x']").starts_with("3:12: sources: "));
}
