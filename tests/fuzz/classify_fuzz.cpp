// SPDX-License-Identifier: Apache-2.0
// Any text as a reply to explain: always a verdict with a rule and a meaning, and the same one twice.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/assert.hpp"
#include "classify/explain.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mailsonde;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t choice = data[0] % (kStages.size() + 1);
  const std::optional<Stage> stage = choice == kStages.size() ? std::nullopt : std::optional(kStages[choice]);
  const std::string_view provider = data[0] % 2 == 0 ? "microsoft" : "-";
  static const classify::Classifier kClassifier;
  const classify::Explanation explanation = classify::explain(kClassifier, text, stage, provider);
  MAILSONDE_ASSERT(explanation.meaning != nullptr && !explanation.verdict.rule.empty());
  MAILSONDE_ASSERT(!explanation.reply ||
                   explanation.reply->is_positive() == (explanation.verdict.outcome == Outcome::ok));
  MAILSONDE_ASSERT(classify::explain(kClassifier, text, stage, provider).verdict == explanation.verdict);
  return 0;
}
