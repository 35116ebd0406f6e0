// SPDX-License-Identifier: Apache-2.0
// Any bytes as a configuration file: it loads, or it has problems with places inside the text.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.hpp"
#include "config/load.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto loaded = mailsonde::config::load_text(text, "fuzz.toml");
  if (loaded) {
    MAILSONDE_ASSERT(!loaded->resolver.servers.empty());
    for (const auto& target : loaded->targets) {
      MAILSONDE_ASSERT(target.module != nullptr && !target.name.empty() && !target.sources.empty());
    }
    return 0;
  }
  MAILSONDE_ASSERT(!loaded.error().empty());
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
  for (const auto& problem : loaded.error()) MAILSONDE_ASSERT(problem.line <= lines && !problem.what.empty());
  return 0;
}
