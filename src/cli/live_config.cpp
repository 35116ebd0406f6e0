// SPDX-License-Identifier: Apache-2.0
#include "cli/live_config.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "cli/problems.hpp"
#include "config/load.hpp"

namespace mailsonde::cli {
namespace {

// A folder in which something is written all the time is read all the same.
constexpr std::size_t kMostUnsettledLooks = 5;

// What the configuration was made from.
std::vector<std::string> config_paths(const std::string& file, const config::Config& config) {
  std::vector<std::string> paths{file};
  for (const config::Target& target : config.targets) {
    if (target.auth && !target.auth->file.empty()) paths.push_back(target.auth->file);
  }
  for (const auto& [name, module] : config.modules) {
    if (module->ca_file) paths.push_back(*module->ca_file);
  }
  return paths;
}

// The stamps now, but where there are some from before the files were read, those.
FileStamps older(const FileStamps& before, FileStamps now) {
  for (auto& [path, stamp] : now) {
    if (const auto known = before.find(path); known != before.end()) stamp = known->second;
  }
  return now;
}

}  // namespace

LiveConfig::Sight LiveConfig::see() const {
  Sight sight;
  if (auto_reload_ == AutoReload::on) sight.config = stamps_of(config_paths(file_, base_));
  sight.targets = stamps_of(config::target_paths(base_));
  return sight;
}

Result<Loaded> LiveConfig::load() {
  // Before they are read, so that what is written meanwhile is seen by the next look.
  judged_.config = see().config;
  unsettled_ = 0;
  auto config = config::load_file(file_);
  if (!config) return refuse(list_problems(config.error()));
  fit_(*config);
  FileStamps targets = stamps_of(config::target_paths(*config));
  auto found = config::find_targets(*config, texts_);
  if (!found.silenced.empty()) return refuse(list_problems(found.silenced));
  mistakes_.clear();
  auto loaded = combine(*config, std::move(found));
  if (!loaded) return refuse(loaded.error().message);
  base_ = *std::move(config);
  judged_.targets = std::move(targets);
  if (auto_reload_ == AutoReload::on) judged_.config = older(judged_.config, stamps_of(config_paths(file_, base_)));
  return loaded;
}

std::unexpected<Error> LiveConfig::refuse(std::string mistakes) {
  mistakes_ = std::move(mistakes);
  return fail(mistakes_);
}

std::optional<Result<Loaded>> LiveConfig::look() {
  const Sight now = see();
  const bool settled = now == std::exchange(last_, now);
  if (now == judged_) {
    unsettled_ = 0;
    return std::nullopt;
  }
  if (!settled && ++unsettled_ < kMostUnsettledLooks) return std::nullopt;
  unsettled_ = 0;
  if (now.config != judged_.config) return load();
  judged_ = now;
  return find_anew();
}

std::optional<Result<Loaded>> LiveConfig::find_anew() {
  if (auto_reload_ == AutoReload::on && !mistakes_.empty()) {  // perhaps the target files were what it waited for
    auto loaded = load();
    if (loaded) return loaded;
  }
  config::FoundTargets found = config::find_targets(base_, texts_);
  if (found.targets != found_ || mistakes_ + list_problems(found.problems) != refused_) {
    return combine(base_, std::move(found));
  }
  texts_ = std::move(found.texts);
  remark(found.remarks);
  return std::nullopt;
}

Result<Loaded> LiveConfig::combine(const config::Config& base, config::FoundTargets found) {
  config::Config config = base;
  std::ranges::copy(found.targets, std::back_inserter(config.targets));
  auto plan = schedule::Plan::make(std::move(config));
  if (!plan) return std::unexpected(plan.error());
  texts_ = std::move(found.texts);
  found_ = std::move(found.targets);
  refused_ = mistakes_ + list_problems(found.problems);
  remark(found.remarks);
  return Loaded{.plan = *std::move(plan), .refused = refused_};
}

// Told once, not at every change of a file.
void LiveConfig::remark(const std::vector<config::Problem>& remarks) {
  std::string text = list_problems(remarks);
  if (!text.empty() && text != remarked_) log::warn("target files", {{"remarks", text}});
  remarked_ = std::move(text);
}

}  // namespace mailsonde::cli
