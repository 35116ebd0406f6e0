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

const smtp::Reply* Report::deciding_reply() const {
  if (success() || !detail.empty()) return nullptr;
  const auto reversed = std::views::reverse(replies);
  const auto last = std::ranges::find_if(reversed, [this](const StageReply& reply) { return reply.stage == stage; });
  return last != reversed.end() ? &last->reply : nullptr;
}

}  // namespace mailsonde::probe
