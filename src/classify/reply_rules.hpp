// SPDX-License-Identifier: Apache-2.0
// The rules that turn a 4xx or 5xx reply into an outcome, as data: four tables, tried in this order, the first rule
// that fits decides.
//   provider_rules.cpp  what a provider documents beats how it words it
//   wording_rules.cpp   a cause that the text names beats the codes
//   code_rules.cpp      enhanced codes, then basic codes by stage, for texts that name no cause
// A new wording is a new line in one of them; the corpus test in tests/unit/classify counts what it changes.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/outcome.hpp"
#include "base/stage.hpp"
#include "smtp/reply.hpp"

namespace mailsonde::classify {

// A set of stages; zero is any stage, a missing one included.
using StageSet = std::uint16_t;
[[nodiscard]] constexpr StageSet in(std::same_as<Stage> auto... stages) {
  return static_cast<StageSet>((0U | ... | (1U << static_cast<unsigned>(stages))));
}
inline constexpr StageSet kAnyStage = 0;
inline constexpr StageSet kGreeting = in(Stage::connect, Stage::banner);
inline constexpr StageSet kHello = in(Stage::ehlo, Stage::ehlo_tls);
inline constexpr StageSet kContent = in(Stage::data, Stage::eod);

// One rule. Every condition that is set must hold.
struct ReplyRule {
  std::string_view name;  // for `explain` and tests; stable
  Outcome outcome;
  std::string_view pattern = "";    // RE2, found anywhere in the text, case ignored; empty: any text
  std::string_view codes = "";      // how the code begins: "4", "421", or several, parted by blanks; empty: any
  StageSet stages = kAnyStage;      // the stage that was answered
  std::optional<Retry> retry = {};  // when the reply tells more than its outcome and its first digit
  std::string_view enhanced = "";   // "4.7.1", "x.7.1" for any class, "5.7.50x" for 500 to 509; empty: any or none
  std::string_view providers = "";  // several, parted by blanks; empty: any, also when not known
};

[[nodiscard]] std::span<const ReplyRule> provider_rules();
[[nodiscard]] std::span<const ReplyRule> wording_rules();
[[nodiscard]] std::span<const ReplyRule> code_rules();

// A reply as the rules see it.
struct ReplyFacts {
  std::string text;  // what searchable_text() makes of the lines
  std::string code;
  std::string enhanced;  // "4.7.1", or empty
  std::optional<Stage> stage;
  std::string provider;  // lower case; empty when not known
};

inline constexpr std::size_t kMaxSearchedText = 4096;

// The lines as one text: line ends become blanks, enhanced codes and mail addresses go, since a mailbox named "spam"
// says nothing about the cause. At most kMaxSearchedText bytes.
[[nodiscard]] std::string searchable_text(const smtp::Reply& reply);

[[nodiscard]] ReplyFacts facts_of(const smtp::Reply& reply, std::optional<Stage> stage, std::string_view provider);

// The first rule that fits, or nullptr. Thread-safe; linear in the length of the text, whatever its bytes.
[[nodiscard]] const ReplyRule* find_rule(const ReplyFacts& facts);

}  // namespace mailsonde::classify
