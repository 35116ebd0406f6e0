// SPDX-License-Identifier: Apache-2.0
#include "classify/reply_rules.hpp"

#include <doctest/doctest.h>
#include <re2/re2.h>

#include <string>
#include <utility>
#include <vector>

using namespace mailsonde;
using namespace mailsonde::classify;

TEST_SUITE_BEGIN("classify.reply_rules");

namespace {

smtp::Reply reply(int code, std::vector<std::string> lines) {
  return {.code = code, .enhanced = {}, .lines = std::move(lines), .breaches = {}};
}

}  // namespace

TEST_CASE("every rule has a name, a pattern that compiles, and conditions that can hold") {
  for (const auto table : {provider_rules(), wording_rules(), code_rules()}) {
    REQUIRE_FALSE(table.empty());
    for (const ReplyRule& rule : table) {
      CAPTURE(rule.name);
      CAPTURE(rule.pattern);
      CHECK_FALSE(rule.name.empty());
      CHECK(RE2(rule.pattern, RE2::Latin1).ok());
      CHECK(rule.outcome != Outcome::ok);
      CHECK(rule.codes.find_first_not_of("0123456789 ") == std::string_view::npos);
      CHECK(rule.enhanced.find_first_not_of("0123456789.x") == std::string_view::npos);
    }
  }
}

TEST_CASE("no pattern matches an empty text: an alternative that does would end the table") {
  for (const auto table : {provider_rules(), wording_rules()}) {
    for (const ReplyRule& rule : table) {
      if (rule.pattern.empty()) continue;
      CAPTURE(rule.name);
      CAPTURE(rule.pattern);
      CHECK_FALSE(RE2::PartialMatch("", RE2(rule.pattern, RE2::Latin1)));
      CHECK_FALSE(RE2::PartialMatch("xyzzy", RE2(rule.pattern, RE2::Latin1)));
    }
  }
}

TEST_CASE("the searched text has its lines joined, without enhanced codes") {
  CHECK(searchable_text(reply(421, {"4.7.0 unusual rate of", "4.7.0 unsolicited  mail"})) ==
        "unusual rate of unsolicited mail");
  CHECK(searchable_text(reply(550, {})) == "");
}

TEST_CASE("what is part of a mail address is no evidence") {
  CHECK(searchable_text(reply(550, {"<spam@greylist.example>: ask abuse@example.org, please"})) == "<>: ask , please");
  const ReplyRule* rule = find_rule(facts_of(reply(550, {"<spam-blacklist@example.com>... User unknown"}), {}, ""));
  REQUIRE(rule != nullptr);
  CHECK(rule->outcome == Outcome::mailbox_unavailable);
}

TEST_CASE("the searched text is bounded") {
  CHECK(searchable_text(reply(550, {std::string(8000, 'x')})).size() == kMaxSearchedText);
  CHECK(searchable_text(reply(550, std::vector<std::string>(512, std::string(100, 'x')))).size() <= kMaxSearchedText);
}

TEST_CASE("an enhanced code behind other words counts, if its class is that of the code") {
  CHECK(facts_of(reply(451, {"timeout (#4.4.2)"}), {}, "").enhanced == "4.4.2");
  CHECK(facts_of(reply(550, {"cuda_nsu 5.1.1 <>... User unknown"}), {}, "").enhanced == "5.1.1");
  CHECK(facts_of(reply(554, {"4.4.7 Message expired"}), {}, "").enhanced == "");
  CHECK(facts_of(reply(421, {"host 192.0.2.1 refused"}), {}, "").enhanced == "");
}

TEST_CASE("a stage condition never holds for a missing stage") {
  const auto facts = facts_of(reply(421, {"xyzzy"}), std::nullopt, "");
  CHECK(find_rule(facts) == nullptr);
  const ReplyRule* rule = find_rule(facts_of(reply(421, {"xyzzy"}), Stage::banner, ""));
  REQUIRE(rule != nullptr);
  CHECK(rule->name == "code 421 at banner");
}

TEST_CASE("a provider condition holds for that provider only, whatever its case") {
  auto busy = reply(451, {"4.7.500 xyzzy"});
  busy.enhanced = smtp::EnhancedCode{4, 7, 500};
  CHECK(find_rule(facts_of(busy, {}, "Microsoft"))->name == "microsoft: 4.7.500");
  CHECK(find_rule(facts_of(busy, {}, "-"))->name == "enhanced code 4.7.50x");
}

TEST_CASE("bytes of any kind are searched, and text behind them is found") {
  std::string text;
  for (int byte = 0; byte < 256; ++byte) text += static_cast<char>(byte);
  const ReplyRule* rule = find_rule(facts_of(reply(451, {text + " Greylisted"}), {}, ""));
  REQUIRE(rule != nullptr);
  CHECK(rule->outcome == Outcome::greylisted);
}
