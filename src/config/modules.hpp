// SPDX-License-Identifier: Apache-2.0
// [modules.NAME]: the recipes, the built-in ones included.
#pragma once

#include <expected>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "config/config.hpp"
#include "config/table.hpp"

namespace mailsonde::config {

using Modules = std::map<std::string, std::shared_ptr<const Module>, std::less<>>;

// What every module has until it says otherwise: from [prober].
struct ModuleDefaults {
  Duration timeout;
  StageTimeouts stage_timeouts;
};

// `modules` is the whole [modules] table, if the file has one. A built-in module that the file names keeps what the
// file does not say. Relative ca_file are relative to `folder`.
[[nodiscard]] Modules read_modules(std::optional<Table> modules, const ModuleDefaults& defaults,
                                   const std::filesystem::path& folder);

// [prober.stage_timeouts] and a module's stage_timeouts.
[[nodiscard]] StageTimeouts read_stage_timeouts(std::optional<Table> table, StageTimeouts fallback);

inline constexpr DurationRange kTimeoutRange{.least = 1ms, .most = 10min};

// The default module of each kind of target.
inline constexpr std::string_view kDestinationModule = "mx";
inline constexpr std::string_view kRelayModule = "submission";
// The module of that name; otherwise what is wrong, as a sentence that begins with the name.
[[nodiscard]] std::expected<std::shared_ptr<const Module>, std::string> find_module(const Modules& modules,
                                                                                    std::string_view name);
// The default module of a server of which only the port is known.
[[nodiscard]] std::string_view module_for_port(std::uint16_t port);

}  // namespace mailsonde::config
