// SPDX-License-Identifier: Apache-2.0
#include "schedule/login_caution.hpp"

#include <doctest/doctest.h>

using namespace mailsonde;
using namespace std::chrono_literals;

namespace {

probe::Report ended_with(int code, Stage stage) {
  probe::Report report;
  report.stage = stage;
  report.verdict.outcome = code < 400 ? Outcome::ok : Outcome::auth_failed;
  smtp::Reply reply;
  reply.code = code;
  report.replies = {{stage, reply, report.verdict.outcome}};
  return report;
}

const MonotonicTime kNow{1h};

}  // namespace

TEST_SUITE_BEGIN("schedule.login_caution");

TEST_CASE("a password that was refused for good is tried ever more seldom, up to an hour") {
  schedule::LoginCaution caution;
  CHECK_FALSE(caution.forbids(kNow));
  caution.note(ended_with(535, Stage::auth), 1min, kNow);
  CHECK(caution.forbids(kNow + 63s));
  CHECK_FALSE(caution.forbids(kNow + 114s));
  caution.note(ended_with(535, Stage::auth), 1min, kNow);
  CHECK(caution.forbids(kNow + 2min));
  for (int i = 0; i < 20; ++i) caution.note(ended_with(535, Stage::auth), 1min, kNow);
  CHECK(caution.forbids(kNow + 59min));
  CHECK_FALSE(caution.forbids(kNow + 1h));
}

TEST_CASE("a temporary failure of the login is not held against anybody (RFC 4954 6: 454)") {
  schedule::LoginCaution caution;
  caution.note(ended_with(454, Stage::auth), 1min, kNow);
  CHECK_FALSE(caution.forbids(kNow));
}

TEST_CASE("a refusal at another stage is none of the password") {
  schedule::LoginCaution caution;
  caution.note(ended_with(550, Stage::rcpt), 1min, kNow);
  CHECK_FALSE(caution.forbids(kNow));
}

TEST_CASE("a login that went well ends the caution") {
  schedule::LoginCaution caution;
  for (int i = 0; i < 5; ++i) caution.note(ended_with(535, Stage::auth), 1min, kNow);
  caution.note(ended_with(221, Stage::quit), 1min, kNow);
  caution.note(ended_with(535, Stage::auth), 1min, kNow + 2h);
  CHECK_FALSE(caution.forbids(kNow + 2h + 2min));
}

TEST_SUITE_END();
