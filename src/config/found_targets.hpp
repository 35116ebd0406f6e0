// SPDX-License-Identifier: Apache-2.0
// The targets that the files of [[target_files]] hold now. A file that is refused speaks with its last good content, so
// that a mistake in one file ends no probing.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "config/load.hpp"

namespace mailsonde::config {

inline constexpr std::size_t kMaxTargetFiles = 1000;      // of a configuration; beyond them: a problem
inline constexpr std::size_t kMaxFoundTargets = 100'000;  // in all files; the file that goes beyond is refused

// What each file said when it was last good, by path.
using TargetFileTexts = std::map<std::string, std::string>;

struct FoundTargets {
  std::vector<Target> targets;    // sections and their files in order, files of a pattern by name
  TargetFileTexts texts;          // for the next call
  std::vector<Problem> problems;  // files that were refused, and targets whose name is taken
  std::vector<Problem> remarks;   // told, but nothing is refused: labels that mean nothing, patterns that fit no file
  // Files that speak no more, since not even their last good content fits this configuration; also among the problems.
  std::vector<Problem> silenced;
};

// Reads every file. `before` is of the last call, empty at first. The names of targets are unique over `config.targets`
// and all files: the first one has the name, later ones are left out. Each list has at most 1000 problems. Blocks on
// the disk; opens no socket, never throws for what a file holds.
[[nodiscard]] FoundTargets find_targets(const Config& config, const TargetFileTexts& before);

// The files that the patterns fit now, and the folders in which they are looked for: when none of them changes, neither
// does what find_targets() finds.
[[nodiscard]] std::vector<std::string> target_paths(const Config& config);

}  // namespace mailsonde::config
