// SPDX-License-Identifier: Apache-2.0
// What `mailsonde explain` knows about one reply that somebody pasted. Pure; any bytes; never fails: what is no reply
// is a protocol_error, as it would be in a probe.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "base/stage.hpp"
#include "classify/classify.hpp"
#include "classify/meaning.hpp"
#include "smtp/reply.hpp"

namespace mailsonde::classify {

struct Explanation {
  Result<smtp::Reply> reply;  // or why the text is none
  Verdict verdict;
  const Meaning* meaning;  // never null; static storage
};

// `reply_text` as smtp::parse_reply_text takes it; `provider` may be empty or "-".
[[nodiscard]] Explanation explain(const Classifier& classifier, std::string_view reply_text, std::optional<Stage> stage,
                                  std::string_view provider);

}  // namespace mailsonde::classify
