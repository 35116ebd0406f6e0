// SPDX-License-Identifier: Apache-2.0
#include "probe/report.hpp"

#include <algorithm>
#include <ranges>

namespace mailsonde::probe {

std::string_view to_string(TlsResult result) {
  switch (result) {
    case TlsResult::not_tried:
      return "not_tried";
    case TlsResult::ok:
      return "ok";
    case TlsResult::not_offered:
      return "not_offered";
    case TlsResult::refused:
      return "refused";
    case TlsResult::failed:
      return "failed";
  }
  return "not_tried";
}

const StageReply* Report::deciding() const {
  if (success() || !detail.empty()) return nullptr;
  const auto reversed = std::views::reverse(replies);
  const auto last = std::ranges::find(reversed, stage, &StageReply::stage);
  return last != reversed.end() ? &*last : nullptr;
}

const smtp::Reply* Report::deciding_reply() const {
  const StageReply* one = deciding();
  return one != nullptr ? &one->reply : nullptr;
}

void Report::judge_anew(classify::Verdict by_hindsight) {
  const StageReply* one = deciding();
  if (one == nullptr) return;
  replies[static_cast<std::size_t>(one - replies.data())].outcome = by_hindsight.outcome;
  verdict = std::move(by_hindsight);
}

}  // namespace mailsonde::probe
