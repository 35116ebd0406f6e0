// SPDX-License-Identifier: Apache-2.0
#include "classify/reply_rules.hpp"

#include "base/text.hpp"

namespace mailsonde::classify {
namespace {

constexpr std::string_view kExampleMark = "e.g. ";

void append_block(const RuleBlock& block, std::vector<ReplyRule>& rules) {
  const ReplyRule rule{.name = block.name,
                       .outcome = block.outcome,
                       .codes = block.codes,
                       .stages = block.stages,
                       .retry = block.retry,
                       .enhanced = block.enhanced,
                       .providers = block.providers,
                       .example = block.example};
  if (block.wordings.empty()) {
    rules.push_back(rule);
    return;
  }
  for (const std::string_view line : split(block.wordings, '\n')) {
    const std::string_view wording = trim(line);
    if (wording.starts_with(kExampleMark)) {
      rules.back().example = wording.substr(kExampleMark.size());
    } else if (!wording.empty()) {
      rules.push_back(rule);
      rules.back().pattern = wording;
    }
  }
}

}  // namespace

std::vector<ReplyRule> built_in_rules() {
  std::vector<ReplyRule> rules;
  for (const auto table : {provider_rules(), hop_rules(), trust_rules(), dialogue_rules(), standing_rules(),
                           identity_rules(), server_rules(), recipient_rules(), connection_rules(), refusal_rules(),
                           telling_code_rules(), word_rules(), vague_code_rules()}) {
    for (const RuleBlock& block : table) append_block(block, rules);
  }
  return rules;
}

}  // namespace mailsonde::classify
