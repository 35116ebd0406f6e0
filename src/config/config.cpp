// SPDX-License-Identifier: Apache-2.0
#include "config/config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

namespace mailsonde::config {
namespace {

// All that operator== compares, except module and sources, which are compared by value.
auto own_values(const Target& target) {
  return std::tie(target.kind, target.name, target.host, target.port, target.interval, target.rcpt_to, target.mail_from,
                  target.provider, target.auth);
}

bool same_module(const Target& a, const Target& b) {
  if (a.module == b.module) return true;
  return a.module != nullptr && b.module != nullptr && *a.module == *b.module;
}

bool same_sources(const Target& a, const Target& b) {
  return std::ranges::equal(a.sources, b.sources, [](const auto& x, const auto& y) { return *x == *y; });
}

}  // namespace

const std::shared_ptr<const Source>& default_source() {
  static const std::shared_ptr<const Source> kSource =
      std::make_shared<const Source>(Source{.name = std::string(kDefaultSource), .ipv4 = {}, .ipv6 = {}, .helo = ""});
  return kSource;
}

std::string_view to_string(TlsPolicy policy) {
  constexpr std::array<std::string_view, 4> kNames{"none", "opportunistic", "required", "implicit"};
  return kNames[static_cast<std::size_t>(policy)];
}

std::string_view to_string(TargetKind kind) { return kind == TargetKind::destination ? "destination" : "relay"; }

bool Target::operator==(const Target& other) const {
  return own_values(*this) == own_values(other) && same_module(*this, other) && same_sources(*this, other);
}

std::string Resolver::Server::to_string() const {
  const bool bracketed = address.family() == Family::ipv6;
  return fmt::format("{}{}{}:{}", bracketed ? "[" : "", address.to_string(), bracketed ? "]" : "", port);
}

Sources all_sources(const Config& config) {
  std::map<std::string_view, std::shared_ptr<const Source>> by_name;
  for (const auto& source : config.sources) by_name.emplace(source->name, source);
  for (const Target& target : config.targets) {
    for (const auto& source : target.sources) by_name.emplace(source->name, source);
  }
  Sources sources;
  for (auto& [name, source] : by_name) sources.push_back(std::move(source));
  return sources;
}

}  // namespace mailsonde::config
