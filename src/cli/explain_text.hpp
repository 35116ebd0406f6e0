// SPDX-License-Identifier: Apache-2.0
// What `explain` reads and prints: one reply as a block for a person, many as one line each, or as JSON. All pure; any
// bytes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/outcome.hpp"
#include "base/stage.hpp"
#include "classify/explain.hpp"

namespace mailsonde::cli {

// One reply to explain, with what is known of its circumstances.
struct Question {
  std::optional<Stage> stage;
  std::string provider;  // empty: not known
  std::string reply;
};

// A line of input. One with two tabs is STAGE<TAB>PROVIDER<TAB>REPLY, "unknown" and "-" standing for no stage and no
// provider; any other is a reply alone, and the rest comes from `defaults`.
[[nodiscard]] Question parse_question(std::string_view line, const Question& defaults);

// Six lines or so, the last with a line end.
[[nodiscard]] std::string answer_block(const Question& question, const classify::Explanation& answer);

// One line in columns: code, enhanced code, outcome, whose side, retry, rule, and the beginning of the text.
[[nodiscard]] std::string answer_line(const Question& question, const classify::Explanation& answer);

// One object on one line; bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string answer_json(const Question& question, const classify::Explanation& answer);

// How often which outcome came.
class Tally {
 public:
  void add(Outcome outcome);
  [[nodiscard]] std::uint64_t total() const { return total_; }
  // A line for each outcome that came, the most frequent first.
  [[nodiscard]] std::string summary() const;

 private:
  std::array<std::uint64_t, kOutcomeCount> counts_{};
  std::uint64_t total_ = 0;
};

}  // namespace mailsonde::cli
