// SPDX-License-Identifier: Apache-2.0
// The process_* families, read from the kernel at each scrape.
#pragma once

#include <optional>
#include <string_view>

#include "metrics/exposition.hpp"

namespace mailsonde::metrics {

// What could be read is added, what could not (a /proc that hides things) is left out.
void render_process(Exposition& out);

// The fields of /proc/self/stat that matter. Pure.
struct ProcessStat {
  double cpu_ticks = 0;  // user and system
  double threads = 0;
  double start_ticks = 0;  // since boot
  double virtual_bytes = 0;
  double resident_pages = 0;
};
[[nodiscard]] std::optional<ProcessStat> parse_stat(std::string_view text);

}  // namespace mailsonde::metrics
