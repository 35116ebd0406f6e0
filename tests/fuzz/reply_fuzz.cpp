// SPDX-License-Identifier: Apache-2.0
// Any bytes as an SMTP stream. Taken whole, or cut where the first byte says, the result must be the same; what is
// accepted must stay within the limits and read back as itself.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/assert.hpp"
#include "smtp/reply_parser.hpp"

namespace {

using namespace mailsonde;

struct Played {
  std::string replies;
  std::string error;
  bool in_reply = false;
  bool operator==(const Played&) const = default;
};

void check_reply(const smtp::Reply& reply) {
  MAILSONDE_ASSERT(reply.code >= 200 && reply.code <= 599);
  MAILSONDE_ASSERT(!reply.lines.empty() && reply.lines.size() <= smtp::kMaxReplyLines);
  MAILSONDE_ASSERT(reply.text().size() <= smtp::kMaxKeptText);
  MAILSONDE_ASSERT(!reply.enhanced || reply.enhanced->class_digit == reply.code / 100);
}

Played play(std::string_view bytes, std::size_t step) {
  Played played;
  smtp::ReplyParser parser;
  while (!bytes.empty()) {
    std::string_view piece = bytes.substr(0, step);
    bytes.remove_prefix(piece.size());
    while (!piece.empty()) {
      std::size_t consumed = 0;
      const auto fed = parser.feed(piece, consumed);
      if (!fed) {
        played.error = fed.error().message;
        return played;
      }
      MAILSONDE_ASSERT(consumed > 0 && consumed <= piece.size());
      piece.remove_prefix(consumed);
      if (!*fed) continue;
      check_reply(**fed);
      played.replies += (*fed)->one_line() + '\n';
    }
  }
  played.in_reply = parser.in_reply();
  return played;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Played whole = play(bytes, bytes.size() + 1);
  MAILSONDE_ASSERT(play(bytes, std::size_t{data[0]} % 16 + 1) == whole);
  const auto text = smtp::parse_reply_text(bytes);
  if (text) check_reply(*text);
  return 0;
}
