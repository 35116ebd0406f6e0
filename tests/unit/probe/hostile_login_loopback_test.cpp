// SPDX-License-Identifier: Apache-2.0
// Hostile logins, envelopes and messages over real sockets (docs/hostile-cases.md section 7).
#include <algorithm>

#include "smtp/reply_parser.hpp"
#include "unit/probe/loopback.hpp"

using namespace mailsonde;
using namespace mailsonde::test;
using config::TlsPolicy;
using fixture::Directive;
using fixture::kForEver;
using fixture::say;
using fixture::Then;

TEST_SUITE_BEGIN("probe.hostile_login.loopback");

namespace {

const Expected kAuthFailed{{Stage::auth}, {Outcome::auth_failed}};
const Expected kBadAuth{{Stage::auth}, {Outcome::protocol_error}};

// "hunter2secret", plain, in base64, and in the initial response of PLAIN.
const std::vector<std::string> kSecrets{"hunter2secret", "aHVudGVyMnNlY3JldA", "AHByb2JlAGh1bnRlcjJzZWNyZXQ"};

bool tells_secret(const std::string& text) {
  return std::ranges::any_of(kSecrets,
                             [&](const std::string& secret) { return text.find(secret) != std::string::npos; });
}

// What the server heard from one probe that must end as the case says.
fixture::Record heard(const Case& one) {
  const DescriptorWatch watch;
  fixture::ServerThread thread;
  const auto server = *fixture::SmtpServer::start(thread.context, one.behaviour);
  const MonotonicTime start = monotonic_now();
  check_report(one, probe_port(one.scene, server->port()), monotonic_now() - start);
  return server->record();
}

bool said(const fixture::Record& record, std::string_view verb) {
  return std::ranges::any_of(record.lines, [&](const std::string& line) { return line.starts_with(verb); });
}

}  // namespace

TEST_CASE("a refused login is auth_failed, an unavailable one is temporary") {
  constexpr const char* kLater = "454 4.7.0 Temporary authentication failure";
  const Outcome later = classify::Classifier().judge(*smtp::parse_reply_text(kLater), Stage::auth, "other").outcome;
  Case unknown = spoilt("no known mechanism", Stage::dns, {}, kAuthFailed);
  unknown.behaviour.mechanisms = {"GSSAPI", "NTLM", "X\x80"};
  Case weaker = spoilt("only a weaker mechanism", Stage::dns, {}, kAuthFailed);
  weaker.scene.with_login("SCRAM-SHA-256");
  Case none = spoilt("no AUTH after TLS", Stage::ehlo_tls, say("250 mx.example.com"), kAuthFailed);
  check_cases({spoilt("535", Stage::auth, say("535 5.7.8 no"), kAuthFailed),
               spoilt("534", Stage::auth, say("534 5.7.9 too weak"), kAuthFailed),
               spoilt("530", Stage::auth, say("530 5.7.0 first"), kAuthFailed),
               spoilt("454", Stage::auth, say(kLater), {{Stage::auth}, {later}}), unknown, weaker, none});
}

TEST_CASE("a challenge that is not base64, and challenges for ever, are a protocol error at the limit") {
  std::vector<Case> cases;
  for (const char* mechanism : {"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256"}) {
    for (const char* challenge : {"334 !!!", "334 VXNlcm5hbWU6", "334 ", "334 ====", "334 cj1hLHM9YixpPTE="}) {
      cases.push_back(spoilt(std::string(mechanism) + " " + challenge, Stage::auth, say(challenge), kBadAuth));
      cases.back().behaviour.mechanisms = {mechanism};
      cases.back().scene.with_login(mechanism);
    }
  }
  check_cases(cases);
}

TEST_CASE("a server that says 235 without the proof that SCRAM owes is not believed") {
  Case liar = spoilt("liar", Stage::auth, say("235 2.7.0 welcome"), kBadAuth);
  liar.behaviour.mechanisms = {"SCRAM-SHA-256"};
  liar.scene.with_login("SCRAM-SHA-256");
  check_cases({liar});
}

TEST_CASE("a real login goes through with every mechanism") {
  std::vector<Case> cases;
  for (const char* mechanism : {"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256"}) {
    cases.push_back(spoilt(mechanism, Stage::dns, {}, {{Stage::quit}, {Outcome::ok}}));
    cases.back().behaviour.mechanisms = {mechanism};
    cases.back().scene.with_login(mechanism);
  }
  for (const auto& report : check_cases(cases)) CHECK_FALSE(tells_secret(all_text(report)));
}

