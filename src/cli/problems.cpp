// SPDX-License-Identifier: Apache-2.0
#include "cli/problems.hpp"

#include <cstdio>

namespace mailsonde::cli {

std::string list_problems(const std::vector<config::Problem>& problems) {
  std::string text;
  for (const config::Problem& problem : problems) text += problem.to_string() + '\n';
  return text;
}

void print_problems(const std::vector<config::Problem>& problems) {
  std::fputs(list_problems(problems).c_str(), stderr);
}

}  // namespace mailsonde::cli
