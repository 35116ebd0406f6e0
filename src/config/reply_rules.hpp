// SPDX-License-Identifier: Apache-2.0
// [[classify.rules]]: what the user knows about replies that the built-in rules do not.
#pragma once

#include <optional>
#include <vector>

#include "config/config.hpp"
#include "config/table.hpp"

namespace mailsonde::config {

inline constexpr std::size_t kMaxReplyRules = 500;

// In the order of the file. `classify` is the whole [classify] table, if the file has one.
[[nodiscard]] std::vector<ReplyRule> read_reply_rules(std::optional<Table> classify, Problems& problems);

}  // namespace mailsonde::config
