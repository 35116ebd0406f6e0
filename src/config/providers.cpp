// SPDX-License-Identifier: Apache-2.0
#include "config/providers.hpp"

#include <fmt/format.h>

#include <unordered_map>

#include "base/text.hpp"
#include "config/syntax.hpp"

namespace mailsonde::config {
namespace {

using FirstUses = std::unordered_map<std::string, Position>;

std::vector<std::string> read_suffixes(Table& table, FirstUses& first_uses, Problems& problems) {
  std::vector<std::string> suffixes;
  for (const Table::Item& item : table.texts("mx_suffixes").value_or(std::vector<Table::Item>{})) {
    if (const std::string mistake = mx_suffix_mistake(item.value); !mistake.empty()) {
      problems.add(item.at, fmt::format("mx_suffixes: {} {}", in_quotes(item.value), mistake));
      continue;
    }
    const std::string suffix = to_lower(item.value);
    const auto [first, is_new] = first_uses.try_emplace(suffix, item.at);
    if (is_new) {
      suffixes.push_back(suffix);
    } else {
      problems.add(item.at, fmt::format("mx_suffixes: {} stands at {} already; it can name one provider only",
                                        in_quotes(item.value), problems.reference(first->second)));
    }
  }
  return suffixes;
}

}  // namespace

std::vector<Provider> read_providers(Table& root, Problems& problems) {
  std::vector<Provider> providers;
  FirstUses first_uses;
  for (Table& table : root.tables("providers")) {
    Provider provider;
    table.require("name");
    provider.name = table.text("name", label_mistake).value_or("");
    table.require("mx_suffixes");
    provider.mx_suffixes = read_suffixes(table, first_uses, problems);
    table.finish();
    providers.push_back(std::move(provider));
    if (problems.full()) break;
  }
  return providers;
}

}  // namespace mailsonde::config
