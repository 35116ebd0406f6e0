// SPDX-License-Identifier: Apache-2.0
#include "metrics/table.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "base/text.hpp"

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

TEST_SUITE_END();
