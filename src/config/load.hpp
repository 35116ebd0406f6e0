// SPDX-License-Identifier: Apache-2.0
// TOML -> Config. Opens the configuration, the secret and CA files it names and, for defaults, /etc/resolv.conf,
// /etc/hosts and the kernel's names, nothing else: no socket, no name is resolved.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"

namespace mailsonde::config {

// One mistake. `what` says what is wrong and what would be right, in one sentence without a final dot.
struct Problem {
  std::string file;
  std::uint32_t line = 0;  // 1-based; 0: the file as a whole
  std::uint32_t column = 0;
  std::string what;
  [[nodiscard]] std::string to_string() const;  // "F:line:column: what", "F: what" for the file as a whole
};

// Reads and checks the whole file and names every mistake in it, in the order of the file (a syntax error ends it;
// after 1000 mistakes the rest is not listed). Problems never hold a secret. Never throws for what a file holds.
[[nodiscard]] std::expected<Config, std::vector<Problem>> load_file(const std::string& path);

// The same from memory. `file` stands in the messages; relative secret files are relative to its folder.
[[nodiscard]] std::expected<Config, std::vector<Problem>> load_text(std::string_view text, const std::string& file);

// What an empty file gives: built-in modules, the system's resolvers, no targets. For `check` without a file.
[[nodiscard]] Config defaults();

}  // namespace mailsonde::config
