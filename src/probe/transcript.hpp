// SPDX-License-Identifier: Apache-2.0
// The dialogue of one probe as it is kept: printable, bounded, and free of credentials.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"
#include "probe/report.hpp"

namespace mailsonde::probe {

inline constexpr std::size_t kMaxTranscript = 32 * 1024;  // hostile-cases section 2

// Replaces what must not be seen, plain or base64, also where a server repeats it. The longest comes first, so that
// no rest of a longer one stays.
class Mask {
 public:
  void add(const Secret& secret);        // the secret and its base64
  void add_sent(std::string_view line);  // a base64 line of an AUTH exchange
  [[nodiscard]] std::string apply(std::string_view text) const;
  [[nodiscard]] smtp::Reply apply(smtp::Reply reply) const;

 private:
  void remember(std::string_view bytes);
  std::vector<Secret> hidden_;
};

// Owned by one probe. Lines past the limit are dropped, and the cut is told.
class Transcript {
 public:
  void server(Duration at, std::string_view line) { add(DialogueLine::Who::server, at, line); }
  void client(Duration at, std::string_view line) { add(DialogueLine::Who::client, at, line); }
  void note(Duration at, std::string_view line) { add(DialogueLine::Who::note, at, line); }
  // A reply as the server sent it: code, hyphen or blank, text, a line each.
  void reply(Duration at, const smtp::Reply& reply);
  void move_into(Report& report);

 private:
  void add(DialogueLine::Who who, Duration at, std::string_view text);

  std::vector<DialogueLine> lines_;
  std::size_t size_ = 0;
  bool cut_ = false;
};

}  // namespace mailsonde::probe
