// SPDX-License-Identifier: Apache-2.0
#include "classify/explain.hpp"

#include <utility>

#include "base/text.hpp"
#include "smtp/reply_parser.hpp"

namespace mailsonde::classify {
namespace {

Verdict judge(const Classifier& classifier, const Result<smtp::Reply>& reply, std::string_view text,
              std::optional<Stage> stage, std::string_view provider) {
  if (trim(text).empty()) return {.outcome = Outcome::unclassified, .retry = Retry::no, .rule = "empty text"};
  if (!reply) return {.outcome = Outcome::protocol_error, .retry = Retry::no, .rule = "not a reply"};
  if (reply->is_positive()) return {.outcome = Outcome::ok, .retry = Retry::yes, .rule = "positive reply"};
  return classifier.judge(*reply, stage, provider);
}

}  // namespace

Explanation explain(const Classifier& classifier, std::string_view reply_text, std::optional<Stage> stage,
                    std::string_view provider) {
  auto reply = smtp::parse_reply_text(reply_text);
  const Verdict verdict = judge(classifier, reply, reply_text, stage, provider);
  return {.reply = std::move(reply), .verdict = verdict, .meaning = &meaning_of(verdict.outcome)};
}

}  // namespace mailsonde::classify
