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

ChainFiles::ChainFiles(const std::string& path, schedule::Share share, std::size_t threads) {
  if (path.empty()) return;
  unwritten_.resize(threads);
  for (std::size_t i = 0; i < threads; ++i) {
    const schedule::Share part = share.part(i, threads);
    paths_.emplace_back(part.count == 1 ? path : path + '.' + std::to_string(part.index));
  }
}

std::vector<schedule::GreylistChains> ChainFiles::load() const {
  std::vector<schedule::GreylistChains> chains;
  for (const auto& path : paths_) chains.push_back(load_one(path));
  return chains;
}

void ChainFiles::save(std::size_t thread, std::optional<std::string> changed) {
  std::optional<std::string>& unwritten = unwritten_.at(thread);
  if (changed) unwritten = std::move(changed);
  if (!unwritten) return;
  const auto written = schedule::write_state(paths_.at(thread), *unwritten);
  if (written) {
    unwritten.reset();
  } else if (!failing_) {
    log::error("state file not written", {{"reason", written.error().message}});
  }
  failing_ = !written;
}

}  // namespace mailsonde::cli
