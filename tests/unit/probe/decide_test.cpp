// SPDX-License-Identifier: Apache-2.0
#include "probe/decide.hpp"

#include <doctest/doctest.h>

using namespace mailsonde;
using probe::Reaction;
using probe::TlsMove;

namespace {

smtp::Reply reply(int code) {
  smtp::Reply made;
  made.code = code;
  made.lines = {"text"};
  return made;
}

config::Module module_with(Stage depth, config::TlsPolicy tls) {
  config::Module module;
  module.depth = depth;
  module.tls = tls;
  return module;
}

smtp::Capabilities offering_starttls() {
  smtp::Capabilities capabilities;
  capabilities.keywords = {"STARTTLS"};
  return capabilities;
}

}  // namespace

TEST_SUITE_BEGIN("probe.decide");

TEST_CASE("the code that RFC 5321 4.3.2 names lets the dialogue go on, another positive one is a breach") {
  CHECK(probe::react(Stage::banner, reply(220)) == Reaction::proceed);
  CHECK(probe::react(Stage::banner, reply(250)) == Reaction::breach);
  CHECK(probe::react(Stage::banner, reply(354)) == Reaction::breach);
  CHECK(probe::react(Stage::ehlo, reply(250)) == Reaction::proceed);
  CHECK(probe::react(Stage::ehlo, reply(334)) == Reaction::breach);
  CHECK(probe::react(Stage::starttls, reply(220)) == Reaction::proceed);
  CHECK(probe::react(Stage::starttls, reply(250)) == Reaction::breach);
  CHECK(probe::react(Stage::auth, reply(235)) == Reaction::proceed);
  CHECK(probe::react(Stage::auth, reply(334)) == Reaction::proceed);
  CHECK(probe::react(Stage::auth, reply(250)) == Reaction::breach);
  CHECK(probe::react(Stage::rcpt, reply(251)) == Reaction::proceed);
  CHECK(probe::react(Stage::rcpt, reply(354)) == Reaction::breach);
  CHECK(probe::react(Stage::data, reply(354)) == Reaction::proceed);
  CHECK(probe::react(Stage::data, reply(250)) == Reaction::breach);
  CHECK(probe::react(Stage::eod, reply(250)) == Reaction::proceed);
}

TEST_CASE("4yz and 5yz stop the step at every stage") {
  for (const Stage stage : kStages) {
    CHECK(probe::react(stage, reply(421)) == Reaction::stop);
    CHECK(probe::react(stage, reply(550)) == Reaction::stop);
  }
}

TEST_CASE("a depth covers the stages before it, and what belongs to it") {
  CHECK(probe::reaches(Stage::connect, Stage::connect));
  CHECK_FALSE(probe::reaches(Stage::connect, Stage::banner));
  CHECK(probe::reaches(Stage::starttls, Stage::ehlo_tls));
  CHECK_FALSE(probe::reaches(Stage::ehlo, Stage::tls));
  CHECK_FALSE(probe::reaches(Stage::starttls, Stage::mail));
  CHECK(probe::reaches(Stage::data, Stage::eod));
  CHECK_FALSE(probe::reaches(Stage::rcpt, Stage::eod));
  CHECK(probe::reaches(Stage::banner, Stage::quit));
}

TEST_CASE("TLS is asked for when the policy wants it and the server has it") {
  using enum config::TlsPolicy;
  CHECK(probe::choose_tls_move(module_with(Stage::starttls, opportunistic), offering_starttls()) == TlsMove::ask);
  CHECK(probe::choose_tls_move(module_with(Stage::rcpt, required), {}) == TlsMove::missing);
  CHECK(probe::choose_tls_move(module_with(Stage::rcpt, none), offering_starttls()) == TlsMove::none);
  CHECK(probe::choose_tls_move(module_with(Stage::rcpt, implicit), offering_starttls()) == TlsMove::none);
  CHECK(probe::choose_tls_move(module_with(Stage::ehlo, required), offering_starttls()) == TlsMove::none);
  CHECK(probe::may_go_on_without_tls(module_with(Stage::rcpt, opportunistic)));
  CHECK_FALSE(probe::may_go_on_without_tls(module_with(Stage::rcpt, required)));
}

TEST_CASE("HELO is tried after 5yz only (RFC 5321 4.1.4)") {
  CHECK(probe::should_try_helo(reply(502)));
  CHECK(probe::should_try_helo(reply(550)));
  CHECK_FALSE(probe::should_try_helo(reply(421)));
  CHECK_FALSE(probe::should_try_helo(reply(450)));
}

TEST_CASE("a time-out, a cut and our own trouble stay apart") {
  using classify::LocalFailure;
  using net::Failure;
  CHECK(probe::judge_io({Failure::timeout, ""}, Stage::connect).failure == LocalFailure::connect_timeout);
  CHECK(probe::judge_io({Failure::timeout, ""}, Stage::banner).failure == LocalFailure::timeout);
  CHECK(probe::judge_io({Failure::refused, ""}, Stage::connect).failure == LocalFailure::connect_refused);
  CHECK(probe::judge_io({Failure::closed, ""}, Stage::rcpt).failure == LocalFailure::lost);
  CHECK(probe::judge_io({Failure::reset, ""}, Stage::rcpt).failure == LocalFailure::lost);
  CHECK(probe::judge_io({Failure::tls, ""}, Stage::tls).failure == LocalFailure::tls_handshake);
  CHECK_FALSE(probe::judge_io({Failure::resources, ""}, Stage::connect).failure.has_value());
  CHECK_FALSE(probe::judge_io({Failure::resources, ""}, Stage::connect).of_source);
  CHECK_FALSE(probe::judge_io({Failure::source, ""}, Stage::connect).failure.has_value());
  CHECK(probe::judge_io({Failure::source, ""}, Stage::connect).of_source);
  CHECK_FALSE(probe::judge_io({Failure::cancelled, ""}, Stage::rcpt).failure.has_value());
}

TEST_SUITE_END();
