// SPDX-License-Identifier: Apache-2.0
// What the tests of this room share: a text loaded as file "c.toml", its mistakes as text, a folder that goes away.
#pragma once

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "config/load.hpp"

namespace mailsonde::config {

// Every mistake, "line:column: what" each, in the order told.
inline std::vector<std::string> mistakes_in(std::string_view text, const std::string& file = "c.toml") {
  std::vector<std::string> result;
  const auto loaded = load_text(text, file);
  if (loaded) return result;
  for (const Problem& problem : loaded.error()) {
    result.push_back(std::to_string(problem.line) + ":" + std::to_string(problem.column) + ": " + problem.what);
  }
  return result;
}

// The only mistake; "2 mistakes" and the like if there is not exactly one.
inline std::string mistake_in(std::string_view text, const std::string& file = "c.toml") {
  const auto mistakes = mistakes_in(text, file);
  return mistakes.size() == 1 ? mistakes.front() : std::to_string(mistakes.size()) + " mistakes";
}

// A configuration without mistakes; the test ends if it has some.
inline Config loaded(std::string_view text, const std::string& file = "c.toml") {
  auto config = load_text(text, file);
  for (const std::string& mistake : mistakes_in(text, file)) FAIL_CHECK(mistake);
  REQUIRE(config);
  return *std::move(config);
}

// A private folder for the files of one test case.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "mailsonde-config-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] std::string path(std::string_view name) const { return (path_ / name).string(); }
  void write(std::string_view name, std::string_view content) const {
    std::ofstream(path(name), std::ios::binary) << content;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace mailsonde::config
