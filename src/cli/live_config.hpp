// SPDX-License-Identifier: Apache-2.0
// The configuration of a daemon as it lies on the disk: the file, the target files that it names, the files of secrets
// and certificates. Loads them into plans, and sees when they change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/file_stamps.hpp"
#include "config/found_targets.hpp"
#include "schedule/plan.hpp"

namespace mailsonde::cli {

// A plan, and what of the disk is not in it.
struct Loaded {
  std::shared_ptr<const schedule::Plan> plan;
  // The mistakes of target files that speak with their old content, and those of the configuration when an older one is
  // in force; a line each. Empty: all is in the plan.
  std::string refused;
};

enum class AutoReload : std::uint8_t { off, on };

// Used by one thread at a time. Blocks on the disk.
class LiveConfig {
 public:
  // How often look() is meant to be called. Polling, not inotify: that sees nothing on network file systems, and loses
  // its file when a name is made to lead elsewhere, as Kubernetes does with every ConfigMap. A few stat(2) cost
  // nothing.
  static constexpr Duration kPeriod = std::chrono::seconds(2);

  // `fit` may change what a file says to what this machine can do.
  LiveConfig(std::string file, AutoReload auto_reload, std::function<void(config::Config&)> fit)
      : file_(std::move(file)), auto_reload_(auto_reload), fit_(std::move(fit)) {}

  // Reads everything anew. An Error changes nothing: it names every mistake of the configuration, or why not even the
  // old content of a target file fits it.
  [[nodiscard]] Result<Loaded> load();

  // After the first load(): what there is to take over since the last call, if anything. Target files are watched
  // always, the configuration and the files that it names only with AutoReload::on. A change counts when the next look
  // finds the files as the last one did: who writes in place, or removes before he writes, is through by then.
  [[nodiscard]] std::optional<Result<Loaded>> look();

 private:
  // The state of the disk.
  struct Sight {
    FileStamps config;
    FileStamps targets;
    bool operator==(const Sight&) const = default;
  };

  [[nodiscard]] Sight see() const;
  [[nodiscard]] std::optional<Result<Loaded>> find_anew();
  [[nodiscard]] std::unexpected<Error> refuse(std::string mistakes);
  [[nodiscard]] Result<Loaded> combine(const config::Config& base, config::FoundTargets found);
  void remark(const std::vector<config::Problem>& remarks);

  std::string file_;
  AutoReload auto_reload_;
  std::function<void(config::Config&)> fit_;

  config::Config base_;  // of the last good load, without what target files hold
  config::TargetFileTexts texts_;
  std::vector<config::Target> found_;  // in force
  std::string mistakes_;               // why the last load() failed, if it did
  std::string refused_;                // what was told last
  std::string remarked_;

  Sight judged_;  // what base_, texts_ and found_ come from
  Sight last_;    // of the last look
  std::size_t unsettled_ = 0;
};

}  // namespace mailsonde::cli
