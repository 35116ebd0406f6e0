// SPDX-License-Identifier: Apache-2.0
// A place in the configuration file, as messages about it name it.
#pragma once

#include <compare>
#include <cstdint>

namespace mailsonde::config {

// 1-based, columns in characters; 0:0 is the file as a whole.
struct Position {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  auto operator<=>(const Position&) const = default;
};

}  // namespace mailsonde::config
