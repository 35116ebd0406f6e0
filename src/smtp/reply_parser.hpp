// SPDX-License-Identifier: Apache-2.0
// Bytes -> replies (RFC 5321 section 4.2). Sans-IO, bounded before buffered, tolerant where real servers are sloppy
// (bare LF, bare CR, NUL, empty text: accepted and noted in Reply::breaches), strict where a sloppy reading would
// desynchronise.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "smtp/reply.hpp"

namespace mailsonde::smtp {

// RFC 5321 section 4.5.3.1.5 says 512 octets a reply line; real servers send more. Counted without the line end.
inline constexpr std::size_t kMaxReplyLine = 8 * 1024;
inline constexpr std::size_t kMaxReply = 64 * 1024;
inline constexpr std::size_t kMaxReplyLines = 512;

// Owned by one probe; not thread-safe. After an error it stays in error.
class ReplyParser {
 public:
  // Takes bytes up to the end of one reply, never past it. Returns the reply once its last line is complete, nothing
  // while more is needed; `consumed` says how many bytes were used. An Error is a protocol_error: it says what the
  // bytes look like ("looks like HTTP", "no three-digit code", "line longer than 8192 bytes", "codes differ: 250,
  // 550"), never the bytes themselves. How the bytes are cut into calls changes nothing of the result.
  [[nodiscard]] Result<std::optional<Reply>> feed(std::string_view bytes, std::size_t& consumed);

  // True after some, but not all, of a reply was taken.
  [[nodiscard]] bool in_reply() const;

  // The raw bytes of the line at hand: unfinished, or the one that broke the reply. For the transcript; the view ends
  // with the next feed().
  [[nodiscard]] std::string_view current_line() const { return line_; }

 private:
  Result<void> take_byte(char byte, bool& line_ended);
  Result<void> append(char byte);
  Result<std::optional<Reply>> take_line();
  void note(std::string_view breach);

  std::string line_;      // the line so far, without its end
  Reply reply_;           // the lines so far
  std::size_t size_ = 0;  // bytes of the reply so far
  bool after_cr_ = false;
  std::optional<Error> broken_;
};

// The whole of `text` as one reply, e.g. "451 4.7.1 Try later" or a multi-line one whose lines are joined by "\n" or by
// the two characters backslash and n. For `explain`, logs and the corpus, so with more mercy: a reply that was copied
// without its last line, or with a blank where a hyphen belongs, is taken and has that as a breach.
[[nodiscard]] Result<Reply> parse_reply_text(std::string_view text);

}  // namespace mailsonde::smtp
