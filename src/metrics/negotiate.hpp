// SPDX-License-Identifier: Apache-2.0
// What a scraper may be answered with, from its Accept and Accept-Encoding headers (RFC 9110 section 12.5). Pure; any
// bytes. Several headers of one name are joined by ", " before.
#pragma once

#include <string_view>

#include "metrics/format.hpp"

namespace mailsonde::metrics {

// The known media type with the highest q. Nothing known, nothing at all and a malformed header are text 0.0.4.
[[nodiscard]] Format negotiate_format(std::string_view accept);

// Whether gzip is allowed: named, or covered by "*", with q above 0. An empty or malformed header allows nothing.
[[nodiscard]] bool allows_gzip(std::string_view accept_encoding);

}  // namespace mailsonde::metrics
