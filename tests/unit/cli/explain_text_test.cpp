// SPDX-License-Identifier: Apache-2.0
#include "cli/explain_text.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

using namespace mailsonde;
using namespace mailsonde::cli;
using classify::Explanation;
using namespace std::chrono_literals;
using namespace std::string_literals;

TEST_SUITE_BEGIN("cli.explain_text");

namespace {

Question asked(std::string reply) { return {.stage = {}, .provider = {}, .reply = std::move(reply)}; }

// What classify makes of replies is tested there: here an answer is made up.
Explanation answered(Result<smtp::Reply> reply, Outcome outcome, Retry retry,
                     std::optional<Duration> retry_after = {}) {
  return {.reply = std::move(reply),
          .verdict = {.outcome = outcome, .retry = retry, .rule = "some rule", .retry_after = retry_after},
          .meaning = &classify::meaning_of(outcome)};
}

smtp::Reply greylisted() {
  return {.code = 451, .enhanced = smtp::EnhancedCode{4, 7, 1}, .lines = {"4.7.1 Greylisted for 5 minutes"}};
}

const std::string kGreylisted = "451 4.7.1 Greylisted for 5 minutes";

}  // namespace

TEST_CASE("a block says what it is, whose side it is on, when to retry, what to do, which rule and where to read") {
  const std::string text =
      answer_block(asked(kGreylisted), answered(greylisted(), Outcome::greylisted, Retry::yes, 5min));
  CHECK(text.starts_with(kGreylisted + "\n  outcome      greylisted: The server"));
  CHECK(text.contains("\n  whose side   receiver: "));
  CHECK(text.contains("\n  retry        yes, after 5m, as the server says: "));
  CHECK(text.contains("\n  what to do   "));
  CHECK(text.contains("\n  decided by   some rule\n"));
  CHECK(text.ends_with("\n  read more    docs/outcomes.md#greylisted\n"));
}

TEST_CASE("a block without a hint names no wait") {
  const std::string text = answer_block(asked(kGreylisted), answered(greylisted(), Outcome::greylisted, Retry::yes));
  CHECK(text.contains("\n  retry        yes: "));
  CHECK_FALSE(text.contains("as the server says"));
}

TEST_CASE("no line of a block is wider than 100 columns, unless one word is") {
  for (const Outcome outcome : all_outcomes()) {
    const std::string text = answer_block(asked(kGreylisted), answered(greylisted(), outcome, Retry::no, 24h));
    CAPTURE(text);
    for (std::size_t start = 0; start < text.size();) {
      const auto end = text.find('\n', start);
      CHECK(end - start <= 100);
      start = end + 1;
    }
  }
}

TEST_CASE("a positive reply is no error, and no probe either") {
  const smtp::Reply done{.code = 250, .enhanced = {}, .lines = {"Ok"}};
  const smtp::Reply go_on{.code = 354, .enhanced = {}, .lines = {"End with a dot"}};
  const std::string text = answer_block(asked("250 Ok"), answered(done, Outcome::ok, Retry::yes));
  CHECK(text.contains("ok: the server did, or will do, what it was asked."));
  CHECK(text.contains("nothing failed"));
  CHECK(text.contains("not needed"));
  CHECK_FALSE(text.contains("dialogue"));
  CHECK(answer_block(asked("354 x"), answered(go_on, Outcome::ok, Retry::yes)).contains("waits for the rest"));
  CHECK(answer_line(asked("250 Ok"), answered(done, Outcome::ok, Retry::yes)).contains(" retry - "));
}

TEST_CASE("what is no reply says why") {
  const Explanation answer = answered(fail("looks like HTTP"), Outcome::protocol_error, Retry::no);
  const std::string text = answer_block(asked("HTTP/1.1 400"), answer);
  CHECK(text.contains("\n  outcome      protocol_error: "));
  CHECK(text.contains("\n  no reply     looks like HTTP\n"));
  CHECK(answer_line(asked("HTTP/1.1 400"), answer).starts_with("-   -       protocol_error "));
}

TEST_CASE("the lines of a multi-line reply stand on lines of their own") {
  const Explanation answer = answered(greylisted(), Outcome::greylisted, Retry::yes);
  CHECK(answer_block(asked("451-4.7.1 a\\n451 4.7.1 b"), answer).starts_with("451-4.7.1 a\n451 4.7.1 b\n  outcome"));
}

