// SPDX-License-Identifier: Apache-2.0
#include "config/reply_rules.hpp"

#include "loading.hpp"

using namespace mailsonde;
using namespace mailsonde::config;

namespace {

constexpr std::string_view kHead = "[[classify.rules]]\n";

// The only mistake of a rule that has an outcome and these further lines, which begin at line 3.
std::string mistake_of(std::string_view lines) {
  return mistake_in(std::string(kHead) + "outcome = 'greylisted'\n" + std::string(lines));
}

std::string rules_with_pattern(std::size_t count, const std::string& pattern) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += std::string(kHead) + "outcome = 'greylisted'\npattern = '" + pattern + "'\n";
  }
  return text;
}

}  // namespace

TEST_SUITE_BEGIN("config.reply_rules");

TEST_CASE("rules take every key and keep the order of the file") {
  const auto rules = loaded(R"(
[[classify.rules]]
name = "acme: full"
pattern = '\[ACME-\d+\]'
code = "45"
enhanced_code = "x.7.1"
stage = "rcpt"
provider = "Acme"
outcome = "mailbox_full"
retry = "later"
[[classify.rules]]
code = "4"
outcome = "reputation"
)")
                         .reply_rules;
  REQUIRE(rules.size() == 2);
  CHECK(rules[0] == ReplyRule{.name = "acme: full",
                              .pattern = "\\[ACME-\\d+\\]",
                              .code = "45",
                              .enhanced_code = "x.7.1",
                              .stage = Stage::rcpt,
                              .provider = "acme",
                              .outcome = Outcome::mailbox_full,
                              .retry = Retry::later,
                              .position = {2, 1}});
  CHECK(rules[1] == ReplyRule{.name = "rule 2 of the file",
                              .pattern = "",
                              .code = "4",
                              .enhanced_code = "",
                              .stage = std::nullopt,
                              .provider = "",
                              .outcome = Outcome::reputation,
                              .retry = std::nullopt,
                              .position = {11, 1}});
  CHECK(loaded("").reply_rules.empty());
  CHECK(loaded("[classify]").reply_rules.empty());
}

TEST_CASE("every mistake of a rule is told") {
  const auto mistakes = mistakes_in(R"([[classify.rules]]
name = ""
pattern = "(greylist"
code = "250"
enhanced_code = "4.7"
stage = "rcpts"
provider = ""
outcome = "graylisted"
retry = "never"
codes = "4"
)");
  REQUIRE(mistakes.size() == 9);
  CHECK(mistakes[0] == "2:8: name: \"\" is empty");
  CHECK(mistakes[1] == "3:11: pattern: \"(greylist\" has a ( without its ); the character itself is \\(");
  CHECK(mistakes[2] ==
        "4:8: code: \"250\" is not the code of a refusal such as \"451\", nor its beginning such as \"4\" or \"45\"");
  CHECK(
      mistakes[3] ==
      "5:17: enhanced_code: \"4.7\" is not an enhanced code such as \"4.7.1\", or \"x.7.1\" for both 4.7.1 and 5.7.1");
  CHECK(mistakes[4] == "6:9: stage: \"rcpts\" is not a known stage, did you mean \"rcpt\"?");
  CHECK(mistakes[5] == "7:12: provider: \"\" is empty");
  CHECK(mistakes[6] == "8:11: outcome: \"graylisted\" is not a known outcome, did you mean \"greylisted\"?");
  CHECK(mistakes[7] == "9:9: retry: \"never\" is not a known retry; known: yes, slow, later, no");
  CHECK(mistakes[8] == "10:1: unknown key \"codes\" in [[classify.rules]], did you mean \"code\"?");
}

TEST_CASE("a rule needs an outcome, which is a refusal") {
  CHECK(mistake_in("[[classify.rules]]\ncode = '4'") == "1:1: outcome is missing in [[classify.rules]]");
  CHECK(mistake_in("[[classify.rules]]\ncode = '4'\noutcome = 'ok'") ==
        "3:11: outcome: \"ok\" is no outcome of a refusal, and rules are asked about 4xx and 5xx only");
  CHECK(mistake_in("[[classify.rules]]\ncode = '4'\noutcome = 1") ==
        "3:11: outcome: expected a string, got an integer");
  const std::string unknown = mistake_in("[[classify.rules]]\ncode = '4'\noutcome = 'weather'");
  CHECK(unknown.starts_with("3:11: outcome: \"weather\" is not a known outcome; known: greylisted, rate_limited, "));
}

TEST_CASE("a rule needs something to fit") {
  CHECK(mistake_of("stage = 'rcpt'\nprovider = 'google'") ==
        "1:1: one of pattern, code, enhanced_code is missing in [[classify.rules]]");
  CHECK(mistake_of("enhanced_code = '5.7.1'") == "0 mistakes");
  CHECK(mistake_of("code = '5'") == "0 mistakes");
  CHECK(mistake_of("pattern = 'x'") == "0 mistakes");
}

TEST_CASE("codes are those of refusals, enhanced codes have three parts") {
  for (const char* code : {"4", "45", "451", "5", "599"})
    CHECK(mistake_of("code = '" + std::string(code) + "'") == "0 mistakes");
  for (const char* code : {"", "x", "4x", "2", "4511", " 4", "4.7.1"}) {
    CAPTURE(code);
    CHECK(mistake_of("code = '" + std::string(code) + "'").contains("is not the code of a refusal"));
  }
  CHECK(mistake_of("code = 451") == "3:8: code: expected a string, got an integer");
  for (const char* code : {"", "2.0.0", "4", "4.7", "4.7.", "4.7.1.1", "4.7.x", "x.x.x", "4.7.1000", "X.7.1"}) {
    CAPTURE(code);
    CHECK(mistake_of("enhanced_code = '" + std::string(code) + "'").contains("is not an enhanced code"));
  }
}

TEST_CASE("a pattern that is wrong, empty or fits everything is told at its value") {
  CHECK(mistake_of("pattern = '.*'") ==
        "3:11: pattern: \".*\" fits every text and would decide every reply; write words that only this cause has, or "
        "leave the key out");
  CHECK(mistake_of("pattern = ''").starts_with("3:11: pattern: \"\" is empty and would fit every reply"));
  CHECK(mistake_of("pattern = 1") == "3:11: pattern: expected a string, got an integer");
  CHECK(mistake_of("pattern = '" + std::string(1001, 'a') + "'").ends_with("is longer than 1000 bytes"));
}

TEST_CASE("rules are bounded in number and in what they cost together") {
  CHECK(mistakes_in(rules_with_pattern(kMaxReplyRules, "abc")).empty());
  CHECK(mistake_in(rules_with_pattern(kMaxReplyRules + 5, "abc")) == "1501:1: more than 500 [[classify.rules]]");
  CHECK(mistake_in(rules_with_pattern(100, std::string(900, 'a')))
            .ends_with("pattern: the patterns of all rules up to this one are too large together; write them shorter"));
}

TEST_CASE("what else stands in [classify] is unknown") {
  CHECK(mistake_in("[classify]\nrule = 1") == "2:1: unknown key \"rule\" in [classify], did you mean \"rules\"?");
  CHECK(mistake_in("[classify.rules]\ncode = '4'").contains("expected [[classify.rules]] in two brackets"));
}
