// SPDX-License-Identifier: Apache-2.0
// docs/diagnosis.md against the code.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "diagnose/diagnose.hpp"
#include "diagnose/thresholds.hpp"

namespace mailsonde::diagnose {

TEST_SUITE_BEGIN("diagnose.diagnosis_page");

namespace {

std::string read_page() {
  std::ifstream file(MAILSONDE_DOCS "/diagnosis.md");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

TEST_CASE("the page has every threshold with its value, and no other") {
  constexpr std::pair<std::string_view, std::size_t> thresholds[] = {
      {"kNearlyAllPercent", kNearlyAllPercent},
      {"kRestWorksPercent", kRestWorksPercent},
      {"kLeastFailures", kLeastFailures},
      {"kFailuresCap", kFailuresCap},
      {"kLeastInARow", kLeastInARow},
      {"kEgressLeastParties", kEgressLeastParties},
      {"kFamilyLeastHosts", kFamilyLeastHosts},
      {"kFamilyLeastParties", kFamilyLeastParties},
      {"kListedLeastParties", kListedLeastParties},
      {"kProviderLeastHosts", kProviderLeastHosts},
      {"kProberLeastPercent", kProberLeastPercent},
      {"kProberLeastParties", kProberLeastParties},
      {"kResolverLeastLookups", kResolverLeastLookups},
      {"kResolverLeastDomains", kResolverLeastDomains},
  };
  const std::string page = read_page();
  REQUIRE_FALSE(page.empty());
  for (const auto& [name, value] : thresholds) {
    const std::string row = "| `" + std::string(name) + "` | " + std::to_string(value) + " |";
    CAPTURE(row);
    CHECK(page.find(row) != std::string::npos);
  }
  std::size_t rows = 0;
  for (const std::string_view line : split(page, '\n')) rows += line.starts_with("| `k") ? 1 : 0;
  CHECK(rows == std::size(thresholds));
}

TEST_CASE("the page has every scope, and the names of those that are no name from outside") {
  const std::string page = read_page();
  for (std::size_t i = 0; i < kScopeCount; ++i) {
    const std::string name(to_string(static_cast<Scope>(i)));
    CAPTURE(name);
    CHECK(page.find("| `" + name + "` | ") != std::string::npos);
    CHECK(page.find("**" + name + ".**") != std::string::npos);
  }
  for (const std::string_view subject : {kPort25, kNetwork, kEverywhere})
    CHECK(page.find("`" + std::string(subject) + "`") != std::string::npos);
}

TEST_SUITE_END();

}  // namespace mailsonde::diagnose
