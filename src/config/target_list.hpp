// SPDX-License-Identifier: Apache-2.0
// The JSON of Prometheus' file_sd: a list of {"targets": ["...", ...], "labels": {"...": "..."}}, as texts with their
// places. What they mean is found_targets.hpp's.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/position.hpp"
#include "config/problems.hpp"

namespace mailsonde::config {

struct ListedText {
  std::string value;
  Position at;  // of its opening quote
};

struct ListEntry {
  Position at;
  std::vector<ListedText> targets;
  std::vector<std::pair<ListedText, ListedText>> labels;  // name and value, in the order of the file
};

// Reads the whole list and names every mistake of form in it; a syntax error ends the reading. What was found is unfit
// for use when there are problems. Never throws for what the text holds; linear in the text, memory within a small
// multiple of it, nesting bounded.
[[nodiscard]] std::vector<ListEntry> read_target_list(std::string_view text, Problems& problems);

}  // namespace mailsonde::config
