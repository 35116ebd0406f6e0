// SPDX-License-Identifier: Apache-2.0
// A body for Content-Encoding: gzip.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace mailsonde::metrics {

// Level 1: a scrape is compressed once and read once, and the level decides most of what a scrape costs.
[[nodiscard]] Result<std::string> gzip(std::string_view body);

}  // namespace mailsonde::metrics
