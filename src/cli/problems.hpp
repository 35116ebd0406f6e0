// SPDX-License-Identifier: Apache-2.0
// Configuration problems for people.
#pragma once

#include <string>
#include <vector>

#include "config/load.hpp"

namespace mailsonde::cli {

// One a line on standard error.
void print_problems(const std::vector<config::Problem>& problems);

// All in one text, a line each: for the log and the body of a failed reload.
[[nodiscard]] std::string list_problems(const std::vector<config::Problem>& problems);

}  // namespace mailsonde::cli