TEST_CASE("a terminal is not fooled by what a server says") {
  const smtp::Reply evil{.code = 451, .enhanced = {}, .lines = {"\x1b[2J\0\r"s}};
  const Explanation answer = answered(evil, Outcome::unclassified, Retry::yes);
  for (const std::string& text : {answer_block(asked("451 \x1b[2J\r\n\xff"), answer), answer_line(asked(""), answer)}) {
    CAPTURE(text);
    CHECK(std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
    CHECK(text.contains("\\x1b[2J"));
  }
}

TEST_CASE("a line has codes, outcome, side, retry with its wait, rule and text in columns") {
  const std::string line =
      answer_line(asked(kGreylisted), answered(greylisted(), Outcome::greylisted, Retry::yes, 5min));
  CHECK(line ==
        "451 4.7.1   greylisted          receiver  retry yes 5m    some rule                      "
        "4.7.1 Greylisted for 5 minutes\n");
}

TEST_CASE("a line without a text ends at its rule") {
  const std::string line = answer_line(asked(""), answered(fail("no reply"), Outcome::unclassified, Retry::no));
  CHECK(line.ends_with(" some rule\n"));
}

TEST_CASE("a line stays short, however long the reply") {
  const smtp::Reply reply{.code = 451, .enhanced = {}, .lines = {std::string(8000, 'x')}};
  const std::string line = answer_line(asked(""), answered(reply, Outcome::unclassified, Retry::yes));
  CHECK(line.size() < 200);
  CHECK(std::ranges::count(line, '\n') == 1);
}

TEST_CASE("JSON has the keys of the contract in their order, then ours") {
  const std::string text =
      answer_json(asked(kGreylisted), answered(greylisted(), Outcome::greylisted, Retry::yes, 5min));
  const auto object = nlohmann::ordered_json::parse(text);
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  CHECK(keys == std::vector<std::string>{"reply", "code", "enhanced_code", "outcome", "fault", "retry", "advice",
                                         "rule", "retry_after_seconds"});
  CHECK(object["reply"] == kGreylisted);
  CHECK(object["code"] == 451);
  CHECK(object["enhanced_code"] == "4.7.1");
  CHECK(object["fault"] == "receiver");
  CHECK(object["retry_after_seconds"] == 300);
}

TEST_CASE("JSON is valid for any bytes, and null where nothing is known") {
  const std::string bytes = "\0\xff\xc3\"\\\n\x1b"s;
  const std::string text = answer_json(asked(bytes), answered(fail("no"), Outcome::protocol_error, Retry::no));
  CHECK_FALSE(text.contains('\n'));
  const auto object = nlohmann::json::parse(text);
  CHECK(object["code"].is_null());
  CHECK(object["enhanced_code"].is_null());
  CHECK(object["retry_after_seconds"].is_null());
}

TEST_CASE("a line of input with two tabs has stage and provider, any other is a reply alone") {
  const Question defaults{.stage = Stage::mail, .provider = "google", .reply = {}};
  const Question full = parse_question("rcpt\tyahoo\t451 4.7.1 x\ty", defaults);
  CHECK(full.stage == Stage::rcpt);
  CHECK(full.provider == "yahoo");
  CHECK(full.reply == "451 4.7.1 x\ty");
  const Question unknown = parse_question("unknown\t-\t451 x", defaults);
  CHECK(unknown.stage == std::nullopt);
  CHECK(unknown.provider.empty());
  for (const char* line : {"451 x", "451\tx", "451 a\tb\tc", ""}) {
    const Question alone = parse_question(line, defaults);
    CHECK(alone.stage == Stage::mail);
    CHECK(alone.provider == "google");
    CHECK(alone.reply == line);
  }
}

TEST_CASE("a tally counts outcomes, the most frequent first") {
  Tally tally;
  tally.add(Outcome::ok);
  for (int i = 0; i < 3; ++i) tally.add(Outcome::rate_limited);
  CHECK(tally.total() == 4);
  CHECK(tally.summary() ==
        "4 replies\n"
        "        3  75.0 %  rate_limited        sender\n"
        "        1  25.0 %  ok                  none\n");
}
