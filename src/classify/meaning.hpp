// SPDX-License-Identifier: Apache-2.0
// What each outcome means, for people. docs/outcomes.md says the same at length.
#pragma once

#include <string_view>

#include "base/outcome.hpp"

namespace mailsonde::classify {

struct Meaning {
  Fault fault;
  std::string_view definition;  // one sentence
  std::string_view advice;      // what the operator should do next
};

// Static storage; thread-safe.
[[nodiscard]] const Meaning& meaning_of(Outcome outcome);

}  // namespace mailsonde::classify
