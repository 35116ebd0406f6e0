// SPDX-License-Identifier: Apache-2.0
// Real replies, labelled by hand: those of tests/data, and the project's corpus. That one is not part of the tree:
// MAILSONDE_SHARED names the folder that has corpus/smtp_replies.tsv; without it, ../shared beside the tree is tried.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/outcome.hpp"
#include "classify/reply_facts.hpp"
#include "smtp/reply.hpp"

namespace mailsonde::classify::test {

struct LabelledReply {
  std::string text;
  smtp::Reply reply;
  ReplyFacts facts;
  Outcome label;
};

// Nothing if there is none; a file that does not read as it should fails the test.
[[nodiscard]] std::optional<std::vector<LabelledReply>> read_corpus();

// tests/data/replies.tsv
[[nodiscard]] std::vector<LabelledReply> read_gathered();

}  // namespace mailsonde::classify::test
