// SPDX-License-Identifier: Apache-2.0
#include "config/targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "config/secrets.hpp"
#include "config/sources.hpp"
#include "config/syntax.hpp"

namespace mailsonde::config {
namespace {

std::shared_ptr<const Module> read_module(Table& table, std::string_view fallback, const Modules& modules) {
  const auto found = find_module(modules, table.text("module").value_or(std::string(fallback)));
  if (found) return *found;
  table.problem("module", found.error());
  return nullptr;
}

// A recipient that is there but wrong was told already.
void check_module(Table& table, const Target& target) {
  if (target.rcpt_to.empty() && table.has("rcpt_to")) return;
  if (const std::string mistake = module_mistake(target); !mistake.empty()) table.problem("module", mistake);
}

void check_auth(Table& table, const Target& target) {
  if (!table.has("auth")) return;
  const Module& module = *target.module;
  if (module.depth < Stage::auth) {
    table.problem("auth", fmt::format("module {} ends at {} and never logs in; use one with depth auth or deeper",
                                      in_quotes(module.name), to_string(module.depth)));
  } else if (module.tls == TlsPolicy::none && !module.auth_without_tls) {
    table.problem("auth", fmt::format("module {} has tls none and would log in without TLS; "
                                      "set its tls to required, or its auth_without_tls to true",
                                      in_quotes(module.name)));
  }
}

// What both kinds have. `host_key` is "domain" or "host".
Target read_common(Table& table, TargetKind kind, std::string_view host_key, Check host_check, const Config& config,
                   Problems& problems) {
  const bool is_relay = kind == TargetKind::relay;
  Target target;
  target.kind = kind;
  target.position = table.position();
  table.require(host_key);
  target.host = table.text(host_key, host_check).value_or("");
  target.name = table.text("name", label_mistake).value_or(target.host);
  target.interval = table.duration("interval", kIntervalRange).value_or(target.interval);
  target.module = read_module(table, is_relay ? kRelayModule : kDestinationModule, config.modules);
  target.rcpt_to = table.text("rcpt_to", mailbox_mistake).value_or("");
  const auto mail_from = table.text("mail_from", reverse_path_mistake);
  if (target.module) target.mail_from = mail_from.value_or(target.module->mail_from);
  target.provider = table.text("provider", label_mistake).value_or("");
  target.sources = read_source_list(table, config.sources, problems).value_or(config.default_sources);
  if (const auto port = table.integer("port", {1, 65535})) target.port = static_cast<std::uint16_t>(*port);
  return target;
}

Target read_destination(Table& table, const Config& config, Problems& problems) {
  Target target = read_common(table, TargetKind::destination, "domain", domain_mistake, config, problems);
  table.refuse("auth", "is for [[relays]] only: nobody logs in at somebody else's MX");
  table.finish();
  if (!target.module) return target;
  check_module(table, target);
  return target;
}

Target read_relay(Table& table, const Config& config, const std::filesystem::path& folder, Problems& problems) {
  Target target = read_common(table, TargetKind::relay, "host", host_mistake, config, problems);
  if (auto auth = table.table("auth")) target.auth = read_auth(*std::move(auth), folder);
  table.not_yet({"logs", "queue"});
  table.finish();
  if (!target.module) return target;
  if (!table.has("port")) target.port = default_port(target);
  check_auth(table, target);
  check_module(table, target);
  return target;
}

// Names are metric labels: two targets of one name would be one series.
class Names {
 public:
  explicit Names(Problems& problems) : problems_(&problems) {}

  void add(const Table& table, const Target& target, std::string_view host_key) {
    if (target.name.empty()) return;  // told already
    const bool own = table.has("name");
    const Position at = table.position(own ? "name" : host_key);
    if (const std::string mistake = own ? "" : label_mistake(target.name); !mistake.empty()) {
      problems_->add(at, fmt::format("{} is the target's name too and {}; give it a name", host_key, mistake));
    }
    const auto [first, is_new] = first_.try_emplace(target.name, at);
    if (is_new) return;
    problems_->add(at,
                   fmt::format("{}: {} is already the name of the target at {}; give one of them another name",
                               own ? "name" : host_key, in_quotes(target.name), problems_->reference(first->second)));
  }

 private:
  Problems* problems_;
  std::unordered_map<std::string, Position> first_;
};

}  // namespace

std::string module_mistake(const Target& target) {
  const std::string name = in_quotes(target.module->name);
  const Stage depth = target.module->depth;
  if (target.kind == TargetKind::destination && depth == Stage::auth) {
    return name + " logs in (depth auth), which is for [[relays]] only";
  }
  const bool needs_recipient = depth == Stage::rcpt || depth == Stage::data;
  if (!needs_recipient || !target.rcpt_to.empty()) return {};
  return fmt::format("{} goes as deep as {}, so rcpt_to must name a mailbox that you own", name, to_string(depth));
}

// 465 where TLS comes first (RFC 8314 section 7.3), 587 where somebody logs in (RFC 6409), else 25.
std::uint16_t default_port(const Target& target) {
  if (target.kind == TargetKind::destination) return 25;
  if (target.module->tls == TlsPolicy::implicit) return 465;
  return target.module->depth == Stage::auth || target.auth ? 587 : 25;
}

std::vector<Target> read_targets(Table& root, const Config& config, const std::filesystem::path& folder,
                                 Problems& problems) {
  struct Entry {
    Table table;
    TargetKind kind;
  };
  std::vector<Entry> entries;
  for (Table& table : root.tables("destinations")) entries.push_back({std::move(table), TargetKind::destination});
  for (Table& table : root.tables("relays")) entries.push_back({std::move(table), TargetKind::relay});
  std::ranges::sort(entries, {}, [](const Entry& entry) { return entry.table.position(); });

  std::vector<Target> targets;
  Names names(problems);
  for (Entry& entry : entries) {
    const bool is_relay = entry.kind == TargetKind::relay;
    targets.push_back(is_relay ? read_relay(entry.table, config, folder, problems)
                               : read_destination(entry.table, config, problems));
    names.add(entry.table, targets.back(), is_relay ? "host" : "domain");
    if (problems.full()) break;
  }
  return targets;
}

}  // namespace mailsonde::config
