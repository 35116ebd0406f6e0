// SPDX-License-Identifier: Apache-2.0
#include "labelled_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "base/text.hpp"
#include "smtp/reply_parser.hpp"

namespace mailsonde::bench {

std::vector<Row> read_rows(const char* path) {
  std::ifstream file(path);
  std::vector<Row> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const auto fields = split(line, '\t');
    if (fields.size() < 4) continue;
    const auto reply = smtp::parse_reply_text(fields[0]);
    const auto label = outcome_from_string(fields[3]);
    if (!reply || !label) {
      fmt::print("not used: {}\n", line);
      continue;
    }
    rows.push_back({.text = std::string(fields[0]),
                    .reply = *reply,
                    .facts = classify::facts_of(*reply, stage_from_string(fields[1]), fields[2]),
                    .label = *label});
  }
  return rows;
}

Outcome outcome_of(const classify::ReplyRule* rule) { return rule == nullptr ? Outcome::unclassified : rule->outcome; }

void Scores::count(const Row& row, Outcome answer) {
  ++answers[row.label][answer];
  if (!row.reply.is_transient()) return;
  ++transient;
  transient_right += answer == row.label ? 1 : 0;
}

int Scores::labelled(Outcome outcome) const {
  int sum = 0;
  if (const auto found = answers.find(outcome); found != answers.end()) {
    for (const auto& [answer, count] : found->second) sum += count;
  }
  return sum;
}

int Scores::answered(Outcome outcome) const {
  int sum = 0;
  for (const auto& [label, row] : answers) {
    if (const auto found = row.find(outcome); found != row.end()) sum += found->second;
  }
  return sum;
}

int Scores::right(Outcome outcome) const {
  const auto label = answers.find(outcome);
  if (label == answers.end()) return 0;
  const auto found = label->second.find(outcome);
  return found == label->second.end() ? 0 : found->second;
}

double percent(int part, int whole) { return whole == 0 ? 0 : 100.0 * part / whole; }

std::string summary(const Scores& scores) {
  int all = 0;
  int right = 0;
  double recall = 0;
  for (const auto& [label, row] : scores.answers) {
    all += scores.labelled(label);
    right += scores.right(label);
    recall += percent(scores.right(label), scores.labelled(label));
  }
  return fmt::format("all {:.1f} % of {}, 4xx {:.1f} % of {}, mean recall over {} outcomes {:.1f} %",
                     percent(right, all), all, percent(scores.transient_right, scores.transient), scores.transient,
                     scores.answers.size(),
                     recall / static_cast<double>(std::max<std::size_t>(scores.answers.size(), 1)));
}

}  // namespace mailsonde::bench
