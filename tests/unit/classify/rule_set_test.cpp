// SPDX-License-Identifier: Apache-2.0
#include "classify/rule_set.hpp"

#include <doctest/doctest.h>
#include <re2/re2.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "classify/conditions.hpp"
#include "config/pattern.hpp"
#include "smtp/reply_parser.hpp"
#include "unit/classify/corpus.hpp"

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

namespace {

// What find() promises, without any short cut.
class PlainRules {
 public:
  explicit PlainRules(const RuleSet& rules) {
    for (const ReplyRule& rule : rules.rules()) {
      each_.push_back({.rule = &rule,
                       .conditions = Conditions(rule),
                       .pattern = std::make_unique<RE2>(std::string(rule.pattern), config::pattern_options())});
    }
  }

  [[nodiscard]] const ReplyRule* find(const ReplyFacts& facts) const {
    const auto fits = [&](const Plain& plain) {
      return plain.conditions.hold(facts) && RE2::PartialMatch(facts.text, *plain.pattern);
    };
    const auto found = std::ranges::find_if(each_, fits);
    return found == each_.end() ? nullptr : found->rule;
  }

 private:
  struct Plain {
    const ReplyRule* rule;
    Conditions conditions;
    std::unique_ptr<RE2> pattern;
  };
  std::vector<Plain> each_;
};

}  // namespace

TEST_CASE("the rule that is found is the first one that fits, for all known replies, examples and mixtures of them") {
  const RuleSet rules(built_in_rules());
  const PlainRules plain(rules);
  std::vector<ReplyFacts> all;
  for (const auto& row : test::read_gathered()) all.push_back(row.facts);
  for (const auto& row : test::read_corpus().value_or(std::vector<test::LabelledReply>())) all.push_back(row.facts);
  for (const ReplyRule& rule : rules.rules()) {
    if (const auto example = smtp::parse_reply_text(rule.example)) all.push_back(facts_of(*example, {}, ""));
  }
  const std::size_t known = all.size();
  std::mt19937 random(1);
  for (std::size_t i = 0; i < known; i += 4) {
    ReplyFacts mixed = all[i];
    const std::string& other = all[random() % known].text;
    mixed.text = mixed.text.substr(random() % (mixed.text.size() + 1)) + other.substr(0, random() % (other.size() + 1));
    for (char& c : mixed.text) {
      const unsigned chance = random() % 16;
      if (chance < 4) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 0x20) : c;
      if (chance == 4) c = static_cast<char>(random());
    }
    all.push_back(std::move(mixed));
  }
  for (const ReplyFacts& facts : all) {
    const ReplyRule* expected = plain.find(facts);
    CHECK_MESSAGE(rules.find(facts) == expected, facts.text, " is for ", expected == nullptr ? "" : expected->pattern);
  }
}

TEST_CASE("a pattern with accented letters is found in either case") {
  for (const std::string_view pattern : {"voll st\xe4ndig", "VOLL ST\xc4NDIG", "voll st[\xe4\xe5]ndig"}) {
    const RuleSet rules({{.name = "own", .outcome = Outcome::mailbox_full, .pattern = pattern}});
    CHECK(rules.find(facts_of(reply(452, {"voll st\xe4ndig"}), {}, "")) != nullptr);
    CHECK(rules.find(facts_of(reply(452, {"VOLL ST\xc4NDIG"}), {}, "")) != nullptr);
  }
}

TEST_CASE("a pattern that needs no word is searched in every reply") {
  const RuleSet rules({{.name = "digits", .outcome = Outcome::mailbox_full, .pattern = "[0-9]{3}"},
                       {.name = "any", .outcome = Outcome::rate_limited}});
  CHECK(rules.find(facts_of(reply(452, {"a 123"}), {}, "")) == rules.rules().data());
  CHECK(rules.find(facts_of(reply(452, {"a 12"}), {}, "")) == &rules.rules()[1]);
}

TEST_CASE("no rules find nothing") {
  CHECK(RuleSet({}).find(facts_of(reply(452, {"mailbox full"}), {}, "")) == nullptr);
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
