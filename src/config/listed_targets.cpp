// SPDX-License-Identifier: Apache-2.0
#include "config/listed_targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "base/duration.hpp"
#include "config/modules.hpp"
#include "config/syntax.hpp"
#include "config/table.hpp"
#include "config/target_list.hpp"
#include "config/targets.hpp"

namespace mailsonde::config {
namespace {

constexpr std::array<std::string_view, 7> kLabels{"name",     "kind",    "module",   "interval",
                                                  "provider", "rcpt_to", "mail_from"};

std::string kind_mistake(std::string_view text) {
  constexpr std::array<std::string_view, 2> kKinds{"destination", "relay"};
  return std::ranges::find(kKinds, text) == kKinds.end() ? R"(is neither "destination" nor "relay")" : "";
}

std::string interval_mistake(std::string_view text) {
  const auto interval = parse_duration(text);
  if (!interval) return R"(is not a duration such as "30s", "5m" or "1h30m")";
  if (*interval >= kIntervalRange.least && *interval <= kIntervalRange.most) return {};
  return fmt::format("is not between {} and {}", format_duration(kIntervalRange.least),
                     format_duration(kIntervalRange.most));
}

// The labels of one entry that mean something here. An empty one counts as absent, as Prometheus has it.
class Labels {
 public:
  Labels(const ListEntry& entry, Problems& problems) : problems_(problems) {
    for (const auto& [name, value] : entry.labels) {
      const auto [first, is_new] = values_.try_emplace(name.value, value);
      if (!is_new) problems_.add(name.at, fmt::format("{} stands there twice in one entry", in_quotes(name.value)));
    }
  }

  // Nothing when it is absent or wrong; the wrong one is then told.
  std::optional<std::string> text(std::string_view name, Check check) {
    const auto found = values_.find(name);
    if (found == values_.end() || found->second.value.empty()) return std::nullopt;
    const std::string mistake = check == nullptr ? "" : check(found->second.value);
    if (mistake.empty()) return found->second.value;
    problem(name, fmt::format("{} {}", in_quotes(found->second.value), mistake));
    return std::nullopt;
  }

  void problem(std::string_view name, std::string_view what) {
    problems_.add(values_.find(name)->second.at, fmt::format("{}: {}", name, what));
  }

  [[nodiscard]] bool has(std::string_view name) const { return values_.contains(name); }
  [[nodiscard]] Position position(std::string_view name, Position otherwise) const {
    const auto found = values_.find(name);
    return found == values_.end() ? otherwise : found->second.at;
  }

 private:
  Problems& problems_;
  std::map<std::string, ListedText, std::less<>> values_;
};

// What an entry says of all its targets.
struct Common {
  std::string name;
  std::optional<TargetKind> kind;
  std::shared_ptr<const Module> module;  // null: by kind and port
  Duration interval;
  std::string provider;
  std::string rcpt_to;
  std::optional<std::string> mail_from;
};

Common read_labels(Labels& labels, const ListEntry& entry, const TargetFiles& section, const Config& config) {
  Common common;
  common.name = labels.text("name", label_mistake).value_or("");
  if (!common.name.empty() && entry.targets.size() > 1) {
    labels.problem("name", "is for an entry with one target: give each an entry of its own");
  }
  if (const auto kind = labels.text("kind", kind_mistake)) {
    common.kind = *kind == to_string(TargetKind::relay) ? TargetKind::relay : TargetKind::destination;
  }
  common.module = section.module;
  if (const auto name = labels.text("module", nullptr)) {
    auto module = find_module(config.modules, *name);
    if (module)
      common.module = *std::move(module);
    else
      labels.problem("module", module.error());
  }
  const auto interval = labels.text("interval", interval_mistake);
  common.interval = interval ? *parse_duration(*interval) : section.interval;
  common.provider = labels.text("provider", label_mistake).value_or("");
  common.rcpt_to = labels.text("rcpt_to", mailbox_mistake).value_or("");
  common.mail_from = labels.text("mail_from", reverse_path_mistake);
  return common;
}

// Names, addresses and ports; nothing if they are wrong.
std::optional<Target> read_address(const ListedText& text, const Common& common, Problems& problems) {
  const auto with_port = split_host_port(text.value);
  Target target;
  target.position = text.at;
  target.kind = common.kind.value_or(with_port ? TargetKind::relay : TargetKind::destination);
  target.host = with_port ? with_port->host : text.value;
  target.name = common.name.empty() ? text.value : common.name;
  const bool is_relay = target.kind == TargetKind::relay;
  std::string mistake = is_relay ? host_mistake(target.host) : domain_mistake(target.host);
  if (mistake.empty() && common.name.empty()) mistake = label_mistake(target.name);
  if (!mistake.empty()) {
    problems.add(text.at,
                 fmt::format(R"({} {}; right are "example.com", a destination, and "relay.example:25", a relay)",
                             in_quotes(text.value), mistake));
    return std::nullopt;
  }
  target.port = with_port ? with_port->port : 0;
  return target;
}

std::string_view default_module(const Target& target) {
  if (target.kind == TargetKind::destination) return kDestinationModule;
  return target.port == 0 ? kRelayModule : module_for_port(target.port);
}

class Entries {
 public:
  Entries(const TargetFiles& section, const Config& config, Problems& problems, Problems& remarks)
      : section_(section), config_(config), problems_(problems), remarks_(remarks) {}

  void read(const ListEntry& entry) {
    Labels labels(entry, problems_);
    const Common common = read_labels(labels, entry, section_, config_);
    remark_unknown(entry);
    for (const ListedText& text : entry.targets) {
      auto target = read_address(text, common, problems_);
      if (!target) continue;
      target->module = common.module ? common.module : config_.modules.find(default_module(*target))->second;
      if (target->port == 0) target->port = default_port(*target);
      target->interval = common.interval;
      target->provider = common.provider;
      target->rcpt_to = common.rcpt_to;
      target->mail_from = common.mail_from.value_or(target->module->mail_from);
      target->sources = section_.sources;
      check_module(labels, *target);
      targets_.push_back(*std::move(target));
    }
  }

  std::vector<Target> take() { return std::move(targets_); }

 private:
  // A recipient that is there but wrong was told already.
  void check_module(const Labels& labels, const Target& target) {
    if (target.rcpt_to.empty() && labels.has("rcpt_to")) return;
    const std::string mistake = module_mistake(target);
    if (!mistake.empty()) problems_.add(labels.position("module", target.position), "module: " + mistake);
  }

  // Once in a file: ten thousand entries may have the same labels for Prometheus.
  void remark_unknown(const ListEntry& entry) {
    for (const auto& [name, value] : entry.labels) {
      const bool known = std::ranges::find(kLabels, name.value) != kLabels.end();
      if (known || remarks_.full() || !remarked_.insert(name.value).second) continue;
      remarks_.add(name.at, unknown_word(name.value, "label", kLabels) + "; it means nothing here");
    }
  }

  const TargetFiles& section_;
  const Config& config_;
  Problems& problems_;
  Problems& remarks_;
  std::set<std::string> remarked_;
  std::vector<Target> targets_;
};

}  // namespace

std::vector<Target> read_listed_targets(std::string_view text, const TargetFiles& section, const Config& config,
                                        Problems& problems, Problems& remarks) {
  Entries entries(section, config, problems, remarks);
  for (const ListEntry& entry : read_target_list(text, problems)) {
    if (problems.full()) break;
    entries.read(entry);
  }
  return entries.take();
}

}  // namespace mailsonde::config
