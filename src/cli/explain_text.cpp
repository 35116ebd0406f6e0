// SPDX-License-Identifier: Apache-2.0
#include "cli/explain_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/duration.hpp"
#include "base/text.hpp"
#include "cli/verdict_text.hpp"

namespace mailsonde::cli {
namespace {

constexpr std::size_t kLineText = 72;  // of a reply in a line

const smtp::Reply* reply_of(const classify::Explanation& answer) {
  const auto& reply = answer.reply;
  return reply ? &*reply : nullptr;
}

bool is_positive(const classify::Explanation& answer) {
  const smtp::Reply* reply = reply_of(answer);
  return reply != nullptr && reply->is_positive();
}

std::string enhanced_code_of(const smtp::Reply& reply) { return reply.enhanced ? reply.enhanced->to_string() : "-"; }

// The reply as it was given, its joined lines on lines of their own.
std::string shown(std::string_view reply) {
  constexpr std::string_view kJoint = "\\n";
  constexpr std::size_t kMostLines = 20;
  std::string result;
  for (std::size_t lines = 0; lines < kMostLines; ++lines) {
    const auto end = reply.find(kJoint);
    result += printable(reply.substr(0, end)) + '\n';
    if (end == std::string_view::npos) return result;
    reply.remove_prefix(end + kJoint.size());
  }
  return result + "...\n";
}

// 2yz and 3yz: the words for whole probes do not fit a single reply.
std::string positive_block(const smtp::Reply& reply) {
  const bool is_intermediate = reply.code >= 300;  // RFC 5321 4.2.1
  return labelled("outcome", is_intermediate ? "ok: the server agrees so far and waits for the rest."
                                             : "ok: the server did, or will do, what it was asked.") +
         labelled("whose side", side_in_words(Fault::none)) + labelled("retry", "not needed") +
         labelled("what to do",
                  "Nothing: this is no error. If mail fails all the same, explain the reply that came "
                  "after this one.");
}

std::string negative_block(const classify::Explanation& answer) {
  const std::string_view outcome = to_string(answer.verdict.outcome);
  std::string text = labelled("outcome", fmt::format("{}: {}", outcome, answer.meaning->definition));
  if (!answer.reply) text += labelled("no reply", printable(answer.reply.error().message));
  return text + advice_lines(answer.verdict);
}

std::string retry_column(const classify::Explanation& answer) {
  if (is_positive(answer)) return "-";
  std::string text(to_string(answer.verdict.retry));
  if (answer.verdict.retry_after) text += ' ' + format_duration(*answer.verdict.retry_after);
  return text;
}

}  // namespace

Question parse_question(std::string_view line, const Question& defaults) {
  const auto first = line.find('\t');
  const auto second = first == std::string_view::npos ? first : line.find('\t', first + 1);
  Question question = defaults;
  question.reply = std::string(line);
  // A reply may have tabs of its own; no stage begins with a digit.
  const bool is_reply_alone = !line.empty() && line.front() >= '0' && line.front() <= '9';
  if (second == std::string_view::npos || is_reply_alone) return question;
  question.stage = stage_from_string(line.substr(0, first));
  question.provider = std::string(line.substr(first + 1, second - first - 1));
  if (question.provider == "-") question.provider.clear();
  question.reply = std::string(line.substr(second + 1));
  return question;
}

std::string answer_block(const Question& question, const classify::Explanation& answer) {
  return shown(question.reply) + (is_positive(answer) ? positive_block(*reply_of(answer)) : negative_block(answer));
}

std::string answer_line(const Question& question, const classify::Explanation& answer) {
  const smtp::Reply* reply = reply_of(answer);
  const classify::Verdict& verdict = answer.verdict;
  const std::string text = printable(reply != nullptr ? reply->text() : question.reply, kLineText);
  std::string line = fmt::format("{:<3} {:<7} {:<19} {:<9} retry {:<9} {:<30} {}",
                                 reply != nullptr ? std::to_string(reply->code) : "-",
                                 reply != nullptr ? enhanced_code_of(*reply) : "-", to_string(verdict.outcome),
                                 to_string(answer.meaning->fault), retry_column(answer), verdict.rule, text);
  line.resize(line.find_last_not_of(' ') + 1);
  return line + '\n';
}

std::string answer_json(const Question& question, const classify::Explanation& answer) {
  using Json = nlohmann::ordered_json;
  const smtp::Reply* reply = reply_of(answer);
  const bool has_enhanced = reply != nullptr && reply->enhanced.has_value();
  const classify::Explanation& explanation = answer;
  const Json object{{"reply", question.reply},
                    {"code", reply != nullptr ? Json(reply->code) : Json(nullptr)},
                    {"enhanced_code", has_enhanced ? Json(reply->enhanced->to_string()) : Json(nullptr)},
                    {"outcome", to_string(explanation.verdict.outcome)},
                    {"fault", to_string(explanation.meaning->fault)},
                    {"retry", to_string(explanation.verdict.retry)},
                    {"advice", explanation.meaning->advice},
                    {"rule", explanation.verdict.rule},
                    {"retry_after_seconds",
                     answer.verdict.retry_after
                         ? Json(std::chrono::duration_cast<std::chrono::seconds>(*answer.verdict.retry_after).count())
                         : Json(nullptr)}};
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void Tally::add(Outcome outcome) {
  ++counts_[static_cast<std::size_t>(outcome)];
  ++total_;
}

std::string Tally::summary() const {
  std::vector<Outcome> seen;
  const auto count_of = [this](Outcome outcome) { return counts_[static_cast<std::size_t>(outcome)]; };
  std::ranges::copy_if(all_outcomes(), std::back_inserter(seen),
                       [&](Outcome outcome) { return count_of(outcome) > 0; });
  std::ranges::sort(
      seen, [&](Outcome a, Outcome b) { return count_of(a) != count_of(b) ? count_of(a) > count_of(b) : a < b; });
  std::string text = fmt::format("{} replies\n", total_);
  for (const Outcome outcome : seen) {
    const auto count = count_of(outcome);
    text += fmt::format("{:>9} {:>5.1f} %  {:<19} {}\n", count,
                        100 * static_cast<double>(count) / static_cast<double>(total_), to_string(outcome),
                        to_string(classify::meaning_of(outcome).fault));
  }
  return text;
}

}  // namespace mailsonde::cli
