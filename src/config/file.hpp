// SPDX-License-Identifier: Apache-2.0
// Files the configuration names. Only regular files are opened: a pipe would hang a reload, a device may do anything.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "base/result.hpp"

namespace mailsonde::config {

// The whole content, at most `limit` bytes. The Error says what is wrong with the file, without its name or content:
// "cannot be opened: No such file or directory", "is a directory", "is larger than 64 KiB".
[[nodiscard]] Result<std::string> read_regular_file(const std::filesystem::path& path, std::size_t limit);

// Whether it could be opened for reading; the same Errors.
[[nodiscard]] Result<void> check_readable(const std::filesystem::path& path);

}  // namespace mailsonde::config
