// SPDX-License-Identifier: Apache-2.0
#include "cli/chain_files.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

#include "base/log.hpp"
#include "fixture/scratch_folder.hpp"
#include "schedule/chain_state.hpp"

using namespace mailsonde;

namespace {

schedule::GreylistChains one_chain(const std::string& recipient) {
  schedule::GreylistChains chains;
  const schedule::Attempt attempt{.source = "default",
                                  .helo = "probe.test",
                                  .sender = "probe@a.test",
                                  .recipient = recipient,
                                  .mx = "mx.b.test",
                                  .family = Family::ipv4};
  (void)chains.note(attempt, {.outcome = Outcome::greylisted, .stage = Stage::rcpt, .hint = {}}, monotonic_now());
  return chains;
}

std::string json_of(const schedule::GreylistChains& chains) {
  return schedule::to_json(chains, {.monotonic = monotonic_now(), .wall = wall_now()});
}

}  // namespace

TEST_SUITE_BEGIN("cli.chain_files");

TEST_CASE("what a thread's chains were is there after a restart, each thread's own") {
  const auto folder = fixture::ScratchFolder::create();
  REQUIRE(folder.has_value());
  const std::string path = (folder->path() / "state.json").string();
  cli::ChainFiles files(path, {}, 2);
  for (const auto& chains : files.load()) CHECK(chains.all().empty());
  files.save(0, json_of(one_chain("a@b.test")));
  files.save(1, json_of(one_chain("c@b.test")));
  const auto loaded = cli::ChainFiles(path, {}, 2).load();
  REQUIRE(loaded.size() == 2);
  REQUIRE(loaded[0].all().size() == 1);
  CHECK(loaded[0].all().begin()->first.recipient == "a@b.test");
  CHECK(loaded[1].all().begin()->first.recipient == "c@b.test");
}

TEST_CASE("a file that is no state file is set aside and told, and the start goes on without it") {
  const auto folder = fixture::ScratchFolder::create();
  REQUIRE(folder.has_value());
  const auto path = folder->path() / "state.json";
  std::ofstream(path) << "{";
  const auto errors = log::written(log::Level::error);
  const auto loaded = cli::ChainFiles(path.string(), {}, 1).load();
  REQUIRE(loaded.size() == 1);
  CHECK(loaded[0].all().empty());
  CHECK(log::written(log::Level::error) == errors + 1);
  CHECK_FALSE(std::filesystem::exists(path));
  const auto left = std::filesystem::directory_iterator(folder->path());
  CHECK(left->path().filename().string().starts_with("state.json.bad-"));
}

TEST_CASE("what cannot be written is told, kept, and written once it can be") {
  const auto folder = fixture::ScratchFolder::create();
  REQUIRE(folder.has_value());
  const std::filesystem::path path = folder->path() / "later" / "state.json";
  cli::ChainFiles files(path.string(), {}, 1);
  const auto errors = log::written(log::Level::error);
  files.save(0, "{}");
  files.save(0, "{}");
  CHECK(log::written(log::Level::error) == errors + 1);
  std::filesystem::create_directory(path.parent_path());
  files.save(0, std::nullopt);
  CHECK(std::filesystem::exists(path));
  std::filesystem::remove(path);
  files.save(0, std::nullopt);
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("shares of several processes have a file each") {
  const auto folder = fixture::ScratchFolder::create();
  REQUIRE(folder.has_value());
  const std::filesystem::path path = folder->path() / "state.json";
  cli::ChainFiles files(path.string(), {1, 3}, 2);
  files.save(0, "{}");
  files.save(1, "{}");
  CHECK(std::filesystem::exists(folder->path() / "state.json.1"));
  CHECK(std::filesystem::exists(folder->path() / "state.json.4"));
}

TEST_CASE("without a path nothing is kept") {
  const cli::ChainFiles files("", {}, 4);
  CHECK_FALSE(files.keeps());
  CHECK(files.load().empty());
}

TEST_SUITE_END();
