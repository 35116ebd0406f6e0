// SPDX-License-Identifier: Apache-2.0
// The two exposition formats that a scraper can be answered in.
#pragma once

#include <cstdint>
#include <string_view>

namespace mailsonde::metrics {

enum class Format : std::uint8_t {
  text,         // Prometheus text format 0.0.4
  openmetrics,  // OpenMetrics 1.0.0, with exemplars
};

// The value of Content-Type. Prometheus 3 fails a scrape in which it is missing or odd.
[[nodiscard]] constexpr std::string_view content_type(Format format) {
  return format == Format::openmetrics
             ? "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores"
             : "text/plain; version=0.0.4; charset=utf-8";
}

}  // namespace mailsonde::metrics
