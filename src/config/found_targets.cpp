// SPDX-License-Identifier: Apache-2.0
#include "config/found_targets.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "config/document.hpp"
#include "config/file.hpp"
#include "config/listed_targets.hpp"
#include "config/problems.hpp"

namespace mailsonde::config {
namespace {

using std::filesystem::path;

constexpr std::size_t kMaxListed = 10 * kMaxTargetFiles;  // of one folder: those that are read are the first by name

// Files whose name begins with a dot are hidden from wildcards: editors keep half-written copies there.
bool fits(const path& pattern, const path& file) {
  return ::fnmatch(pattern.filename().c_str(), file.filename().c_str(), FNM_PERIOD) == 0;
}

path folder_of(const path& pattern) { return pattern.has_parent_path() ? pattern.parent_path() : path("."); }

// What fits the pattern now, by name. A folder that is not there holds nothing; one that cannot be read is an error.
Result<std::vector<std::string>> list_files(const path& pattern) {
  std::vector<std::string> files;
  std::error_code error;
  std::filesystem::directory_iterator entry(folder_of(pattern), error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (fits(pattern, entry->path())) files.push_back((pattern.parent_path() / entry->path().filename()).string());
    if (files.size() == kMaxListed) break;
  }
  if (error == std::errc::no_such_file_or_directory) return files;
  if (error) return fail(fmt::format("the folder cannot be read: {}", error.message()));
  std::ranges::sort(files);
  return files;
}

// A thousand files of nothing but mistakes must not become a list of a million.
void append(std::vector<Problem>& list, std::vector<Problem> more) {
  const std::size_t room = kMaxProblems - std::min(list.size(), kMaxProblems);
  const auto count = static_cast<std::ptrdiff_t>(std::min(room, more.size()));
  std::move(more.begin(), more.begin() + count, std::back_inserter(list));
}

// Reads all files of a configuration once.
class Reading {
 public:
  Reading(const Config& config, const TargetFileTexts& before) : config_(config), before_(before) {
    for (const Target& target : config.targets) claim(target, config.file);
  }

  FoundTargets run() {
    for (const TargetFiles& section : config_.target_files) {
      for (const std::string& pattern : section.patterns) {
        for (const std::string& file : files_of(pattern)) read(file, section);
      }
    }
    return std::move(found_);
  }

 private:
  // Who cannot be asked which files there are, has those that it had.
  std::vector<std::string> files_of(const std::string& pattern) {
    auto files = list_files(pattern);
    if (files && files->empty()) {
      append(found_.remarks, {{.file = pattern, .line = 0, .column = 0, .what = "fits no file at the moment"}});
    }
    if (files) return *std::move(files);
    refuse(pattern, files.error().message);
    std::vector<std::string> known;
    for (const auto& [file, text] : before_) {
      if (path(file).parent_path() == path(pattern).parent_path() && fits(pattern, file)) known.push_back(file);
    }
    return known;
  }

  void read(const std::string& file, const TargetFiles& section) {
    if (!seen_.insert(file).second) return;  // it belongs to the first section that it fits
    if (seen_.size() > kMaxTargetFiles) {
      if (seen_.size() == kMaxTargetFiles + 1)
        refuse(file, fmt::format("is one of more than {} target files", kMaxTargetFiles));
      return;
    }
    const auto old = before_.find(file);
    auto text = read_regular_file(file, kMaxFileSize);
    if (!text) refuse(file, text.error().message);
    if (text && take(file, *text, section, found_.problems)) {
      found_.texts.insert_or_assign(file, *std::move(text));
    } else if (old != before_.end()) {
      std::vector<Problem> silenced;
      if (take(file, old->second, section, silenced))
        found_.texts.insert(*old);
      else
        append(found_.silenced, std::move(silenced));
    }
  }

  // Takes the targets that the text holds, all or none.
  bool take(const std::string& file, std::string_view text, const TargetFiles& section,
            std::vector<Problem>& problems) {
    Problems mistakes(file);
    Problems remarks(file);
    std::vector<Target> targets = read_listed_targets(text, section, config_, mistakes, remarks);
    if (found_.targets.size() + targets.size() > kMaxFoundTargets) {
      mistakes.add({}, fmt::format("is refused: there are more than {} targets in target files", kMaxFoundTargets));
    }
    if (!mistakes.empty()) {
      append(problems, mistakes.take());
      return false;
    }
    append(found_.remarks, remarks.take());
    for (Target& target : targets) {
      if (claim(target, file)) found_.targets.push_back(std::move(target));
    }
    return true;
  }

  // Names are metric labels: two targets of one name would be one series.
  bool claim(const Target& target, const std::string& file) {
    const auto [first, is_new] = names_.try_emplace(target.name, fmt::format("{}:{}", file, target.position.line));
    if (is_new) return true;
    append(found_.problems, {{file, target.position.line, target.position.column,
                              fmt::format("{} is already the name of the target at {} and is left out here; name it "
                                          "otherwise, or take one of them out",
                                          in_quotes(target.name), first->second)}});
    return false;
  }

  void refuse(const std::string& file, std::string what) {
    append(found_.problems, {{.file = file, .line = 0, .column = 0, .what = std::move(what)}});
  }

  const Config& config_;
  const TargetFileTexts& before_;
  FoundTargets found_;
  std::unordered_map<std::string, std::string> names_;  // and where each has its name from
  std::unordered_set<std::string> seen_;
};

}  // namespace

FoundTargets find_targets(const Config& config, const TargetFileTexts& before) { return Reading(config, before).run(); }

std::vector<std::string> target_paths(const Config& config) {
  std::vector<std::string> paths;
  for (const TargetFiles& section : config.target_files) {
    for (const std::string& pattern : section.patterns) {
      paths.push_back(folder_of(pattern).string());
      auto files = list_files(pattern);
      if (files) std::ranges::move(*files, std::back_inserter(paths));
    }
  }
  return paths;
}

}  // namespace mailsonde::config
