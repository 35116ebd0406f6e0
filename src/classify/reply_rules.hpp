// SPDX-License-Identifier: Apache-2.0
// The rules that turn a 4xx or 5xx reply into an outcome, as data: tables that are tried in the order of
// built_in_rules(), the first rule that fits decides. A new wording is a new line in one of them; the command
// tests/bench/classify counts what it changes.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/outcome.hpp"
#include "base/stage.hpp"

namespace mailsonde::classify {

// A set of stages; zero is any stage, a missing one included.
using StageSet = std::uint16_t;
[[nodiscard]] constexpr StageSet in(std::same_as<Stage> auto... stages) {
  return static_cast<StageSet>((0U | ... | (1U << static_cast<unsigned>(stages))));
}
inline constexpr StageSet kAnyStage = 0;
inline constexpr StageSet kGreeting = in(Stage::connect, Stage::banner);
inline constexpr StageSet kContent = in(Stage::data, Stage::eod);

// One rule. Every condition that is set must hold. The texts outlive the rule: those of the tables are static.
struct ReplyRule {
  std::string_view name;  // for `explain`; several wordings of one thing share it
  Outcome outcome;
  std::string_view pattern = "";    // RE2, found anywhere in the text, case ignored; empty: any text
  std::string_view codes = "";      // how the code begins: "4", "421", or several, parted by blanks; empty: any
  StageSet stages = kAnyStage;      // the stage that was answered
  std::optional<Retry> retry = {};  // when the reply tells more than its outcome and its first digit
  std::string_view enhanced = "";   // "4.7.1", "x.7.1" for both classes, "5.7.50x" for 500 to 509; empty: any or none
  std::string_view providers = "";  // several, parted by blanks; empty: any, also when not known
  std::string_view example = "";    // a reply that it decides
};

// Rules that differ only in their pattern, as the tables write them.
struct RuleBlock {
  std::string_view name;
  Outcome outcome;
  // One pattern a line; a line "e.g. 451 ..." below it is an example, for patterns that no reply of the corpus needs.
  // Empty: one rule, for any text.
  std::string_view wordings = "";
  std::string_view codes = "";
  StageSet stages = kAnyStage;
  std::optional<Retry> retry = {};
  std::string_view enhanced = "";
  std::string_view providers = "";
  std::string_view example = "";  // where there are no wordings
};

// What a provider documents beats how it words it.
[[nodiscard]] std::span<const RuleBlock> provider_rules();
// A cause that the text names beats the codes. The narrow come before the broad: "rate limited due to IP reputation" is
// reputation, "not allowed to relay" is not just a refusal.
[[nodiscard]] std::span<const RuleBlock> hop_rules();
[[nodiscard]] std::span<const RuleBlock> trust_rules();
[[nodiscard]] std::span<const RuleBlock> dialogue_rules();
[[nodiscard]] std::span<const RuleBlock> standing_rules();
[[nodiscard]] std::span<const RuleBlock> identity_rules();
[[nodiscard]] std::span<const RuleBlock> server_rules();
[[nodiscard]] std::span<const RuleBlock> recipient_rules();
[[nodiscard]] std::span<const RuleBlock> connection_rules();
[[nodiscard]] std::span<const RuleBlock> refusal_rules();
// For texts that name no cause: enhanced codes that mean one thing, then single words, then codes that are used for
// everything, and basic codes by stage.
[[nodiscard]] std::span<const RuleBlock> telling_code_rules();
[[nodiscard]] std::span<const RuleBlock> word_rules();
[[nodiscard]] std::span<const RuleBlock> vague_code_rules();

// All of them, in this order.
[[nodiscard]] std::vector<ReplyRule> built_in_rules();

}  // namespace mailsonde::classify
