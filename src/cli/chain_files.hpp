// SPDX-License-Identifier: Apache-2.0
// Greylist chains across a restart: [prober] state_file. No fault of the file stops the daemon; each is told in the
// log.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "schedule/greylist_chains.hpp"
#include "schedule/share.hpp"

namespace mailsonde::cli {

// On one thread at a time, none that probes: it blocks on the disk.
class ChainFiles {
 public:
  // One file for each probing thread; an empty path keeps nothing. Where the targets are divided, by threads or among
  // processes, the names end in the share: ".0", ".1".
  ChainFiles(const std::string& path, schedule::Share share, std::size_t threads);

  // Each thread's chains, empty where there are none. A file that is no state file is set aside.
  [[nodiscard]] std::vector<schedule::GreylistChains> load() const;
  // What a thread's chains are now, in JSON, or nothing where they have not changed. What cannot be written is kept,
  // and tried again the next time; that is told once.
  void save(std::size_t thread, std::optional<std::string> changed);

  [[nodiscard]] bool keeps() const { return !paths_.empty(); }

 private:
  std::vector<std::filesystem::path> paths_;
  std::vector<std::optional<std::string>> unwritten_;  // by thread
  bool failing_ = false;                               // and told
};

}  // namespace mailsonde::cli
