// SPDX-License-Identifier: Apache-2.0
#include "config/modules.hpp"

#include <fmt/format.h>

#include <array>

#include "base/text.hpp"
#include "config/file.hpp"
#include "config/syntax.hpp"

namespace mailsonde::config {
namespace {

constexpr std::array<std::string_view, 8> kDepths{"connect", "banner", "ehlo", "starttls",
                                                  "auth",    "mail",   "rcpt", "data"};
constexpr std::array<std::string_view, 4> kPolicies{"none", "opportunistic", "required", "implicit"};  // TlsPolicy
constexpr std::array<std::string_view, 2> kLaterPolicies{"dane", "mta-sts"};
constexpr std::array<std::string_view, 2> kTlsVersions{"1.2", "1.3"};  // TlsVersion

struct BuiltIn {
  std::string_view name;
  Stage depth;
  TlsPolicy tls;
};
constexpr std::array kBuiltIns{BuiltIn{kDestinationModule, Stage::starttls, TlsPolicy::opportunistic},
                               BuiltIn{"mx-rcpt", Stage::rcpt, TlsPolicy::opportunistic},
                               BuiltIn{kRelayModule, Stage::auth, TlsPolicy::required},
                               BuiltIn{"smtps", Stage::auth, TlsPolicy::implicit}};

Module new_module(std::string name, const ModuleDefaults& defaults) {
  Module module;
  module.name = std::move(name);
  module.timeout = defaults.timeout;
  module.stage_timeouts = defaults.stage_timeouts;
  return module;
}

Modules built_in_modules(const ModuleDefaults& defaults) {
  Modules modules;
  for (const BuiltIn& built_in : kBuiltIns) {
    Module module = new_module(std::string(built_in.name), defaults);
    module.depth = built_in.depth;
    module.tls = built_in.tls;
    modules.emplace(built_in.name, std::make_shared<const Module>(std::move(module)));
  }
  return modules;
}

std::optional<std::string> read_ca_file(Table& table, const std::filesystem::path& folder) {
  const auto name = table.text("ca_file", path_mistake);
  if (!name) return std::nullopt;
  const std::filesystem::path path = folder / *name;
  const auto readable = check_readable(path);
  if (readable) return path.string();
  table.problem("ca_file", fmt::format("{} {}", printable(path.string(), 4096), readable.error().message));
  return std::nullopt;
}

// `module` comes with the values that hold where the table is silent.
Module read_module(Table table, Module module, const std::filesystem::path& folder) {
  if (const auto depth = table.choice("depth", kDepths)) module.depth = *stage_from_string(kDepths[*depth]);
  if (const auto tls = table.choice("tls", kPolicies, kLaterPolicies)) module.tls = static_cast<TlsPolicy>(*tls);
  module.verify = table.flag("verify").value_or(module.verify);
  if (const auto version = table.choice("min_tls_version", kTlsVersions)) {
    module.min_tls_version = static_cast<TlsVersion>(*version);
  }
  module.ca_file = read_ca_file(table, folder);
  module.auth_without_tls = table.flag("auth_without_tls").value_or(module.auth_without_tls);
  module.max_mx_hosts = table.integer("max_mx_hosts", {1, 100}).value_or(module.max_mx_hosts);
  module.mail_from = table.text("mail_from", reverse_path_mistake).value_or(module.mail_from);
  module.timeout = table.duration("timeout", kTimeoutRange).value_or(module.timeout);
  module.stage_timeouts = read_stage_timeouts(table.table("stage_timeouts"), module.stage_timeouts);
  table.finish();
  return module;
}

}  // namespace

std::expected<std::shared_ptr<const Module>, std::string> find_module(const Modules& modules, std::string_view name) {
  const auto found = modules.find(name);
  if (found != modules.end()) return found->second;
  std::vector<std::string_view> known;
  for (const auto& [known_name, module] : modules) known.push_back(known_name);
  return std::unexpected(unknown_word(name, "module", known));
}

std::string_view module_for_port(std::uint16_t port) {
  if (port == 587) return kRelayModule;
  return port == 465 ? "smtps" : kDestinationModule;
}

Modules read_modules(std::optional<Table> modules, const ModuleDefaults& defaults,
                     const std::filesystem::path& folder) {
  Modules result = built_in_modules(defaults);
  if (!modules) return result;
  for (Table::Named& named : modules->named_tables(label_mistake)) {
    const auto known = result.find(named.name);
    Module before = known == result.end() ? new_module(named.name, defaults) : *known->second;
    result[named.name] = std::make_shared<const Module>(read_module(named.table, std::move(before), folder));
  }
  return result;
}

StageTimeouts read_stage_timeouts(std::optional<Table> table, StageTimeouts fallback) {
  if (!table) return fallback;
  const auto read = [&](std::string_view key, Duration& value) {
    value = table->duration(key, kTimeoutRange).value_or(value);
  };
  read("dns", fallback.dns);
  read("connect", fallback.connect);
  read("banner", fallback.banner);
  read("command", fallback.command);
  read("handshake", fallback.handshake);
  table->finish();
  return fallback;
}

}  // namespace mailsonde::config
