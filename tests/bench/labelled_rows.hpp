// SPDX-License-Identifier: Apache-2.0
// Labelled replies as the benchmarks read them, and the count of what they were taken for.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/outcome.hpp"
#include "classify/reply_facts.hpp"
#include "classify/reply_rules.hpp"
#include "smtp/reply.hpp"

namespace mailsonde::bench {

struct Row {
  std::string text;
  smtp::Reply reply;
  classify::ReplyFacts facts;
  Outcome label;
};

// The rows of a file with reply, stage, provider and category (and more columns); its first line is the header. Rows
// that cannot be used are printed and left out.
[[nodiscard]] std::vector<Row> read_rows(const char* path);

// No rule: the first digit decides, which tells no cause.
[[nodiscard]] Outcome outcome_of(const classify::ReplyRule* rule);

// How often each label was answered by each outcome.
struct Scores {
  std::map<Outcome, std::map<Outcome, int>> answers;
  int transient = 0;
  int transient_right = 0;

  void count(const Row& row, Outcome answer);
  [[nodiscard]] int labelled(Outcome outcome) const;
  [[nodiscard]] int answered(Outcome outcome) const;
  [[nodiscard]] int right(Outcome outcome) const;
};

[[nodiscard]] double percent(int part, int whole);
// One line: right of all, right of the 4xx, mean recall.
[[nodiscard]] std::string summary(const Scores& scores);

}  // namespace mailsonde::bench
