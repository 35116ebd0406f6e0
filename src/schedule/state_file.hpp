// SPDX-License-Identifier: Apache-2.0
// A small file that the program keeps for itself: written whole or not at all, and set aside, never fatal, when it
// cannot be read as what it should be.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace mailsonde::schedule {

inline constexpr std::size_t kMostStateBytes = 16 * 1024 * 1024;

// Writes beside it (".new"), syncs, renames, syncs the folder: after a crash the old or the new one is there. Mode
// 0600, since it may name mailboxes. Blocks on the disk.
[[nodiscard]] Result<void> write_state(const std::filesystem::path& path, std::string_view content);
// Nothing when there is no such file, as at the first start.
[[nodiscard]] Result<std::optional<std::string>> read_state(const std::filesystem::path& path);
// Renames it to PATH.bad-20261121T021105Z, out of the way of the next write. The new name, for the log.
[[nodiscard]] Result<std::filesystem::path> set_aside(const std::filesystem::path& path, WallTime now);

}  // namespace mailsonde::schedule
