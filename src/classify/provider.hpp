// SPDX-License-Identifier: Apache-2.0
// Who operates a mail server, told by how the name of its MX host ends. The built-in names are data in
// provider_suffixes.cpp; the user's own come from [[providers]].
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "config/config.hpp"

namespace mailsonde::classify {

// What a host is that no suffix fits.
inline constexpr std::string_view kOtherProvider = "other";

struct ProviderSuffix {
  std::string_view suffix;  // whole labels, lower case: "mail.icloud.com" is that name and every name below it
  std::string_view provider;
};

// Each suffix once; static storage.
[[nodiscard]] std::span<const ProviderSuffix> built_in_suffixes();

// The one name of a provider that people and data know by several: "gmail" and "gsuite" are google, "symantec" is
// messagelabs. Takes lower case; a name without another one comes back as it is. Pure.
[[nodiscard]] std::string_view canonical_provider(std::string_view name);

// Immutable; may be read by several threads at once.
class ProviderTable {
 public:
  // The built-in table with the user's suffixes over it: of two equal ones the user's wins.
  explicit ProviderTable(std::span<const config::Provider> own);

  // The provider of the longest suffix that fits, or kOtherProvider. Case and a final dot are ignored. Any bytes; what
  // is longer than a host name may be is nobody's. The view is valid as long as the table.
  [[nodiscard]] std::string_view provider_of(std::string_view mx_host) const;

 private:
  std::map<std::string, std::string, std::less<>> suffixes_;
};

}  // namespace mailsonde::classify
