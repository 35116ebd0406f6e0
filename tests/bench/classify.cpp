// SPDX-License-Identifier: Apache-2.0
// How well the classifier does on labelled replies, by outcome, with the confusion matrix; how fast it is; and what is
// left of it when the rules have never seen the replies that they are asked about. Prints, asserts nothing.
//
//   bench_classify [--misses] FILE.tsv     reply, stage, provider, category (and more columns); the first line is the
//                                           header
#include <fmt/format.h>

#include <time.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "classify/classify.hpp"
#include "classify/reply_facts.hpp"
#include "classify/rule_set.hpp"
#include "smtp/reply_parser.hpp"

using namespace mailsonde;
using namespace mailsonde::classify;

namespace {

struct Row {
  std::string text;
  smtp::Reply reply;
  ReplyFacts facts;
  Outcome label;
};

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
                    .facts = facts_of(*reply, stage_from_string(fields[1]), fields[2]),
                    .label = *label});
  }
  return rows;
}

// How often each label was answered by each outcome.
struct Scores {
  std::map<Outcome, std::map<Outcome, int>> answers;
  int transient = 0;
  int transient_right = 0;

  void count(const Row& row, Outcome answer) {
    ++answers[row.label][answer];
    if (!row.reply.is_transient()) return;
    ++transient;
    transient_right += answer == row.label ? 1 : 0;
  }
  [[nodiscard]] int labelled(Outcome outcome) const {
    int sum = 0;
    if (const auto found = answers.find(outcome); found != answers.end()) {
      for (const auto& [answer, count] : found->second) sum += count;
    }
    return sum;
  }
  [[nodiscard]] int answered(Outcome outcome) const {
    int sum = 0;
    for (const auto& [label, row] : answers) {
      if (const auto found = row.find(outcome); found != row.end()) sum += found->second;
    }
    return sum;
  }
  [[nodiscard]] int right(Outcome outcome) const {
    const auto label = answers.find(outcome);
    if (label == answers.end()) return 0;
    const auto found = label->second.find(outcome);
    return found == label->second.end() ? 0 : found->second;
  }
};

// The same replies with other numbers, names and queue ids, as a stream of real ones has them.
std::vector<Row> varied(const std::vector<Row>& rows, int times) {
  std::mt19937 random(1);
  std::vector<Row> result;
  for (int i = 0; i < times; ++i) {
    for (Row row : rows) {
      for (std::string& line : row.reply.lines) {
        const std::size_t text = line.find(' ');  // the enhanced code stays
        for (std::size_t at = text == std::string::npos ? line.size() : text; at < line.size(); ++at) {
          if (line[at] >= '0' && line[at] <= '9') line[at] = static_cast<char>('0' + random() % 10);
        }
        line += fmt::format(" {:x}-{:08x}", random(), random());
      }
      result.push_back(std::move(row));
    }
  }
  return result;
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

void print_outcomes(const Scores& scores) {
  fmt::print("{:20} {:>5} {:>7} {:>9}  taken for\n", "outcome", "rows", "recall", "precision");
  for (const auto& [label, row] : scores.answers) {
    const int own = scores.right(label);
    std::string taken_for;
    for (const auto& [answer, count] : row) {
      if (answer != label) taken_for += fmt::format(" {} {}", to_string(answer), count);
    }
    fmt::print("{:20} {:5} {:6.1f}% {:8.1f}% {}\n", to_string(label), scores.labelled(label),
               percent(own, scores.labelled(label)), percent(own, scores.answered(label)), taken_for);
  }
}

Outcome outcome_of(const ReplyRule* rule) { return rule == nullptr ? Outcome::unclassified : rule->outcome; }

// Each fifth of the rows is judged without the wordings that only it has: a rule stays if it decides a row of the other
// four fifths, stands for a registered code, or has an example of its own.
Scores left_out_scores(const std::vector<Row>& rows, const RuleSet& rules) {
  constexpr std::size_t kFolds = 5;
  std::vector<const ReplyRule*> deciding;
  for (const Row& row : rows) deciding.push_back(rules.find(row.facts));
  Scores scores;
  for (std::size_t fold = 0; fold < kFolds; ++fold) {
    std::set<const ReplyRule*> seen;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (i % kFolds != fold) seen.insert(deciding[i]);
    }
    std::vector<ReplyRule> kept;
    for (const ReplyRule& rule : rules.rules()) {
      if (seen.contains(&rule) || rule.pattern.empty() || !rule.example.empty()) kept.push_back(rule);
    }
    const RuleSet fewer(std::move(kept));
    for (std::size_t i = fold; i < rows.size(); i += kFolds)
      scores.count(rows[i], outcome_of(fewer.find(rows[i].facts)));
  }
  return scores;
}

// Processor time of this thread: what else the machine does is left out.
double seconds_of(auto work) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
  };
  const double begin = now();
  work();
  return now() - begin;
}

void print_speed(const std::vector<Row>& rows) {
  constexpr int kRounds = 200;
  const RuleSet rules(built_in_rules());
  const double build = seconds_of([] { const RuleSet fresh(built_in_rules()); });
  const Classifier classifier;
  std::size_t found = 0;
  const auto all = [&](const std::vector<Row>& of) {
    for (const Row& row : of) found += classifier.judge(row.reply, row.facts.stage, row.facts.provider).rule.size();
  };
  const double cold = seconds_of([&] { all(rows); });
  const double warm = seconds_of([&] {
    for (int i = 0; i < kRounds; ++i) all(rows);
  });
  const std::vector<Row> stream = varied(rows, kRounds);
  const double streamed = seconds_of([&] { all(stream); });
  fmt::print("{} rules; built in {:.1f} ms; {} replies with cold caches in {:.1f} ms\n", rules.rules().size(),
             build * 1e3, rows.size(), cold * 1e3);
  const double count = kRounds * static_cast<double>(rows.size());
  fmt::print("{:.0f} replies/s on one core; {:.0f} replies/s when none comes twice (checksum {})\n", count / warm,
             count / streamed, found);
}

}  // namespace

int main(int argc, char** argv) {
  const bool print_misses = argc == 3 && std::string_view(argv[1]) == "--misses";
  if (argc != 2 && !print_misses) {
    fmt::print(stderr, "usage: bench_classify [--misses] FILE.tsv\n");
    return 2;
  }
  const std::vector<Row> rows = read_rows(argv[argc - 1]);
  if (rows.empty()) {
    fmt::print(stderr, "{}: no rows\n", argv[argc - 1]);
    return 1;
  }
  const RuleSet rules(built_in_rules());
  Scores scores;
  for (const Row& row : rows) {
    const ReplyRule* rule = rules.find(row.facts);
    scores.count(row, outcome_of(rule));
    if (print_misses && outcome_of(rule) != row.label) {
      fmt::print("{} -> {} ({}: {})\n    {} {}: {}\n", to_string(row.label), to_string(outcome_of(rule)),
                 rule == nullptr ? "first digit" : rule->name, rule == nullptr ? "" : rule->pattern,
                 row.facts.stage ? to_string(*row.facts.stage) : "unknown", row.facts.provider, row.text);
    }
  }
  print_outcomes(scores);
  fmt::print("\nall rules:          {}\n", summary(scores));
  fmt::print("a fifth left out:   {}\n\n", summary(left_out_scores(rows, rules)));
  print_speed(rows);
  return 0;
}
