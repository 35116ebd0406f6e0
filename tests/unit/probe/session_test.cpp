// SPDX-License-Identifier: Apache-2.0
// The dialogue of one probe against scripts: what is said in which order, and what the report makes of the answers.
#include "probe/session.hpp"

#include <doctest/doctest.h>

#include "probe/play.hpp"

using namespace mailsonde;
using config::TlsPolicy;
using test::play;
using test::Scene;

TEST_SUITE_BEGIN("probe.session");

namespace {

constexpr const char* kWholeDialogue = R"(
  S: 220 mx.example.com ESMTP
  C: EHLO probe.example.org
  S: 250-mx.example.com
  S: 250-PIPELINING
  S: 250 STARTTLS
  C: STARTTLS
  S: 220 go ahead
  TLS
  C: EHLO probe.example.org
  S: 250-mx.example.com
  S: 250 AUTH PLAIN
  C: AUTH PLAIN *
  S: 235 2.7.0 welcome
  C: MAIL FROM:<probe@example.org>
  S: 250 2.1.0 ok
  C: RCPT TO:<canary@example.com>
  S: 250 2.1.5 ok
  C: DATA
  S: 354 go on
  MESSAGE
  S: 250 2.0.0 queued
  C: QUIT
  S: 221 bye
)";

Scene whole_scene() { return Scene(Stage::data, TlsPolicy::required).with_login(""); }

}  // namespace

TEST_CASE("the report names the provider of the MX host that was probed") {
  CHECK(play(Scene(Stage::banner), "S: 220 mx ready\nC: QUIT\nS: 221 bye").report.provider == "acme");
}

TEST_CASE("a whole dialogue goes from connect to the final dot, and ends with QUIT") {
  const auto played = play(whole_scene(), kWholeDialogue);
  CHECK(played.playback.mismatches.empty());
  CHECK(played.playback.steps_left == 0);
  CHECK(played.playback.closed);
  CHECK(played.playback.server_name == "mx.example.com");
  CHECK(played.report.verdict.outcome == Outcome::ok);
  CHECK(played.report.stage == Stage::quit);
  CHECK(test::stage_names(played.report) ==
        "dns connect banner ehlo starttls tls ehlo_tls auth mail rcpt data eod quit");
  CHECK(played.report.tls_result == probe::TlsResult::ok);
  CHECK(played.report.starttls_advertised == true);
  CHECK(played.report.replies.size() == 10);
  Duration sum{};
  for (const auto& time : played.report.stages) sum += time.elapsed;
  CHECK(sum == played.report.duration);
}

TEST_CASE("replies that are cut anywhere make no difference") {
  for (std::size_t chunk = 1; chunk < 30; ++chunk) {
    Scene scene = whole_scene();
    scene.chunk = chunk;
    const auto played = play(scene, kWholeDialogue);
    CAPTURE(chunk);
    CHECK(played.report.verdict.outcome == Outcome::ok);
    CHECK(played.playback.mismatches.empty());
  }
}

TEST_CASE("a failure at any operation gives one report with a stage, and blames nobody for our own") {
  const std::size_t operations = play(whole_scene(), kWholeDialogue).playback.operations;
  REQUIRE(operations > 20);
  for (const net::Failure failure : {net::Failure::reset, net::Failure::closed, net::Failure::timeout,
                                     net::Failure::tls, net::Failure::cancelled, net::Failure::resources}) {
    for (std::size_t at = 0; at + 2 < operations; ++at) {  // the last two are QUIT and its answer
      Scene scene = whole_scene();
      scene.fail_at = at;
      scene.failure = failure;
      const auto played = play(scene, kWholeDialogue);
      CAPTURE(at);
      CHECK(played.report.verdict.outcome != Outcome::ok);
      CHECK(played.report.stage != Stage::quit);
      CHECK_FALSE(played.report.detail.empty());
      CHECK(played.report.counted == (failure != net::Failure::cancelled && failure != net::Failure::resources));
      CHECK(played.report.stages.back().elapsed >= Duration::zero());
    }
  }
}

TEST_CASE("silence, RST or garbage in answer to QUIT change nothing") {
  for (const char* end : {"HANG", "RESET", "CLOSE", "R: \\x00\\xff garbage\\r\\n", "S: 550 no"}) {
    CAPTURE(end);
    const auto played = play(Scene(Stage::banner), std::string("S: 220 mx\nC: QUIT\n") + end);
    CHECK(played.report.verdict.outcome == Outcome::ok);
    CHECK(played.playback.closed);
  }
}

