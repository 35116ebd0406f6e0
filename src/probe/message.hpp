// SPDX-License-Identifier: Apache-2.0
// The message that a probe of depth `data` sends: small, plain, honest about what it is.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "probe/probe.hpp"

namespace mailsonde::probe {

// RFC 5322 text with LF line ends, no dot stuffing yet: Date, From, To, Subject, one Message-ID from the report's id,
// Auto-Submitted (RFC 3834). Pure.
[[nodiscard]] std::string compose_message(const Request& request, WallTime now);

}  // namespace mailsonde::probe
