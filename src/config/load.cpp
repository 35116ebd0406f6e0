// SPDX-License-Identifier: Apache-2.0
#include "config/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "config/document.hpp"
#include "config/file.hpp"
#include "config/local_host.hpp"
#include "config/modules.hpp"
#include "config/providers.hpp"
#include "config/reply_rules.hpp"
#include "config/sources.hpp"
#include "config/syntax.hpp"
#include "config/table.hpp"
#include "config/targets.hpp"

namespace mailsonde::config {
namespace {

constexpr std::size_t kMaxResolvers = 16;

struct Prober {
  std::string helo;
  std::optional<Sources> sources;
  ModuleDefaults defaults;
};

Prober read_prober(std::optional<Table> table, const Sources& sources, Problems& problems) {
  const Module module;  // what stands there is the default
  Prober prober{
      .helo = "", .sources = {}, .defaults = {.timeout = module.timeout, .stage_timeouts = module.stage_timeouts}};
  if (table) {
    prober.helo = table->text("helo", helo_mistake).value_or("");
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

Politeness read_politeness(std::optional<Table> table) {
  Politeness politeness;
  if (!table) return politeness;
  politeness.per_mx_concurrency =
      table->integer("per_mx_concurrency", {1, 100}).value_or(politeness.per_mx_concurrency);
  politeness.max_probes_in_flight =
      table->integer("max_probes_in_flight", {1, 100'000}).value_or(politeness.max_probes_in_flight);
  table->not_yet({"per_provider_rate", "backoff_on"});
  table->finish();
  return politeness;
}

Config read_config(Table root, const std::filesystem::path& folder, Problems& problems) {
  Config config;
  config.sources = read_sources(root, problems);
  Prober prober = read_prober(root.table("prober"), config.sources, problems);
  config.helo = std::move(prober.helo);
  if (prober.sources) config.default_sources = *std::move(prober.sources);
  config.resolver = read_resolver(root.table("resolver"), problems);
  config.politeness = read_politeness(root.table("politeness"));
  config.modules = read_modules(root.table("modules"), prober.defaults, folder);
  config.targets = read_targets(root, config, folder, problems);
  config.providers = read_providers(root, problems);
  config.reply_rules = read_reply_rules(root.table("classify"), problems);
  root.not_yet({"target_files", "web"});
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
