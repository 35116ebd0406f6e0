// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "classify/explain.hpp"
#include "cli/commands.hpp"
#include "cli/explain_text.hpp"
#include "cli/problems.hpp"
#include "config/load.hpp"

namespace mailsonde::cli {
namespace {

constexpr std::size_t kMaxLine = 64 * 1024;  // a longer reply is none in a probe either
constexpr std::uint64_t kManyReplies = 10;   // from here on a summary is worth its lines

// Prints answers as the questions come. Text: one reply alone gets a block, several get a line each, so the first is
// held back until there is a second or the end.
class Conversation {
 public:
  Conversation(const classify::Classifier& classifier, OutputFormat format)
      : classifier_(classifier), format_(format) {}

  // False once standard output takes no more: stop asking.
  [[nodiscard]] bool take(Question question) {
    if (format_ == OutputFormat::json) return print(answer_json(question, ask(question)) + '\n');
    if (!first_ && tally_.total() == 0) {
      first_ = std::move(question);
      return true;
    }
    return print_first_as_line() && print_line(question);
  }

  // The exit status.
  [[nodiscard]] int finish() {
    if (first_) {
      const Question question = *std::exchange(first_, std::nullopt);
      print(answer_block(question, ask(question)));
    }
    if (tally_.total() >= kManyReplies) print('\n' + tally_.summary());
    if (errno_ == 0 && std::fflush(stdout) != 0) errno_ = errno;
    // A reader that has seen enough (`| head`) is no fault.
    if (errno_ == 0 || errno_ == EPIPE) return 0;
    fmt::print(stderr, "mailsonde explain: cannot write: {}\n", std::strerror(errno_));
    return 1;
  }

 private:
  [[nodiscard]] classify::Explanation ask(const Question& question) const {
    return classify::explain(classifier_, question.reply, question.stage, question.provider);
  }

  bool print_first_as_line() {
    if (!first_) return true;
    const Question question = *std::exchange(first_, std::nullopt);
    return print_line(question);
  }

  bool print_line(const Question& question) {
    const classify::Explanation answer = ask(question);
    tally_.add(answer.verdict.outcome);
    return print(answer_line(question, answer));
  }

  bool print(const std::string& text) {
    if (errno_ == 0 && std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) errno_ = errno;
    return errno_ == 0;
  }

  const classify::Classifier& classifier_;
  OutputFormat format_;
  std::optional<Question> first_;
  Tally tally_;
  int errno_ = 0;
};

// Asks line by line, keeping at most kMaxLine of each: the rest of a longer one is dropped. False if standard input
// cannot be read; errno says why.
bool take_standard_input(Conversation& conversation, const Question& defaults) {
  std::string line;
  bool any = false;
  for (int c = getc_unlocked(stdin); c != EOF; c = getc_unlocked(stdin)) {
    any = true;
    if (c != '\n') {
      if (line.size() < kMaxLine) line += static_cast<char>(c);
      continue;
    }
    if (line.ends_with('\r')) line.pop_back();
    if (!conversation.take(parse_question(line, defaults))) return true;
    line.clear();
    any = false;
  }
  if (std::ferror(stdin) != 0) return false;
  if (any) (void)conversation.take(parse_question(line, defaults));
  return true;
}

int take_all(const ExplainOptions& options, const Question& defaults, const classify::Classifier& classifier) {
  Conversation conversation(classifier, options.format);
  bool is_readable = true;
  for (const std::string& reply : options.replies) {
    if (reply == "-") {
      is_readable = take_standard_input(conversation, defaults);
      if (is_readable) continue;
      fmt::print(stderr, "mailsonde explain: cannot read standard input: {}\n", std::strerror(errno));
      break;
    }
    Question question = defaults;
    question.reply = reply;
    if (!conversation.take(std::move(question))) break;
  }
  const int status = conversation.finish();
  return is_readable ? status : 1;
}

}  // namespace

int explain(const ExplainOptions& options) {
  // Output that nobody reads shall come back as EPIPE, whatever this process inherited.
  (void)std::signal(SIGPIPE, SIG_IGN);
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
  std::vector<config::ReplyRule> own;
  if (!options.config_file.empty()) {
    auto config = config::load_file(options.config_file);
    if (!config) {
      print_problems(config.error());
      return 2;
    }
    own = std::move(config->reply_rules);
  }
  return take_all(options, defaults, classify::Classifier(std::move(own)));
}

}  // namespace mailsonde::cli
