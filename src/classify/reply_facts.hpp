// SPDX-License-Identifier: Apache-2.0
// A reply as the rules see it: one searchable text, its codes, and where it was said. Pure; any bytes; linear.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/stage.hpp"
#include "smtp/reply.hpp"

namespace mailsonde::classify {

struct ReplyFacts {
  std::string text;  // what searchable_text() makes of the lines
  int code = 0;
  std::optional<smtp::EnhancedCode> enhanced;  // also when it stands behind other words
  std::optional<Stage> stage;
  std::string provider;  // its canonical name; empty when not known
};

inline constexpr std::size_t kMaxSearchedText = 4096;

// The lines as one text: line ends become blanks, enhanced codes and mail addresses go, since a mailbox named "spam"
// says nothing about the cause. At most kMaxSearchedText bytes.
[[nodiscard]] std::string searchable_text(const smtp::Reply& reply);

// `provider` may be empty or "-" when not known.
[[nodiscard]] ReplyFacts facts_of(const smtp::Reply& reply, std::optional<Stage> stage, std::string_view provider);

}  // namespace mailsonde::classify
