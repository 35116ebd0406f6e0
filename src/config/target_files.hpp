// SPDX-License-Identifier: Apache-2.0
// [[target_files]]: where files of targets lie. Opens none of them; found_targets.hpp does.
#pragma once

#include <filesystem>
#include <vector>

#include "config/modules.hpp"
#include "config/table.hpp"

namespace mailsonde::config {

// In the order of the file. `config` has modules and sources already; relative files are relative to `folder`.
[[nodiscard]] std::vector<TargetFiles> read_target_files(Table& root, const Config& config,
                                                         const std::filesystem::path& folder, Problems& problems);

}  // namespace mailsonde::config
