// SPDX-License-Identifier: Apache-2.0
#include "classify/rule_set.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "config/pattern.hpp"

using namespace mailsonde;
using namespace mailsonde::classify;

TEST_SUITE_BEGIN("classify.rule_set");

namespace {

smtp::Reply reply(int code, std::vector<std::string> lines) {
  return {.code = code, .enhanced = {}, .lines = std::move(lines), .breaches = {}};
}

const ReplyRule* find_rule(const ReplyFacts& facts) {
  static const RuleSet kRules(built_in_rules());
  return kRules.find(facts);
}

}  // namespace

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
  CHECK(facts_of(reply(451, {"timeout (#4.4.2)"}), {}, "").enhanced == smtp::EnhancedCode{4, 4, 2});
  CHECK(facts_of(reply(550, {"cuda_nsu 5.1.1 <>... User unknown"}), {}, "").enhanced == smtp::EnhancedCode{5, 1, 1});
  CHECK(facts_of(reply(554, {"4.4.7 Message expired"}), {}, "").enhanced == std::nullopt);
  CHECK(facts_of(reply(421, {"host 192.0.2.1 refused"}), {}, "").enhanced == std::nullopt);
}

TEST_CASE("a stage condition never holds for a missing stage") {
  const auto facts = facts_of(reply(421, {"xyzzy"}), std::nullopt, "");
  CHECK(find_rule(facts) == nullptr);
  const ReplyRule* rule = find_rule(facts_of(reply(421, {"xyzzy"}), Stage::banner, ""));
  REQUIRE(rule != nullptr);
  CHECK(rule->name == "code 421 at banner");
}

TEST_CASE("a provider condition holds for that provider only, whatever its case") {
  auto refused = reply(550, {"5.7.705 xyzzy"});
  refused.enhanced = smtp::EnhancedCode{5, 7, 705};
  CHECK(find_rule(facts_of(refused, {}, "Microsoft"))->name == "microsoft: tenant");
  CHECK(find_rule(facts_of(refused, {}, "-"))->name == "enhanced code 5.7.7xx");
}

TEST_CASE("bytes of any kind are searched, and text behind them is found") {
  std::string text;
  for (int byte = 0; byte < 256; ++byte) text += static_cast<char>(byte);
  const ReplyRule* rule = find_rule(facts_of(reply(451, {text + " Greylisted"}), {}, ""));
  REQUIRE(rule != nullptr);
  CHECK(rule->outcome == Outcome::greylisted);
}

TEST_CASE("as many and as large patterns as a configuration may have are all searched") {
  std::vector<std::string> patterns;
  std::size_t size = 0;
  for (int i = 0; i < 500; ++i) {
    std::string pattern = "(ab.?){8}x" + std::to_string(i) + "y(c[d-k]+){8}";
    const auto measured = config::measure_pattern(pattern);
    REQUIRE(measured);
    if (size + *measured > config::kMaxPatternSizes) break;
    size += *measured;
    patterns.push_back(std::move(pattern));
  }
  CHECK(size > config::kMaxPatternSizes * 9 / 10);
  std::vector<ReplyRule> rules;
  for (const std::string& pattern : patterns) {
    rules.push_back({.name = "own", .outcome = Outcome::mailbox_full, .pattern = pattern});
  }
  const RuleSet own(std::move(rules));
  for (const std::size_t i : {std::size_t{0}, patterns.size() / 2, patterns.size() - 1}) {
    const std::string text = "abababababababab" + ("x" + std::to_string(i)) + "ycdcdcdcdcdcdcdcd";
    CHECK(own.find(facts_of(reply(450, {text}), {}, "")) == &own.rules()[i]);
  }
}
