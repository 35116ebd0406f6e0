// SPDX-License-Identifier: Apache-2.0
#include "metrics/table.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "base/text.hpp"
#include "classify/provider.hpp"

using namespace mailsonde;
using namespace mailsonde::metrics;

TEST_SUITE_BEGIN("metrics.table");

TEST_CASE("each row stands at the place of its id") {
  for (std::size_t i = 0; i < kFamilyCount; ++i) {
    CAPTURE(i);
    CHECK(static_cast<std::size_t>(rows()[i].id) == i);
  }
}

TEST_CASE("names keep to the conventions of Prometheus") {
  std::set<std::string_view> names;
  for (const Row& described : rows()) {
    CAPTURE(described.name);
    CHECK(names.insert(described.name).second);
    CHECK((described.name.starts_with("mailsonde_") || described.name.starts_with("process_")));
    CHECK(described.name.ends_with("_total") == (described.type == Type::counter));
    CHECK_FALSE(described.set_by.empty());
    // One line, and nothing that either format would have to escape.
    CHECK(described.help.ends_with("."));
    CHECK(described.help.find_first_of("\\\"\n") == std::string_view::npos);
  }
}

TEST_CASE("labels are sorted and none collides with what Prometheus itself uses") {
  const std::set<std::string_view> taken{"type", "le",      "quantile", "job",    "instance",
                                         "env",  "service", "zone",     "region", "cluster"};
  for (const Row& described : rows()) {
    CAPTURE(described.name);
    if (described.labels.empty()) continue;
    const auto labels = split(described.labels, ' ');
    CHECK(std::ranges::is_sorted(labels));
    for (const std::string_view label : labels) CHECK_FALSE(taken.contains(label));
  }
}

TEST_CASE("docs/configuration.md names every built-in provider, and no other") {
  std::ifstream file(MAILSONDE_DOCS "/configuration.md");
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
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

TEST_CASE("docs/metrics.md has every family as the table has it, and no other") {
  std::ifstream file(MAILSONDE_DOCS "/metrics.md");
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  REQUIRE_FALSE(text.empty());
  std::size_t documented = 0;
  for (const std::string_view line : split(text, '\n'))
    documented += line.starts_with("| `mailsonde_") || line.starts_with("| `process_") ? 1 : 0;
  CHECK(documented == kFamilyCount);
  for (const Row& described : rows()) {
    std::string labels(described.labels);
    std::ranges::replace(labels, ' ', ',');
    if (!labels.empty()) labels = "`" + labels + "`";
    const std::string line = "| `" + std::string(described.name) + "` | " + std::string(to_string(described.type)) +
                             " | " + labels + " | " + std::string(described.help) + " | " +
                             std::string(described.set_by) + " |";
    CAPTURE(line);
    CHECK(text.find(line) != std::string::npos);
  }
}

TEST_SUITE_END();
