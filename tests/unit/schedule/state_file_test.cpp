// SPDX-License-Identifier: Apache-2.0
#include "schedule/state_file.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>

#include "fixture/scratch_folder.hpp"

using namespace mailsonde;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

struct Place {
  fixture::ScratchFolder folder = *fixture::ScratchFolder::create();
  fs::path file = folder.path() / "state.json";
};

std::size_t entries(const Place& place) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(place.folder.path()), fs::directory_iterator()));
}

}  // namespace

TEST_SUITE_BEGIN("schedule.state_file");

TEST_CASE("what was written is read, and nothing else is left behind") {
  const Place place;
  REQUIRE(schedule::write_state(place.file, "one").has_value());
  REQUIRE(schedule::write_state(place.file, "two").has_value());
  const auto content = schedule::read_state(place.file);
  REQUIRE(content.has_value());
  CHECK(*content == "two");
  CHECK(entries(place) == 1);
}

TEST_CASE("only its owner may read it: it names mailboxes") {
  const Place place;
  REQUIRE(schedule::write_state(place.file, "one").has_value());
  struct stat status{};
  REQUIRE(::stat(place.file.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("no file is no error: the first start") {
  const Place place;
  const auto content = schedule::read_state(place.file);
  REQUIRE(content.has_value());
  CHECK_FALSE(content->has_value());
}

TEST_CASE("a write that fails says where and leaves the old file") {
  const Place place;
  REQUIRE(schedule::write_state(place.file, "old").has_value());
  fs::create_directory(place.folder.path() / "state.json.new");
  const auto written = schedule::write_state(place.file, "new");
  REQUIRE_FALSE(written.has_value());
  CHECK(written.error().message.find("state.json.new") != std::string::npos);
  CHECK(*schedule::read_state(place.file) == "old");
}

TEST_CASE("a folder that is not there is an error, not a crash") {
  const Place place;
  CHECK_FALSE(schedule::write_state(place.folder.path() / "none" / "state.json", "x").has_value());
  CHECK_FALSE(schedule::read_state(place.folder.path()).has_value());  // a folder is no file
}

TEST_CASE("a file that is too long is refused before it is held in memory") {
  const Place place;
  {
    std::ofstream(place.file) << 'x';
  }
  fs::resize_file(place.file, schedule::kMostStateBytes + 1);
  CHECK_FALSE(schedule::read_state(place.file).has_value());
}

TEST_CASE("a corrupt file is set aside under the moment's name") {
  const Place place;
  REQUIRE(schedule::write_state(place.file, "garbage").has_value());
  const auto aside = schedule::set_aside(place.file, WallTime(1s));
  REQUIRE(aside.has_value());
  CHECK(aside->filename() == "state.json.bad-19700101T000001Z");
  CHECK_FALSE(fs::exists(place.file));
  CHECK(*schedule::read_state(*aside) == "garbage");
  CHECK_FALSE(schedule::set_aside(place.file, WallTime(1s)).has_value());
}

TEST_SUITE_END();
