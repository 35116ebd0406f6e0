// SPDX-License-Identifier: Apache-2.0
#include "classify/provider.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace mailsonde::classify {
namespace {

struct Alias {
  std::string_view name;
  std::string_view provider;
};

// Brands, products and former names that replies are collected under.
constexpr Alias kAliases[] = {
    {"163", "netease"},       {"1and1", "ionos"},         {"1und1", "ionos"},
    {"alibaba", "aliyun"},    {"amazon", "amazonses"},    {"amazonworkmail", "amazonses"},
    {"aol", "yahoo"},         {"bellsouth", "att"},       {"broadcom", "messagelabs"},
    {"exmail", "qq"},         {"gmail", "google"},        {"googlemail", "google"},
    {"gsuite", "google"},     {"hotmail", "outlook"},     {"icloud", "apple"},
    {"ironport", "cisco"},    {"office365", "microsoft"}, {"postini", "google"},
    {"protonmail", "proton"}, {"roadrunner", "charter"},  {"symantec", "messagelabs"},
    {"telekom", "t-online"},  {"tencent", "qq"},
};

// RFC 1035 section 2.3.4: 255 bytes on the wire are 253 in text. It bounds the work for each name, too.
constexpr std::size_t kLongestName = 253;

}  // namespace

std::string_view canonical_provider(std::string_view name) {
  const auto* const found = std::ranges::find(kAliases, name, &Alias::name);
  return found == std::end(kAliases) ? name : found->provider;
}

ProviderTable::ProviderTable(std::span<const config::Provider> own) {
  for (const auto& [suffix, provider] : built_in_suffixes()) suffixes_.emplace(suffix, provider);
  for (const config::Provider& provider : own) {
    for (const std::string& suffix : provider.mx_suffixes) suffixes_.insert_or_assign(suffix, provider.name);
  }
}

std::string_view ProviderTable::provider_of(std::string_view mx_host) const {
  if (mx_host.ends_with('.')) mx_host.remove_suffix(1);
  if (mx_host.size() > kLongestName) return kOtherProvider;
  const std::string name = to_lower(mx_host);
  std::string_view rest = name;
  while (!rest.empty()) {
    const auto found = suffixes_.find(rest);
    if (found != suffixes_.end()) return found->second;
    const auto dot = rest.find('.');
    rest.remove_prefix(dot == std::string_view::npos ? rest.size() : dot + 1);
  }
  return kOtherProvider;
}

}  // namespace mailsonde::classify
