// SPDX-License-Identifier: Apache-2.0
#include "classify/explain.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/text.hpp"
#include "cli/commands.hpp"

namespace mailsonde::cli {
namespace {

// One reply to explain, with what is known of its circumstances.
struct Question {
  std::optional<Stage> stage;
  std::string provider;
  std::string reply;
};

constexpr std::size_t kMaxLine = 64 * 1024;

std::string text_answer(const Question& question, const classify::Explanation& answer) {
  std::string text = fmt::format("{}\n", printable(question.reply));
  const std::string_view outcome = to_string(answer.verdict.outcome);
  text += fmt::format("  outcome      {}: {}\n", outcome, answer.meaning->definition);
  text += fmt::format("  whose side   {}\n", to_string(answer.meaning->fault));
  text += fmt::format("  retry        {}\n", to_string(answer.verdict.retry));
  text += fmt::format("  what to do   {}\n", answer.meaning->advice);
  text += fmt::format("  decided by   {}\n", answer.verdict.rule);
  return text;
}

std::string json_answer(const Question& question, const classify::Explanation& answer) {
  using Json = nlohmann::ordered_json;
  const bool parsed = answer.reply.has_value();
  const bool enhanced = parsed && answer.reply->enhanced.has_value();
  const Json object{{"reply", question.reply},
                    {"code", parsed ? Json(answer.reply->code) : Json(nullptr)},
                    {"enhanced_code", enhanced ? Json(answer.reply->enhanced->to_string()) : Json(nullptr)},
                    {"outcome", to_string(answer.verdict.outcome)},
                    {"fault", to_string(answer.meaning->fault)},
                    {"retry", to_string(answer.verdict.retry)},
                    {"advice", answer.meaning->advice},
                    {"rule", answer.verdict.rule}};
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void answer(const Question& question, OutputFormat format) {
  const classify::Explanation explanation = classify::explain(question.reply, question.stage, question.provider);
  if (format == OutputFormat::json) {
    fmt::print("{}\n", json_answer(question, explanation));
  } else {
    fmt::print("{}\n", text_answer(question, explanation));
  }
}

// A line with tabs is STAGE<TAB>PROVIDER<TAB>REPLY, "unknown" and "-" standing for no stage and no provider.
Question parse_line(std::string_view line, const Question& defaults) {
  const auto first = line.find('\t');
  const auto second = first == std::string_view::npos ? first : line.find('\t', first + 1);
  Question question = defaults;
  question.reply = std::string(line);
  if (second == std::string_view::npos) return question;
  question.stage = stage_from_string(line.substr(0, first));
  question.provider = std::string(line.substr(first + 1, second - first - 1));
  if (question.provider == "-") question.provider.clear();
  question.reply = std::string(line.substr(second + 1));
  return question;
}

// Reads standard input line by line, at most kMaxLine of each: the rest of a longer one is dropped.
void answer_standard_input(const Question& defaults, OutputFormat format) {
  std::string line;
  bool any = false;
  for (int c = std::getc(stdin); c != EOF; c = std::getc(stdin)) {
    any = true;
    if (c != '\n') {
      if (line.size() < kMaxLine) line += static_cast<char>(c);
      continue;
    }
    if (line.ends_with('\r')) line.pop_back();
    answer(parse_line(line, defaults), format);
    line.clear();
    any = false;
  }
  if (any) answer(parse_line(line, defaults), format);
}

}  // namespace

int explain(const ExplainOptions& options) {
  Question defaults;
  if (!options.stage.empty() && options.stage != "unknown") {
    defaults.stage = stage_from_string(options.stage);
    if (!defaults.stage) {
      std::string names;
      for (const Stage stage : kStages) names += ' ' + std::string(to_string(stage));
      fmt::print(stderr, "mailsonde explain: no stage \"{}\"; there are:{}\n", printable(options.stage), names);
      return 2;
    }
  }
  if (options.provider != "-") defaults.provider = options.provider;
  if (options.replies.empty()) {
    fmt::print(stderr, "mailsonde explain: give replies as arguments, or - to read them from standard input\n");
    return 2;
  }
  for (const std::string& reply : options.replies) {
    if (reply == "-") {
      answer_standard_input(defaults, options.format);
      continue;
    }
    Question question = defaults;
    question.reply = reply;
    answer(question, options.format);
  }
  return 0;
}

}  // namespace mailsonde::cli
