// SPDX-License-Identifier: Apache-2.0
// How well the classifier does on labelled replies, by outcome, with the confusion matrix; how well on those that its
// wordings have never met; how fast it is. Prints, asserts nothing.
//
//   bench_classify [--misses] FILE.tsv [OTHER.tsv]...    the replies to judge, and others that wordings are known from
#include <fmt/format.h>

#include <time.h>

#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "classify/classify.hpp"
#include "classify/rule_set.hpp"
#include "labelled_rows.hpp"
#include "left_out.hpp"

using namespace mailsonde;
using namespace mailsonde::bench;
using namespace mailsonde::classify;

namespace {

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
  const auto begin = std::chrono::steady_clock::now();  // not this thread's time: a second one helps
  const RuleSet rules(built_in_rules());
  const std::chrono::duration<double, std::milli> build = std::chrono::steady_clock::now() - begin;
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
             build.count(), rows.size(), cold * 1e3);
  const double count = kRounds * static_cast<double>(rows.size());
  fmt::print("{:.0f} replies/s on one core; {:.0f} replies/s when none comes twice (checksum {})\n", count / warm,
             count / streamed, found);
}

void print_miss(const Row& row, const ReplyRule* rule) {
  fmt::print("{} -> {} ({}: {})\n    {} {}: {}\n", to_string(row.label), to_string(outcome_of(rule)),
             rule == nullptr ? "first digit" : rule->name, rule == nullptr ? "" : rule->pattern,
             row.facts.stage ? to_string(*row.facts.stage) : "unknown", row.facts.provider, row.text);
}

void print_left_out(const LeftOut& left_out, bool with_misses) {
  for (const std::string& miss : left_out.misses) {
    if (with_misses) fmt::print("left out: {}\n", miss);
  }
  fmt::print("a fifth left out:   {}\n    decided by", summary(left_out.scores));
  for (std::size_t step = 0; step < kStepNames.size(); ++step) {
    fmt::print("{} {} {} ({} right)", step == 0 ? "" : ",", kStepNames[step], left_out.decided[step],
               left_out.right[step]);
  }
  fmt::print("\n\n");
}

}  // namespace

int main(int argc, char** argv) {
  const bool with_misses = argc > 1 && std::string_view(argv[1]) == "--misses";
  const std::vector<const char*> files(argv + std::min(with_misses ? 2 : 1, argc), argv + argc);
  if (files.empty()) {
    fmt::print(stderr, "usage: bench_classify [--misses] FILE.tsv [OTHER.tsv]...\n");
    return 2;
  }
  const std::vector<Row> rows = read_rows(files.front());
  if (rows.empty()) {
    fmt::print(stderr, "{}: no rows\n", files.front());
    return 1;
  }
  std::vector<Row> others;
  for (std::size_t i = 1; i < files.size(); ++i) {
    for (Row& row : read_rows(files[i])) others.push_back(std::move(row));
  }
  const RuleSet rules(built_in_rules());
  Scores scores;
  for (const Row& row : rows) {
    const ReplyRule* rule = rules.find(row.facts);
    scores.count(row, outcome_of(rule));
    if (with_misses && outcome_of(rule) != row.label) print_miss(row, rule);
  }
  print_outcomes(scores);
  fmt::print("\nall rules:          {}\n", summary(scores));
  print_left_out(judge_left_out(rows, others, rules), with_misses);
  print_speed(rows);
  return 0;
}
