// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/problems.hpp"
#include "config/load.hpp"

namespace mailsonde::cli {

int check_config(const std::vector<std::string>& files) {
  bool all_good = true;
  for (const std::string& file : files) {
    const auto config = config::load_file(file);
    if (config) {
      fmt::print("{}: OK, {} targets\n", file, config->targets.size());
    } else {
      print_problems(config.error());
      all_good = false;
    }
  }
  return all_good ? 0 : 1;
}

}  // namespace mailsonde::cli
