// SPDX-License-Identifier: Apache-2.0
// [[destinations]] and [[relays]], and the rules between a target and its module.
#pragma once

#include <filesystem>
#include <vector>

#include "config/modules.hpp"
#include "config/table.hpp"

namespace mailsonde::config {

// In the order of the file. `config` has modules and sources already. Targets of a file with problems are unfit for use
// (their module may be missing).
[[nodiscard]] std::vector<Target> read_targets(Table& root, const Config& config, const std::filesystem::path& folder,
                                               Problems& problems);

}  // namespace mailsonde::config
