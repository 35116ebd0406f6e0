// SPDX-License-Identifier: Apache-2.0
#include "config/target_files.hpp"

#include <fmt/format.h>

#include "config/sources.hpp"
#include "config/syntax.hpp"
#include "config/targets.hpp"

namespace mailsonde::config {
namespace {

constexpr std::size_t kMaxPatterns = 1000;  // of one section

bool has_wildcard(std::string_view text) { return text.find_first_of("*?[") != std::string_view::npos; }

// Of a pattern as the file has it. Folders are named: looking for them at every look could walk a whole disk.
std::string pattern_mistake(std::string_view text) {
  if (std::string mistake = path_mistake(text); !mistake.empty()) return mistake;
  const std::filesystem::path path(text);
  if (!path.has_filename()) return "names a folder: add the files, such as /*.json";
  if (has_wildcard(path.parent_path().string()))
    return "has a wildcard in a folder's name: only the file's may have one";
  return {};
}

std::vector<std::string> read_patterns(Table& table, const std::filesystem::path& folder, Problems& problems) {
  std::vector<std::string> patterns;
  table.require("files");
  for (const Table::Item& item : table.texts("files").value_or(std::vector<Table::Item>{})) {
    if (const std::string mistake = pattern_mistake(item.value); !mistake.empty()) {
      problems.add(item.at, fmt::format("files: {} {}", in_quotes(item.value), mistake));
    } else if (patterns.size() == kMaxPatterns) {
      problems.add(item.at, fmt::format("files: more than {}", kMaxPatterns));
      break;
    } else {
      patterns.push_back((folder / item.value).string());
    }
  }
  return patterns;
}

TargetFiles read_section(Table& table, const Config& config, const std::filesystem::path& folder, Problems& problems) {
  TargetFiles section;
  section.patterns = read_patterns(table, folder, problems);
  if (const auto name = table.text("module")) {
    const auto module = find_module(config.modules, *name);
    if (module)
      section.module = *module;
    else
      table.problem("module", module.error());
  }
  section.interval = table.duration("interval", kIntervalRange).value_or(section.interval);
  section.sources = read_source_list(table, config.sources, problems).value_or(config.default_sources);
  table.finish();
  return section;
}

}  // namespace

std::vector<TargetFiles> read_target_files(Table& root, const Config& config, const std::filesystem::path& folder,
                                           Problems& problems) {
  std::vector<TargetFiles> sections;
  for (Table& table : root.tables("target_files")) {
    sections.push_back(read_section(table, config, folder, problems));
    if (problems.full()) break;
  }
  return sections;
}

}  // namespace mailsonde::config
