// SPDX-License-Identifier: Apache-2.0
// [[destinations]] and [[relays]], and the rules between a target and its module.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/modules.hpp"
#include "config/table.hpp"

namespace mailsonde::config {

// In the order of the file. `config` has modules and sources already. Targets of a file with problems are unfit for use
// (their module may be missing).
[[nodiscard]] std::vector<Target> read_targets(Table& root, const Config& config, const std::filesystem::path& folder,
                                               Problems& problems);

inline constexpr DurationRange kIntervalRange{.least = std::chrono::seconds(1), .most = std::chrono::hours(24)};

// The rules between a target, which has its module, and that module: what is wrong, as a sentence that begins with the
// module's name; empty: nothing. Pure.
[[nodiscard]] std::string module_mistake(const Target& target);

// The port of a target that names none. It has its module. Pure.
[[nodiscard]] std::uint16_t default_port(const Target& target);

}  // namespace mailsonde::config
