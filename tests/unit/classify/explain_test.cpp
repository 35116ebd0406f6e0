// SPDX-License-Identifier: Apache-2.0
#include "classify/explain.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mailsonde;
using namespace mailsonde::classify;

TEST_SUITE_BEGIN("classify.explain");

TEST_CASE("a refusal is explained with its cause and what to do") {
  const Explanation explanation =
      explain(Classifier(), "451 4.7.1 Greylisted, please try again in 300 seconds", Stage::rcpt, "-");
  REQUIRE(explanation.reply);
  CHECK(explanation.reply->code == 451);
  CHECK(explanation.reply->enhanced == smtp::EnhancedCode{4, 7, 1});
  CHECK(explanation.verdict.outcome == Outcome::greylisted);
  CHECK(explanation.meaning == &meaning_of(Outcome::greylisted));
}

TEST_CASE("a multi-line reply is explained whole") {
  const auto text = "550-5.7.1 This message fails to pass\\n550 5.7.1 authentication checks.";
  CHECK(explain(Classifier(), text, Stage::eod, "google").verdict.outcome == Outcome::auth_policy);
}

TEST_CASE("a positive reply is ok") {
  CHECK(explain(Classifier(), "250 2.1.5 Ok", {}, "").verdict.outcome == Outcome::ok);
  CHECK(explain(Classifier(), "354 End data with <CR><LF>.<CR><LF>", {}, "").verdict.outcome == Outcome::ok);
}

TEST_CASE("what is no reply is a protocol error, nothing is unclassified") {
  for (const char* text : {"try again later", "HTTP/1.1 400 Bad Request", "25", "999 x", "250-a\n550 b"}) {
    CAPTURE(text);
    const Explanation explanation = explain(Classifier(), text, {}, "");
    CHECK_FALSE(explanation.reply);
    CHECK(explanation.verdict.outcome == Outcome::protocol_error);
    REQUIRE(explanation.meaning != nullptr);
  }
  CHECK(explain(Classifier(), "", {}, "").verdict.outcome == Outcome::unclassified);
  CHECK(explain(Classifier(), " \r\n", {}, "").verdict.outcome == Outcome::unclassified);
}

TEST_CASE("a long text of half-matches is explained, one over the limit is no reply") {
  std::string text = "451 ";
  while (text.size() < 8000) text += "user mailbox too many temporary relay limit exceed ";
  CHECK(explain(Classifier(), text, Stage::rcpt, "").reply);
  const Explanation too_long = explain(Classifier(), std::string(1 << 20, '4'), {}, "");
  CHECK_FALSE(too_long.reply);
  CHECK(too_long.verdict.outcome == Outcome::protocol_error);
}
