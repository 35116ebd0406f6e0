// SPDX-License-Identifier: Apache-2.0
// A relay's credentials: auth = { username, password_file | password_env | token_file, mechanism }. The secret itself
// never stands in the configuration and never in a message.
#pragma once

#include <filesystem>

#include "config/config.hpp"
#include "config/table.hpp"

namespace mailsonde::config {

inline constexpr std::size_t kMaxSecretSize = std::size_t{64} << 10U;

// Reads the file or variable at once. Relative files are relative to `folder`. What is wrong is in the problems; the
// result is then unfit for use.
[[nodiscard]] Auth read_auth(Table auth, const std::filesystem::path& folder);

}  // namespace mailsonde::config
