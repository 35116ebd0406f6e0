// SPDX-License-Identifier: Apache-2.0
// The result of a function that can fail for reasons outside the program. A refused or slow mail server is not
// an error but a Report; Error is for what keeps us from doing the work at all.
#pragma once

#include <expected>
#include <string>

namespace mailsonde {

// A sentence for people: what happened, where, what would be right. Never holds a secret.
struct Error {
  std::string message;
};

// std::expected is not nodiscard by itself: put [[nodiscard]] on every function that returns one.
template <typename T>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(std::string message) {
  return std::unexpected(Error{std::move(message)});
}

}  // namespace mailsonde
