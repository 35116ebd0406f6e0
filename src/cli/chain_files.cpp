// SPDX-License-Identifier: Apache-2.0
#include "cli/chain_files.hpp"

#include "base/log.hpp"
#include "schedule/chain_state.hpp"
#include "schedule/state_file.hpp"

namespace mailsonde::cli {
namespace {

schedule::GreylistChains load_one(const std::filesystem::path& path) {
  const auto content = schedule::read_state(path);
  if (!content) {
    log::error("state file not read", {{"reason", content.error().message}});
    return {};
  }
  if (!*content) return {};
  auto chains = schedule::chains_from_json(**content, {.monotonic = monotonic_now(), .wall = wall_now()});
  if (chains) return *std::move(chains);
  const auto aside = schedule::set_aside(path, wall_now());
  log::error("state file set aside", {{"file", path.string()},
                                      {"reason", chains.error().message},
                                      {"now", aside ? aside->string() : aside.error().message}});
  return {};
}

}  // namespace

ChainFiles::ChainFiles(const std::string& path, std::size_t threads) {
  if (path.empty()) return;
  for (std::size_t i = 0; i < threads; ++i) paths_.emplace_back(threads == 1 ? path : path + '.' + std::to_string(i));
}

std::vector<schedule::GreylistChains> ChainFiles::load() const {
  std::vector<schedule::GreylistChains> chains;
  for (const auto& path : paths_) chains.push_back(load_one(path));
  return chains;
}

void ChainFiles::save(std::size_t thread, std::string_view chains) const {
  const auto written = schedule::write_state(paths_.at(thread), chains);
  if (!written) log::error("state file not written", {{"reason", written.error().message}});
}

}  // namespace mailsonde::cli
