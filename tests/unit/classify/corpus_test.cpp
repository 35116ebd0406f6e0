// SPDX-License-Identifier: Apache-2.0
// Counts how many of the hand-labelled replies of the project's corpus get their label. The corpus is not part of the
// tree: MAILSONDE_SHARED names the folder that has corpus/smtp_replies.tsv. MAILSONDE_CORPUS_MISSES=1 prints each miss.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "classify/explain.hpp"

using namespace mailsonde;
using namespace mailsonde::classify;

TEST_SUITE_BEGIN("classify.corpus");

namespace {

constexpr double kLeastAccuracy = 0.75;

struct Row {
  std::string reply;
  std::optional<Stage> stage;
  std::string provider;
  std::string category;
};

std::vector<Row> read_rows(std::istream& file) {
  std::vector<Row> rows;
  std::string line;
  std::getline(file, line);  // the header
  while (std::getline(file, line)) {
    const auto fields = split(line, '\t');
    REQUIRE(fields.size() == 5);
    rows.push_back({.reply = std::string(fields[0]),
                    .stage = stage_from_string(fields[1]),
                    .provider = std::string(fields[2]),
                    .category = std::string(fields[3])});
  }
  return rows;
}

struct Tally {
  int right = 0;
  int all = 0;
  [[nodiscard]] double share() const { return all == 0 ? 0 : static_cast<double>(right) / all; }
};

}  // namespace

TEST_CASE("the corpus gets its labels") {
  const char* folder = std::getenv("MAILSONDE_SHARED");
  if (folder == nullptr) {
    MESSAGE("skipped: MAILSONDE_SHARED is not set");
    return;
  }
  std::ifstream file(std::string(folder) + "/corpus/smtp_replies.tsv");
  REQUIRE(file);
  const bool print_misses = std::getenv("MAILSONDE_CORPUS_MISSES") != nullptr;

  Tally all;
  Tally transient;
  std::map<std::string, Tally> by_category;
  for (const Row& row : read_rows(file)) {
    CAPTURE(row.reply);
    const Explanation explanation = explain(row.reply, row.stage, row.provider);
    REQUIRE(explanation.reply);
    const bool is_right = to_string(explanation.verdict.outcome) == row.category;
    for (Tally* tally : {&all, &by_category[row.category]}) {
      ++tally->all;
      tally->right += is_right ? 1 : 0;
    }
    if (explanation.reply->is_transient()) {
      ++transient.all;
      transient.right += is_right ? 1 : 0;
    }
    if (!is_right && print_misses) {
      fmt::print("{} -> {} ({})\n    {} {}: {}\n", row.category, to_string(explanation.verdict.outcome),
                 explanation.verdict.rule, row.stage ? to_string(*row.stage) : "unknown", row.provider, row.reply);
    }
  }
  for (const auto& [category, tally] : by_category) {
    MESSAGE(fmt::format("{:20} {:3} of {:3}", category, tally.right, tally.all));
  }
  MESSAGE(fmt::format("all {:.1f} % of {}, 4xx {:.1f} % of {}", 100 * all.share(), all.all, 100 * transient.share(),
                      transient.all));
  CHECK(all.share() >= kLeastAccuracy);
  CHECK(transient.share() >= kLeastAccuracy);
}
