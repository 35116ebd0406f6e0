// SPDX-License-Identifier: Apache-2.0
// The rules as data: each can be reached, each has evidence, and together they say of the corpus what its labels say.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "classify/rule_set.hpp"
#include "smtp/reply_parser.hpp"
#include "unit/classify/corpus.hpp"

using namespace mailsonde;
using namespace mailsonde::classify;

TEST_SUITE_BEGIN("classify.rule_table");

namespace {

const RuleSet& built_in() {
  static const RuleSet kRules(built_in_rules());
  return kRules;
}

// A rule for any text needs no real reply to show that it can be reached: a bare one with its codes will do.
std::string bare_reply(const ReplyRule& rule) {
  const bool transient = rule.codes.starts_with('4') || rule.enhanced.starts_with('4');
  std::string code(rule.codes.substr(0, rule.codes.find(' ')));
  if (code.size() < 3) code = transient ? "450" : "550";
  std::string enhanced(rule.enhanced);
  if (enhanced.starts_with('x')) enhanced[0] = code[0];
  std::ranges::replace(enhanced, 'x', '0');
  return code + " " + enhanced + (enhanced.empty() ? "xyzzy" : " xyzzy");
}

// The example as it would come: in the first stage that the rule asks for, from the first provider.
ReplyFacts facts_of_example(const ReplyRule& rule) {
  const auto reply = smtp::parse_reply_text(rule.example.empty() ? bare_reply(rule) : rule.example);
  REQUIRE(reply);
  std::optional<Stage> stage;
  for (const Stage candidate : kStages) {
    if (!stage && (rule.stages & in(candidate)) != 0) stage = candidate;
  }
  const std::string_view provider = rule.providers.empty() ? "" : split(rule.providers, ' ').front();
  return facts_of(*reply, stage, provider);
}

std::string describe(const ReplyRule* rule) {
  return rule == nullptr ? "no rule" : fmt::format("'{}: {}{}'", rule->name, rule->pattern, rule->enhanced);
}

}  // namespace

TEST_CASE("every rule has a name, a pattern that compiles, and conditions that can hold") {
  for (const ReplyRule& rule : built_in().rules()) {
    CAPTURE(rule.name);
    CAPTURE(rule.pattern);
    CHECK_FALSE(rule.name.empty());
    CHECK(RE2(rule.pattern, RE2::Latin1).ok());
    CHECK(rule.outcome != Outcome::ok);
    CHECK(rule.codes.find_first_not_of("0123456789 ") == std::string_view::npos);
    CHECK(rule.enhanced.find_first_not_of("0123456789.x") == std::string_view::npos);
  }
}

TEST_CASE("no pattern matches an empty text, or any: it would end the table") {
  for (const ReplyRule& rule : built_in().rules()) {
    if (rule.pattern.empty()) continue;
    CAPTURE(rule.pattern);
    CHECK_FALSE(RE2::PartialMatch("", RE2(rule.pattern, RE2::Latin1)));
    CHECK_FALSE(RE2::PartialMatch("xyzzy", RE2(rule.pattern, RE2::Latin1)));
  }
}

TEST_CASE("every example is decided by the rule that it stands below, a bare reply by the rule for its codes") {
  for (const ReplyRule& rule : built_in().rules()) {
    if (rule.example.empty() && !rule.pattern.empty()) continue;
    const ReplyRule* decided = built_in().find(facts_of_example(rule));
    CHECK_MESSAGE(decided == &rule, describe(&rule), " e.g. ", rule.example, " is decided by ", describe(decided));
  }
}

TEST_CASE("every wording decides a reply of the corpus, or an example of its own") {
  const auto corpus = test::read_corpus();
  if (!corpus) {
    MESSAGE("skipped: there is no corpus");
    return;
  }
  std::set<const ReplyRule*> deciding;
  for (const auto& row : *corpus) deciding.insert(built_in().find(row.facts));
  for (const ReplyRule& rule : built_in().rules()) {
    if (rule.pattern.empty() || !rule.example.empty() || deciding.contains(&rule)) continue;
    // Alone it may match: then something before it takes every reply away.
    const RuleSet alone({rule});
    const auto matched =
        std::ranges::find_if(*corpus, [&](const auto& row) { return alone.find(row.facts) != nullptr; });
    const std::string why =
        matched == corpus->end()
            ? "never matches"
            : "is always shadowed, e.g. by " + describe(built_in().find(matched->facts)) + " for " + matched->text;
    FAIL_CHECK(describe(&rule), " ", why);
  }
}

namespace {

struct Share {
  std::size_t right = 0;
  std::size_t all = 0;
  [[nodiscard]] std::size_t percent() const { return right * 100 / all; }
};

Share share_of(const std::vector<test::LabelledReply>& rows, bool only_transient) {
  Share share;
  for (const auto& row : rows) {
    if (only_transient && !row.reply.is_transient()) continue;
    const ReplyRule* rule = built_in().find(row.facts);
    ++share.all;
    share.right += (rule == nullptr ? Outcome::unclassified : rule->outcome) == row.label ? 1 : 0;
  }
  return share;
}

}  // namespace

TEST_CASE("nine tenths of the corpus and of its 4xx get their label") {
  const auto corpus = test::read_corpus();
  if (!corpus) {
    MESSAGE("skipped: there is no corpus");
    return;
  }
  CHECK(share_of(*corpus, false).percent() >= 90);
  CHECK(share_of(*corpus, true).percent() >= 90);
}

// A tenth of these labels is arguable.
TEST_CASE("nine tenths of the gathered replies and of their 4xx get their label") {
  const auto gathered = test::read_gathered();
  CHECK(share_of(gathered, false).percent() >= 90);
  CHECK(share_of(gathered, true).percent() >= 90);
}