TEST_CASE("by default nothing is said past EHLO and STARTTLS") {
  const auto played = play(Scene(Stage::starttls, TlsPolicy::opportunistic), R"(
    S: 220 mx
    C: EHLO probe.example.org
    S: 250-mx
    S: 250 STARTTLS
    C: STARTTLS
    S: 220 go
    TLS
    C: EHLO probe.example.org
    S: 250 mx
    C: QUIT
    S: 221 bye)");
  CHECK(played.playback.mismatches.empty());
  CHECK(played.report.verdict.outcome == Outcome::ok);
}

TEST_CASE("421 at any stage ends the probe with that reply, and no QUIT is sent into a closing connection") {
  struct Case {
    const char* script;
    Stage stage;
  };
  for (const auto& [script, stage] :
       {Case{"S: 421 4.3.2 Service shutting down", Stage::banner},
        Case{"S: 220 mx\nC: EHLO *\nS: 421 4.3.2 Service shutting down", Stage::ehlo},
        Case{"S: 220 mx\nC: EHLO *\nS: 250 mx\nC: MAIL *\nS: 421 4.3.2 Service shutting down", Stage::mail}}) {
    const auto played = play(Scene(Stage::rcpt), script);
    CHECK(played.report.stage == stage);
    CHECK(played.report.verdict.outcome == Outcome::server_unavailable);
    REQUIRE(played.report.deciding_reply() != nullptr);
    CHECK(played.report.deciding_reply()->code == 421);
    CHECK(played.playback.written.find("QUIT") == std::string::npos);
  }
}

TEST_CASE("451 at RCPT is told with its stage, QUIT follows") {
  const auto played = play(Scene(Stage::rcpt), R"(
    S: 220 mx
    C: EHLO *
    S: 250 mx
    C: MAIL FROM:<probe@example.org>
    S: 250 ok
    C: RCPT TO:<canary@example.com>
    S: 451 4.7.1 Greylisted, please try again later
    C: QUIT
    S: 221 bye)");
  CHECK(played.playback.mismatches.empty());
  CHECK(played.report.stage == Stage::rcpt);
  CHECK(played.report.verdict.outcome == Outcome::greylisted);
  CHECK(played.report.deciding_reply()->enhanced->to_string() == "4.7.1");
}

TEST_CASE("HELO is tried once when EHLO is refused for good") {
  const auto accepted =
      play(Scene(Stage::ehlo),
           "S: 220 mx\nC: EHLO *\nS: 502 what\nC: HELO probe.example.org\nS: 250 mx\nC: QUIT\nS: 221 bye");
  CHECK(accepted.report.verdict.outcome == Outcome::ok);
  CHECK(accepted.playback.mismatches.empty());
  const auto refused =
      play(Scene(Stage::ehlo), "S: 220 mx\nC: EHLO *\nS: 502 what\nC: HELO *\nS: 550 no\nC: QUIT\nS: 221 bye");
  CHECK(refused.report.stage == Stage::ehlo);
  CHECK_FALSE(refused.report.success());
  const auto later = play(Scene(Stage::ehlo), "S: 220 mx\nC: EHLO *\nS: 450 4.3.2 busy\nC: QUIT\nS: 221 bye");
  CHECK(later.playback.mismatches.empty());
  CHECK(later.report.deciding_reply()->code == 450);
}

TEST_CASE("STARTTLS that is missing or refused ends a required policy and not an opportunistic one") {
  const std::string missing = "S: 220 mx\nC: EHLO *\nS: 250 mx\nC: QUIT\nS: 221 bye";
  const std::string refused =
      "S: 220 mx\nC: EHLO *\nS: 250-mx\nS: 250 STARTTLS\nC: STARTTLS\nS: 454 4.7.0 not now\nC: QUIT\nS: 221 bye";
  const auto without = play(Scene(Stage::starttls, TlsPolicy::opportunistic), missing);
  CHECK(without.report.verdict.outcome == Outcome::ok);
  CHECK(without.report.tls_result == probe::TlsResult::not_offered);
  CHECK(without.report.starttls_advertised == false);
  CHECK(play(Scene(Stage::starttls, TlsPolicy::opportunistic), refused).report.verdict.outcome == Outcome::ok);
  for (const std::string& script : {missing, refused}) {
    const auto played = play(Scene(Stage::starttls, TlsPolicy::required), script);
    CHECK(played.report.stage == Stage::starttls);
    CHECK(played.report.verdict.outcome == Outcome::tls_failed);
  }
}

TEST_CASE("plain text behind the 220 to STARTTLS is an injection: nothing of it is parsed, no handshake begins") {
  const auto played = play(Scene(Stage::rcpt, TlsPolicy::required), R"(
    S: 220 mx
    C: EHLO *
    S: 250-mx
    S: 250 STARTTLS
    C: STARTTLS
    R: 220 go\r\n250 injected\r\n
    C: QUIT
    CLOSE)");
  CHECK(played.report.stage == Stage::starttls);
  CHECK(played.report.verdict.outcome == Outcome::protocol_error);
  CHECK_FALSE(played.playback.server_name.has_value());
  CHECK(test::all_text(played.report).find("injected") == std::string::npos);
}

