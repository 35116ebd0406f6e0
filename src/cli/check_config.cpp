// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/problems.hpp"
#include "config/found_targets.hpp"
#include "config/load.hpp"

namespace mailsonde::cli {

namespace {

bool check_one(const std::string& file) {
  const auto config = config::load_file(file);
  if (!config) {
    print_problems(config.error());
    return false;
  }
  const config::FoundTargets found = config::find_targets(*config, {});
  print_problems(found.remarks);
  print_problems(found.problems);
  if (!found.problems.empty()) return false;
  fmt::print("{}: OK, {} targets\n", file, config->targets.size() + found.targets.size());
  return true;
}

}  // namespace

int check_config(const std::vector<std::string>& files) {
  bool all_good = true;
  for (const std::string& file : files) all_good = check_one(file) && all_good;
  return all_good ? 0 : 1;
}

}  // namespace mailsonde::cli
