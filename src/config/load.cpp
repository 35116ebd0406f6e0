// SPDX-License-Identifier: Apache-2.0
#include "config/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "config/document.hpp"
#include "config/file.hpp"
#include "config/local_host.hpp"
#include "config/modules.hpp"
#include "config/politeness.hpp"
#include "config/providers.hpp"
#include "config/reply_rules.hpp"
#include "config/sources.hpp"
#include "config/syntax.hpp"
#include "config/table.hpp"
#include "config/target_files.hpp"
#include "config/targets.hpp"

namespace mailsonde::config {
namespace {

constexpr std::size_t kMaxResolvers = 16;

struct Prober {
  std::string helo;
  std::string state_file;
  std::optional<Sources> sources;
  ModuleDefaults defaults;
};

Prober read_prober(std::optional<Table> table, const std::filesystem::path& folder, const Sources& sources,
                   Problems& problems) {
  const Module module;  // what stands there is the default
  Prober prober{.helo = "",
                .state_file = "",
                .sources = {},
                .defaults = {.timeout = module.timeout, .stage_timeouts = module.stage_timeouts}};
  if (table) {
    prober.helo = table->text("helo", helo_mistake).value_or("");
    if (const auto file = table->text("state_file", path_mistake)) prober.state_file = (folder / *file).string();
    prober.sources = read_source_list(*table, sources, problems);
    prober.defaults.timeout = table->duration("timeout", kTimeoutRange).value_or(module.timeout);
    prober.defaults.stage_timeouts = read_stage_timeouts(table->table("stage_timeouts"), module.stage_timeouts);
    table->finish();
  }
  if (prober.helo.empty()) prober.helo = local_fqdn();
  return prober;
}

std::vector<Resolver::Server> read_servers(Table& table, Problems& problems) {
  std::vector<Resolver::Server> servers;
  for (const Table::Item& item : table.texts("servers").value_or(std::vector<Table::Item>{})) {
    const auto server = parse_server(item.value);
    if (!server) {
      problems.add(item.at,
                   fmt::format(R"(servers: {} is not an address with a port such as "127.0.0.1:53" or "[::1]:53")",
                               in_quotes(item.value)));
    } else if (std::ranges::find(servers, *server) != servers.end()) {
      problems.add(item.at, fmt::format("servers: {} stands there twice", server->to_string()));
    } else if (servers.size() == kMaxResolvers) {
      problems.add(item.at, fmt::format("servers: more than {}", kMaxResolvers));
      break;
    } else {
      servers.push_back(*server);
    }
  }
  return servers;
}

Resolver read_resolver(std::optional<Table> table, Problems& problems) {
  Resolver resolver;
  if (table) {
    resolver.servers = read_servers(*table, problems);
    resolver.allow_private_addresses =
        table->flag("allow_private_addresses").value_or(resolver.allow_private_addresses);
    resolver.timeout = table->duration("timeout", kTimeoutRange).value_or(resolver.timeout);
    table->finish();
  }
  if (resolver.servers.empty()) resolver.servers = system_resolvers();
  return resolver;
}

Config read_config(Table root, const std::filesystem::path& folder, Problems& problems) {
  Config config;
  config.sources = read_sources(root, problems);
  Prober prober = read_prober(root.table("prober"), folder, config.sources, problems);
  config.helo = std::move(prober.helo);
  config.state_file = std::move(prober.state_file);
  if (prober.sources) config.default_sources = *std::move(prober.sources);
  config.resolver = read_resolver(root.table("resolver"), problems);
  config.politeness = read_politeness(root.table("politeness"), problems);
  config.modules = read_modules(root.table("modules"), prober.defaults, folder);
  config.targets = read_targets(root, config, folder, problems);
  config.providers = read_providers(root, problems);
  config.reply_rules = read_reply_rules(root.table("classify"), problems);
  config.target_files = read_target_files(root, config, folder, problems);
  root.not_yet({"web"});
  root.finish();
  return config;
}

}  // namespace

std::expected<Config, std::vector<Problem>> load_text(std::string_view text, const std::string& file) {
  Problems problems(file);
  const auto document = parse_document(text, problems);
  if (!document) return std::unexpected(problems.take());
  Config config = read_config(Table(*document, "", problems), std::filesystem::path(file).parent_path(), problems);
  if (!problems.empty()) return std::unexpected(problems.take());
  config.file = file;
  return config;
}

std::expected<Config, std::vector<Problem>> load_file(const std::string& path) {
  const auto text = read_regular_file(path, kMaxFileSize);
  if (!text) return std::unexpected(std::vector{Problem{.file = path, .what = text.error().message}});
  return load_text(*text, path);
}

Config defaults() {
  const toml::table empty;
  Problems none("");
  return read_config(Table(empty, "", none), {}, none);
}

}  // namespace mailsonde::config
