// SPDX-License-Identifier: Apache-2.0
// A Report as JSON: one object, the form that `mailsonde check --format=json` prints and the API gives.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "probe/report.hpp"

namespace mailsonde::probe {

// Keys and order are part of the contract. Text is printable ASCII, so that dump() cannot fail.
[[nodiscard]] nlohmann::ordered_json to_json(const Report& report);

}  // namespace mailsonde::probe
