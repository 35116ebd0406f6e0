// SPDX-License-Identifier: Apache-2.0
// docs/configuration.md as its tables say it: one section a table of keys.
#pragma once

#include <string>
#include <vector>

namespace mailsonde::config {

struct DocumentedKey {
  std::string key;
  std::string type;
  std::string fallback;  // the column "default"
  std::string example;
  std::string meaning;
};

struct DocumentedSection {
  std::string header;  // as in a file: "[prober]", "[[relays]]", "[modules.NAME]"
  std::vector<DocumentedKey> keys;
};

// Every section whose heading is a header of TOML, with the rows of its tables of keys.
[[nodiscard]] std::vector<DocumentedSection> documented_sections(const std::string& page);

// What stands in backquotes in a cell, in order: `"a"` or `b` is {"\"a\"", "b"}.
[[nodiscard]] std::vector<std::string> quoted(const std::string& cell);

}  // namespace mailsonde::config