TEST_CASE("with STARTTLS stripped no login is tried and nothing of it is sent") {
  Case stripped = spoilt("required", Stage::dns, {}, {{Stage::starttls}, {Outcome::tls_failed}});
  stripped.behaviour.tls_mode = fixture::TlsMode::none;
  stripped.behaviour.auth_without_tls = true;
  CHECK_FALSE(said(heard(stripped), "AUTH"));
  stripped.scene.module.tls = TlsPolicy::opportunistic;
  stripped.expected = kAuthFailed;
  CHECK_FALSE(said(heard(stripped), "AUTH"));
  Case refused = spoilt("refused", Stage::starttls, say("454 4.7.0 no"), kAuthFailed);
  refused.behaviour.auth_without_tls = true;
  refused.scene.module.tls = TlsPolicy::opportunistic;
  CHECK_FALSE(said(heard(refused), "AUTH"));
}

TEST_CASE("no credential is in the report, wherever the server repeats it, also in bytes that are no reply") {
  std::vector<Case> cases;
  for (const std::string& secret : kSecrets) {
    cases.push_back(spoilt("refusal", Stage::auth, say("535 5.7.8 no: " + secret + "= x" + secret), kAuthFailed));
    cases.push_back(spoilt("challenge", Stage::auth, say("334 " + secret), kBadAuth));
    cases.push_back(spoilt("no reply", Stage::auth, say("no " + secret + "=="), kBadAuth));
    cases.push_back(spoilt("cut", Stage::auth, say(std::string(190, 'x') + secret), kBadAuth));
    cases.push_back(
        spoilt("late", Stage::rcpt, say("550 5.1.1 no " + secret), {{Stage::rcpt}, {Outcome::mailbox_unavailable}}));
  }
  for (const auto& report : check_cases(cases)) {
    const std::string text = all_text(report);
    CHECK_FALSE(tells_secret(text));
    CHECK(text.find("hunter") == std::string::npos);  // nor the beginning of it
    CHECK(text.find("aHVudG") == std::string::npos);
  }
}

TEST_CASE("a 3yz to MAIL or RCPT, and a broken line before the reply, are protocol errors") {
  std::vector<Case> cases;
  for (const Stage stage : {Stage::mail, Stage::rcpt}) {
    for (const char* bytes : {"354 go\r\n", "oops\r\n250 ok\r\n", "250-\r\noops\r\n250 ok\r\n", "\r\n250 ok\r\n"}) {
      cases.push_back(
          spoilt(std::string(to_string(stage)), stage, {.reply = bytes}, {{stage}, {Outcome::protocol_error}}));
    }
  }
  check_cases(cases);
}

TEST_CASE("354 and then silence, a refusal or the final reply: by what came, and one message at most") {
  struct Ending {
    Directive data;
    Expected expected;
    std::size_t messages;
  };
  const std::vector<Ending> endings{
      {{.then = Then::hang}, {{Stage::data, Stage::eod}, {Outcome::remote_timeout}}, 0},
      {{.behind = "421 4.3.2 Service shutting down\r\n"}, {{Stage::data}, {Outcome::server_unavailable}}, 0},
      {{.behind = "452 4.3.1 disk full\r\n"}, {{Stage::data}, {Outcome::server_overloaded}}, 0},
      {{.behind = "250 2.0.0 queued\r\n"}, {{Stage::data}, {Outcome::protocol_error}}, 0},
      {{.behind = "250-half"}, {{Stage::data}, {Outcome::remote_timeout, Outcome::protocol_error}}, 0},
      {{.then = Then::close}, {{Stage::data, Stage::eod}, {Outcome::connection_lost}}, 0},
      {{.then = Then::reset}, {{Stage::data, Stage::eod}, {Outcome::connection_lost}}, 0}};
  for (const Ending& ending : endings) {
    Case one = hanging("354 " + ending.data.behind, Stage::data, ending.data);
    one.expected = ending.expected;
    const auto record = heard(one);
    CHECK(record.messages.size() == ending.messages);
    CHECK_FALSE(said(record, "QUIT"));
  }
}

TEST_CASE("silence after the dot is a time-out at eod; the message went out once, its dots stuffed, its lines CRLF") {
  const auto record = heard(hanging("silence", Stage::eod, {.reply = ""}));
  REQUIRE(record.messages.size() == 1);
  const std::string& message = record.messages.front();
  CHECK(message.find("\r\n\r\n") != std::string::npos);
  CHECK(message.find("\n.\r") == std::string::npos);
  for (std::size_t at = message.find('\n'); at != std::string::npos; at = message.find('\n', at + 1)) {
    CHECK((at > 0 && message[at - 1] == '\r'));
  }
  CHECK_FALSE(said(record, "QUIT"));
}

TEST_SUITE_END();
