// SPDX-License-Identifier: Apache-2.0
// Any bytes as a target file: it gives whole targets, or problems with places inside the text.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.hpp"
#include "config/listed_targets.hpp"
#include "config/load.hpp"

using namespace mailsonde;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const config::Config kConfig = config::defaults();
  static const config::TargetFiles kSection;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  config::Problems problems("fuzz.json");
  config::Problems remarks("fuzz.json");
  const auto targets = config::read_listed_targets(text, kSection, kConfig, problems, remarks);
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
  const bool good = problems.empty();
  for (const auto& problem : problems.take()) MAILSONDE_ASSERT(problem.line <= lines && !problem.what.empty());
  for (const auto& target : targets) {
    MAILSONDE_ASSERT(!good || (target.module != nullptr && !target.name.empty() && target.port != 0));
    MAILSONDE_ASSERT(target.position.line >= 1 && target.position.line <= lines);
  }
  return 0;
}
