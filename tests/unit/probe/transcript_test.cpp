// SPDX-License-Identifier: Apache-2.0
#include "probe/transcript.hpp"

#include <doctest/doctest.h>

#include "base/text.hpp"

using namespace mailsonde;
using namespace std::chrono_literals;

TEST_SUITE_BEGIN("probe.transcript");

TEST_CASE("a secret is not seen, plain or base64, however often a server repeats it (rule 8)") {
  probe::Mask mask;
  mask.add(Secret("hunter2secret"));
  mask.add_sent("AHByb2JlAGh1bnRlcjJzZWNyZXQ=");
  CHECK(mask.apply("535 bad password hunter2secret hunter2secret") == "535 bad password *** ***");
  CHECK(mask.apply("got " + base64_encode("hunter2secret")) == "got ***");
  CHECK(mask.apply("you sent AHByb2JlAGh1bnRlcjJzZWNyZXQ=!") == "you sent ***!");
  CHECK(mask.apply("nothing to hide") == "nothing to hide");
}

TEST_CASE("of two secrets one of which holds the other nothing stays") {
  probe::Mask mask;
  mask.add(Secret("abc"));
  mask.add(Secret("abcdef"));
  CHECK(mask.apply("abcdef abc") == "*** ***");
}

TEST_CASE("a transcript ends at its limit and says so") {
  probe::Transcript transcript;
  for (int i = 0; i < 100; ++i) transcript.server(1ms, std::string(1000, 'x'));
  probe::Report report;
  transcript.move_into(report);
  CHECK(report.dialogue_cut);
  std::size_t size = 0;
  for (const auto& line : report.dialogue) size += line.text.size();
  CHECK(size <= probe::kMaxTranscript + 1000);
}

TEST_CASE("each line of a reply is a line, with bytes that could fool a terminal made visible") {
  probe::Transcript transcript;
  smtp::Reply reply;
  reply.code = 250;
  reply.lines = {"mx.example.org", "8BITMIME\x1b[2J"};
  transcript.reply(5ms, reply);
  probe::Report report;
  transcript.move_into(report);
  REQUIRE(report.dialogue.size() == 2);
  CHECK(report.dialogue[0].text == "250-mx.example.org");
  CHECK(report.dialogue[1].text == "250 8BITMIME\\x1b[2J");
}

TEST_SUITE_END();
