// SPDX-License-Identifier: Apache-2.0
#include "schedule/suppression.hpp"

#include <array>

namespace mailsonde::schedule {

std::string_view to_string(Suppression reason) {
  constexpr std::array<std::string_view, kSuppressionCount> kNames{"budget",   "backoff",       "shared",
                                                                   "identity", "dead_endpoint", "resources"};
  return kNames[static_cast<std::size_t>(reason)];
}

}  // namespace mailsonde::schedule
