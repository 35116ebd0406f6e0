// SPDX-License-Identifier: Apache-2.0
#include "config/target_list.hpp"

#include <doctest/doctest.h>

using namespace mailsonde::config;

namespace {

struct Outcome {
  std::vector<ListEntry> entries;
  std::vector<Problem> problems;
};

Outcome read(std::string_view text) {
  Problems problems("t.json");
  auto entries = read_target_list(text, problems);
  return {std::move(entries), problems.take()};
}

// The only mistake as "line:column: what"; their count if there is not exactly one.
std::string mistake(std::string_view text) {
  const auto problems = read(text).problems;
  if (problems.size() != 1) return std::to_string(problems.size()) + " mistakes";
  return problems[0].to_string().substr(std::string_view("t.json:").size());
}

}  // namespace

TEST_SUITE_BEGIN("config.target_list");

TEST_CASE("a list of Prometheus gives targets and labels with their places") {
  const auto [entries, problems] = read(R"([
  {"targets": ["a.example", "b.example:25"],
   "labels": {"module": "mx", "team\"s": "\\\""}},
  {"labels": {}, "targets": []}
])");
  CHECK(problems.empty());
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].at == Position{2, 3});
  REQUIRE(entries[0].targets.size() == 2);
  CHECK(entries[0].targets[1].value == "b.example:25");
  CHECK(entries[0].targets[1].at == Position{2, 29});
  REQUIRE(entries[0].labels.size() == 2);
  CHECK(entries[0].labels[0].first.value == "module");
  CHECK(entries[0].labels[0].second.at == Position{3, 25});
  CHECK(entries[0].labels[1].first.value == "team\"s");
  CHECK(entries[0].labels[1].first.at == Position{3, 31});
  CHECK(entries[0].labels[1].second.value == "\\\"");
  CHECK(entries[0].labels[1].second.at == Position{3, 42});
  CHECK(entries[1].targets.empty());
}

TEST_CASE("columns count characters, not bytes") {
  const auto entries = read("[{\"labels\": {\"\xc3\xbc\xc3\xbc\": \"x\"}, \"targets\": []}]").entries;
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].labels.at(0).second.at == Position{1, 20});
}

TEST_CASE("an empty list is a list") {
  CHECK(read("[]").problems.empty());
  CHECK(read(" [ ] \n").entries.empty());
}

TEST_CASE("what is no JSON is told where it begins to be none") {
  CHECK(mistake("").starts_with("1:1: not valid JSON: syntax error"));
  CHECK(mistake("[{\"targets\": [\"a\",\n ]}]").starts_with("2:2: not valid JSON: syntax error"));
  CHECK(mistake("[{\"targets\": [\"a\"").starts_with("1:17: not valid JSON: "));
  CHECK(mistake("[] []").starts_with("1:4: not valid JSON: "));
  CHECK(mistake("[{\"targets\": [\"\xff\"]}]").starts_with("1:16: not valid JSON: "));
  CHECK(mistake("[1e999]").starts_with("1:7: not valid JSON: number overflow"));
}

TEST_CASE("every mistake of form is told, each once") {
  CHECK(mistake("{}") == R"(1:1: expected a list such as [{"targets": ["example.com"]}], got an object)");
  CHECK(mistake("7") == R"(1:1: expected a list such as [{"targets": ["example.com"]}], got a number)");
  CHECK(mistake("[\"a\"]") == R"(1:2: expected an entry such as {"targets": ["example.com"]}, got a string)");
  CHECK(mistake("[[{\"targets\": 1}]]") ==
        R"(1:2: expected an entry such as {"targets": ["example.com"]}, got a list)");
  CHECK(mistake("[{\"targets\": \"a\"}]") == "1:14: expected targets to be a list of strings, got a string");
  CHECK(mistake("[{\"targets\": [[1, 2]]}]") == "1:15: expected a target as a string, got a list");
  CHECK(mistake("[{\"targets\": [], \"labels\": []}]") ==
        "1:28: expected labels to be an object of strings, got a list");
  CHECK(mistake("[{\"targets\": [], \"labels\": {\"a\": true}}]") ==
        "1:37: expected the value of a label as a string, got a boolean");
  CHECK(mistake("[{\"target\": [{}], \"targets\": []}]") == R"(1:3: unknown key "target"; known: targets, labels)");
  CHECK(mistake("[{\"targets\": [], \"targets\": []}]") == "1:18: targets stands there twice in one entry");
  CHECK(mistake("[{}]") == R"(1:2: targets is missing in this entry: {"targets": ["example.com"]})");
  CHECK(read("[1, {}, \"a\", {\"targets\": [1, null]}]").problems.size() == 5);
}

TEST_CASE("nesting is bounded") {
  CHECK(mistake("[{\"targets\": [" + std::string(100'000, '[')).starts_with("2 mistakes"));
  const auto problems = read(std::string(1'000'000, '[')).problems;
  REQUIRE(problems.size() == 2);
  CHECK(problems[1].what == "is nested more than 16 levels deep");
}

TEST_CASE("a file of nothing but mistakes ends at the thousandth") {
  std::string text = "[";
  for (int i = 0; i < 5000; ++i) text += "1,";
  CHECK(read(text + "1]").problems.size() == kMaxProblems + 1);
}

TEST_CASE("a list cut at any byte is a mistake, never a shorter list") {
  const std::string text = R"([{"targets": ["a.example", "b\"\\"], "labels": {"module": "mx"}}])";
  REQUIRE(read(text).problems.empty());
  for (std::size_t size = 0; size < text.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(read(std::string_view(text).substr(0, size)).problems.empty());
  }
}
