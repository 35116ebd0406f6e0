// SPDX-License-Identifier: Apache-2.0
#include "cli/check_target.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "config/modules.hpp"
#include "config/syntax.hpp"

namespace mailsonde::cli {
namespace {

Result<std::shared_ptr<const config::Module>> find_module(const config::Config& config, const std::string& name) {
  const auto found = config.modules.find(name);
  if (found != config.modules.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [known, module] : config.modules) names.push_back(known);
  return fail(fmt::format("no module \"{}\"; there are: {}", printable(name), join(names, ", ")));
}

Result<config::Target> unconfigured_target(const std::string& word) {
  config::Target target;
  target.name = word;
  if (const auto where = config::split_host_port(word)) {
    target.kind = config::TargetKind::relay;
    target.host = where->host;
    target.port = where->port;
  } else {
    target.host = to_lower(word);
    if (target.host.ends_with('.')) target.host.pop_back();
  }
  const bool relay = target.kind == config::TargetKind::relay;
  const std::string mistake = relay ? config::host_mistake(target.host) : config::domain_mistake(target.host);
  if (!mistake.empty()) {
    return fail(fmt::format("\"{}\" {}; give a domain, host:port or a configured name", printable(word, 256), mistake));
  }
  return target;
}

}  // namespace

Result<config::Target> find_target(const config::Config& config, const std::string& word, const std::string& module) {
  const auto configured = std::ranges::find(config.targets, word, &config::Target::name);
  Result<config::Target> target =
      configured != config.targets.end() ? Result<config::Target>(*configured) : unconfigured_target(word);
  if (!target) return target;
  if (configured == config.targets.end()) target->sources = config.default_sources;

  const bool own_module = module.empty() && target->module;
  if (own_module) return target;
  auto found = find_module(config, module.empty() ? std::string(config::module_for_port(target->port)) : module);
  if (!found) return std::unexpected(found.error());
  target->module = std::move(*found);
  if (target->mail_from.empty()) target->mail_from = target->module->mail_from;
  if (target->module->depth >= Stage::rcpt && target->rcpt_to.empty()) {
    return fail(fmt::format("module \"{}\" goes to {}, and {} has no rcpt_to; probe a configured target that has one",
                            target->module->name, to_string(target->module->depth), printable(word, 256)));
  }
  return target;
}

Result<std::shared_ptr<const config::Source>> find_source(const config::Config& config, const std::string& name) {
  config::Sources known = config.sources;
  known.push_back(config::default_source());
  std::vector<std::string> names;
  for (const auto& source : known) {
    if (source->name == name) return source;
    names.push_back(source->name);
  }
  return fail(fmt::format("no source \"{}\"; there are: {}", printable(name, 256), join(names, ", ")));
}

}  // namespace mailsonde::cli
