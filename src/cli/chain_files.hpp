// SPDX-License-Identifier: Apache-2.0
// Greylist chains across a restart: [prober] state_file. No fault of the file stops the daemon; each is told in the
// log.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "schedule/greylist_chains.hpp"

namespace mailsonde::cli {

// On one thread at a time, none that probes: it blocks on the disk.
class ChainFiles {
 public:
  // One file for each probing thread; an empty path keeps nothing. With several threads the names end in ".0", ".1".
  ChainFiles(const std::string& path, std::size_t threads);

  // Each thread's chains, empty where there are none. A file that is no state file is set aside.
  [[nodiscard]] std::vector<schedule::GreylistChains> load() const;
  // What a thread's chains are now, in JSON.
  void save(std::size_t thread, std::string_view chains) const;

  [[nodiscard]] bool keeps() const { return !paths_.empty(); }

 private:
  std::vector<std::filesystem::path> paths_;
};

}  // namespace mailsonde::cli
