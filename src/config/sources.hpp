// SPDX-License-Identifier: Apache-2.0
// [[sources]]: the local addresses that probes leave from; and the lists that name some of them.
#pragma once

#include <optional>

#include "config/config.hpp"
#include "config/table.hpp"

namespace mailsonde::config {

// In the order of the file. Names are metric labels, so each is there once.
[[nodiscard]] Sources read_sources(Table& root, Problems& problems);

// What the key `sources` of the table names, out of `known` and the default one. Nothing if the table has no such key
// or no name of it is right.
[[nodiscard]] std::optional<Sources> read_source_list(Table& table, const Sources& known, Problems& problems);

}  // namespace mailsonde::config
