// SPDX-License-Identifier: Apache-2.0
// [[providers]]: operators of MX hosts that the built-in table does not know, or that the user calls otherwise.
#pragma once

#include <vector>

#include "config/config.hpp"
#include "config/table.hpp"

namespace mailsonde::config {

// In the order of the file.
[[nodiscard]] std::vector<Provider> read_providers(Table& root, Problems& problems);

}  // namespace mailsonde::config