TEST_CASE("a handshake that fails is tls_failed, and nothing more is said") {
  const auto played = play(Scene(Stage::starttls, TlsPolicy::opportunistic), R"(
    S: 220 mx
    C: EHLO *
    S: 250-mx
    S: 250 STARTTLS
    C: STARTTLS
    S: 220 go
    NOTLS wrong version number)");
  CHECK(played.report.stage == Stage::tls);
  CHECK(played.report.verdict.outcome == Outcome::tls_failed);
  CHECK(played.report.tls_result == probe::TlsResult::failed);
  CHECK(played.playback.written.find("QUIT") == std::string::npos);
}

TEST_CASE("a bad certificate is told always and ends the probe only with verify (rule 11)") {
  const std::string script = R"(
    S: 220 mx
    C: EHLO *
    S: 250-mx
    S: 250 STARTTLS
    C: STARTTLS
    S: 220 go
    TLS! certificate has expired
    C: EHLO *
    S: 250 mx
    C: QUIT
    S: 221 bye)";
  Scene scene(Stage::starttls, TlsPolicy::required);
  const auto tolerated = play(scene, script);
  CHECK(tolerated.report.verdict.outcome == Outcome::ok);
  REQUIRE(tolerated.report.tls.has_value());
  CHECK_FALSE(tolerated.report.tls->certificate_valid);
  scene.module.verify = true;
  const auto refused = play(scene, script);
  CHECK(refused.report.stage == Stage::tls);
  CHECK(refused.report.verdict.outcome == Outcome::tls_certificate);
  CHECK(refused.report.tls.has_value());
  CHECK(refused.report.detail == "certificate has expired");
}

TEST_CASE("implicit TLS shakes hands before the banner") {
  const auto played =
      play(Scene(Stage::ehlo, TlsPolicy::implicit), "TLS\nS: 220 mx\nC: EHLO *\nS: 250 mx\nC: QUIT\nS: 221 bye");
  CHECK(played.report.verdict.outcome == Outcome::ok);
  CHECK(test::stage_names(played.report) == "dns connect tls banner ehlo quit");
}

TEST_CASE("a reply too many, or before its command, is a protocol error at that stage (rule 6)") {
  for (const char* script : {"R: 220 mx\\r\\n220 again\\r\\n\nC: QUIT\nCLOSE"}) {
    const auto played = play(Scene(Stage::ehlo), script);
    CHECK(played.report.stage == Stage::banner);
    CHECK(played.report.verdict.outcome == Outcome::protocol_error);
  }
  const auto early =
      play(Scene(Stage::rcpt), "S: 220 mx\nC: EHLO *\nR: 250 mx\\r\\n250 sender ok\\r\\n\nC: QUIT\nCLOSE");
  CHECK(early.report.stage == Stage::ehlo);
  CHECK(early.report.verdict.outcome == Outcome::protocol_error);
}

TEST_CASE("a positive code that makes no sense here is a protocol error") {
  const auto greeting = play(Scene(Stage::ehlo), "S: 354 hello\nC: QUIT\nCLOSE");
  CHECK(greeting.report.stage == Stage::banner);
  CHECK(greeting.report.verdict.outcome == Outcome::protocol_error);
  const auto mail = play(Scene(Stage::mail), "S: 220 mx\nC: EHLO *\nS: 250 mx\nC: MAIL *\nS: 354 what\nC: QUIT\nCLOSE");
  CHECK(mail.report.stage == Stage::mail);
  CHECK(mail.report.verdict.outcome == Outcome::protocol_error);
}

TEST_CASE("what is no SMTP is said to be what it looks like") {
  const auto played = play(Scene(Stage::ehlo), "R: HTTP/1.1 400 Bad Request\\r\\n\nCLOSE");
  CHECK(played.report.verdict.outcome == Outcome::protocol_error);
  CHECK(played.report.detail.find("HTTP") != std::string::npos);
  CHECK(test::all_text(played.report).find("HTTP/1.1 400 Bad Request") != std::string::npos);
}

TEST_CASE("credentials never leave without TLS, whatever the mechanism, unless the module says so") {
  const std::string script = "S: 220 mx\nC: EHLO *\nS: 250-mx\nS: 250 AUTH PLAIN CRAM-MD5\nC: QUIT\nS: 221 bye";
  const auto kept = play(Scene(Stage::auth, TlsPolicy::opportunistic).with_login(""), script);
  CHECK(kept.playback.mismatches.empty());
  CHECK(kept.report.stage == Stage::auth);
  CHECK(kept.report.verdict.outcome == Outcome::auth_failed);
  Scene allowed = Scene(Stage::auth, TlsPolicy::none).with_login("PLAIN");
  allowed.module.auth_without_tls = true;
  const auto sent = play(
      allowed, "S: 220 mx\nC: EHLO *\nS: 250-mx\nS: 250 AUTH PLAIN\nC: AUTH PLAIN *\nS: 235 ok\nC: QUIT\nS: 221 bye");
  CHECK(sent.report.verdict.outcome == Outcome::ok);
}

