// SPDX-License-Identifier: Apache-2.0
// docs/metrics.md against the table, and the list of providers in docs/configuration.md. To write the tables anew:
//
//   MAILSONDE_WRITE_DOCS=1 build/dev/tests/unit/unit_metrics -ts=metrics.pages
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "classify/provider.hpp"
#include "metrics/table.hpp"

using namespace mailsonde;
using namespace mailsonde::metrics;

namespace {

constexpr const char* kPage = MAILSONDE_DOCS "/metrics.md";

std::string content_of(const char* path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string table_of(Scope scope) {
  std::string text = "| name | type | own labels | help | set by |\n| --- | --- | --- | --- | --- |\n";
  for (const Row& row : rows()) {
    if (row.scope != scope) continue;
    std::string labels(row.labels);
    std::ranges::replace(labels, ' ', ',');
    if (!labels.empty()) labels = "`" + labels + "`";
    text += fmt::format("| `{}` | {} | {} | {} | {} |\n", row.name, to_string(row.type), labels, row.help, row.set_by);
  }
  return text;
}

// The page with the table behind `heading` as it should be; without one as it is.
std::string with_table(std::string page, std::string_view heading, Scope scope) {
  const auto begin = page.find("\n| name |", page.find(heading));
  if (begin == std::string::npos) return page;
  const auto end = std::min(page.find("\n\n", begin), page.size());
  return page.replace(begin + 1, end - begin, table_of(scope));
}

}  // namespace

TEST_SUITE_BEGIN("metrics.pages");

TEST_CASE("docs/metrics.md has the tables of the program, and no other") {
  const std::string page = content_of(kPage);
  std::string right = with_table(page, "\n## Of a target\n", Scope::target);
  right = with_table(right, "\n## Of the process\n", Scope::process);
  if (std::getenv("MAILSONDE_WRITE_DOCS") != nullptr && right != page) std::ofstream(kPage, std::ios::binary) << right;
  CHECK_MESSAGE(content_of(kPage) == right, "write them anew: see the top of this file");
  for (const Scope scope : {Scope::target, Scope::process}) CHECK(right.contains(table_of(scope)));
  std::size_t documented = 0;
  for (auto at = right.find("\n| `"); at != std::string::npos; at = right.find("\n| `", at + 1)) {
    const std::string_view name = std::string_view(right).substr(at + 4);
    documented += name.starts_with("mailsonde_") || name.starts_with("process_") ? 1 : 0;
  }
  CHECK(documented == kFamilyCount);
}

TEST_CASE("docs/configuration.md names every built-in provider, and no other") {
  const std::string text = content_of(MAILSONDE_DOCS "/configuration.md");
  const auto begin = text.find("\nBuilt in: ");
  REQUIRE(begin != std::string::npos);
  const std::string listed = text.substr(begin, text.find('.', text.find("`zoho`", begin)) - begin);
  std::set<std::string_view> names;
  for (const auto& [suffix, provider] : classify::built_in_suffixes()) names.insert(provider);
  CHECK(static_cast<std::size_t>(std::ranges::count(listed, '`')) == 2 * names.size());
  for (const std::string_view name : names) {
    CAPTURE(name);
    CHECK(listed.contains("`" + std::string(name) + "`"));
  }
}

TEST_SUITE_END();