TEST_CASE("AUTH mechanisms learnt in plain text are forgotten after STARTTLS (rule 7)") {
  const auto played = play(Scene(Stage::auth, TlsPolicy::required).with_login(""), R"(
    S: 220 mx
    C: EHLO *
    S: 250-mx
    S: 250-AUTH PLAIN
    S: 250 STARTTLS
    C: STARTTLS
    S: 220 go
    TLS
    C: EHLO *
    S: 250 mx
    C: QUIT
    S: 221 bye)");
  CHECK(played.playback.mismatches.empty());
  CHECK(played.report.verdict.outcome == Outcome::auth_failed);
}

TEST_CASE("no credential is seen anywhere, even when the server repeats it in every form (rule 8)") {
  Scene scene = Scene(Stage::auth, TlsPolicy::none).with_login("PLAIN");
  scene.module.auth_without_tls = true;
  const auto played = play(scene, R"(
    S: 220 mx
    C: EHLO *
    S: 250-mx
    S: 250 AUTH PLAIN
    C: AUTH PLAIN *
    S: 535 5.7.8 no: hunter2secret aHVudGVyMnNlY3JldA== AHByb2JlAGh1bnRlcjJzZWNyZXQ=
    C: QUIT
    S: 221 bye)");
  CHECK(played.report.verdict.outcome == Outcome::auth_failed);
  const std::string text = test::all_text(played.report);
  CHECK(text.find("hunter2secret") == std::string::npos);
  CHECK(text.find("aHVudGVyMnNlY3JldA") == std::string::npos);
  CHECK(text.find("AHByb2JlAGh1bnRlcjJzZWNyZXQ") == std::string::npos);
  CHECK(text.find("535 5.7.8 no: ***") != std::string::npos);
}

TEST_CASE("a challenge that is not base64, and challenges for ever, end the login with a protocol error") {
  Scene scene = Scene(Stage::auth, TlsPolicy::none).with_login("LOGIN");
  scene.module.auth_without_tls = true;
  const std::string begin = "S: 220 mx\nC: EHLO *\nS: 250-mx\nS: 250 AUTH LOGIN\nC: AUTH LOGIN\n";
  const auto garbage = play(scene, begin + "S: 334 !!!\nC: *\nS: 501 cancelled\nC: QUIT\nS: 221 bye");
  CHECK(garbage.report.stage == Stage::auth);
  CHECK(garbage.report.verdict.outcome == Outcome::protocol_error);
  std::string endless = begin;
  for (int i = 0; i < 10; ++i) endless += "S: 334 VXNlcm5hbWU6\nC: *\n";
  const auto for_ever = play(scene, endless);
  CHECK(for_ever.report.stage == Stage::auth);
  CHECK(for_ever.report.verdict.outcome == Outcome::protocol_error);
}

TEST_CASE("after 354, a refusal before the dot decides, and no message is sent") {
  const std::string begin = "S: 220 mx\nC: EHLO *\nS: 250 mx\nC: MAIL *\nS: 250 ok\nC: RCPT *\nS: 250 ok\nC: DATA\n";
  const auto early = play(Scene(Stage::data), begin + "R: 354 go\\r\\n452 4.3.1 disk full\\r\\n");
  CHECK(early.report.stage == Stage::data);
  CHECK(early.report.verdict.outcome == Outcome::server_overloaded);
  CHECK(early.playback.written.find("Subject") == std::string::npos);
}

TEST_CASE("silence after the dot is a time-out at eod, and QUIT does not become text of the message") {
  const auto played = play(
      Scene(Stage::data),
      "S: 220 mx\nC: EHLO *\nS: 250 mx\nC: MAIL *\nS: 250 ok\nC: RCPT *\nS: 250 ok\nC: DATA\nS: 354 go\nMESSAGE\nHANG");
  CHECK(played.report.stage == Stage::eod);
  CHECK(played.report.verdict.outcome == Outcome::remote_timeout);
  CHECK(played.playback.written.find("QUIT") == std::string::npos);
}

TEST_CASE("a refused or unanswered connect has its own outcome") {
  CHECK(play(Scene(Stage::ehlo), "REFUSED").report.verdict.outcome == Outcome::connection_refused);
  CHECK(play(Scene(Stage::ehlo), "NOANSWER").report.verdict.outcome == Outcome::connection_timeout);
}

TEST_SUITE_END();
