// SPDX-License-Identifier: Apache-2.0
// Hostile EHLO, STARTTLS and TLS over real sockets (docs/hostile-cases.md section 6).
#include <algorithm>

#include "fixture/scratch_folder.hpp"
#include "unit/probe/loopback.hpp"

using namespace mailsonde;
using namespace mailsonde::test;
using config::TlsPolicy;
using fixture::Behaviour;
using fixture::Directive;
using fixture::kForEver;
using fixture::say;
using fixture::Then;

TEST_SUITE_BEGIN("probe.hostile_tls.loopback");

namespace {

const Expected kFine{{Stage::quit}, {Outcome::ok}};
const Expected kTlsFailed{{Stage::tls}, {Outcome::tls_failed}};

std::string record(char type, std::string_view body) {
  const auto high = static_cast<char>(body.size() / 256);
  const auto low = static_cast<char>(body.size() % 256);
  return std::string{type, '\x03', '\x03', high, low} + std::string(body);
}
constexpr char kAlert = '\x15';
constexpr char kHandshake = '\x16';

// The policy and the depth of `whole_scene`, and no login.
Case without_login(Case one, TlsPolicy policy) {
  one.scene.target.auth.reset();
  one.scene.module.tls = policy;
  return one;
}

// The server's first bytes answer the ClientHello and stand behind no 220.
Case implicit(Case one) {
  one.scene.module.tls = TlsPolicy::implicit;
  one.behaviour.tls_mode = fixture::TlsMode::implicit;
  return one;
}

Case with_certificate(const char* name, fixture::CertificateSpec spec, const std::string& ca_file) {
  Case one = spoilt(name, Stage::dns, {}, kFine);
  one.behaviour.tls->certificate = certificate(spec);
  one.scene.module.ca_file = ca_file;
  return one;
}

}  // namespace

TEST_CASE("HELO is tried when EHLO is refused for good; a close or a 3yz ends the probe at EHLO") {
  Case helo = without_login(spoilt("502", Stage::ehlo, say("502 5.5.1 what"), kFine), TlsPolicy::none);
  Case helo_hangs = without_login(hanging("HELO", Stage::ehlo, say("502 5.5.1 what")), TlsPolicy::none);
  helo_hangs.behaviour.helo = Directive{.reply = ""};
  check_cases(
      {helo, helo_hangs,
       spoilt("closes", Stage::ehlo, {.reply = "", .then = Then::close}, {{Stage::ehlo}, {Outcome::connection_lost}}),
       spoilt("3yz", Stage::ehlo, say("354 what"), {{Stage::ehlo}, {Outcome::protocol_error}})});
}

TEST_CASE("a long list of capabilities, and nonsense in them, are cut and ignored") {
  Case many = spoilt("many", Stage::dns, {}, kFine);
  many.behaviour.capabilities = {"STARTTLS", "AUTH PLAIN"};  // what stands behind the first 100 is not seen
  for (int i = 0; i < 500; ++i) many.behaviour.capabilities.push_back("X-NOTHING-" + std::to_string(i));
  Case nonsense = spoilt("nonsense", Stage::dns, {}, kFine);
  nonsense.behaviour.capabilities = {
      "SIZE 99999999999999999999999", "SIZE -1", "SIZE x",       "AUTH",    "AUTH =", "=", "AUTH \x80 \x01",
      std::string("A\0B", 3),         " ",       "STARTTLS now", "starttls"};
  check_cases({many, nonsense});
}

TEST_CASE("an answer to EHLO beyond every limit never crashes and never counts as a success by accident") {
  // 10,000 lines are more than a reply may have: section 2 and the row in section 6 disagree, either will do.
  Case flood = spoilt("flood", Stage::dns, {}, {{Stage::ehlo, Stage::quit}, {Outcome::protocol_error, Outcome::ok}});
  for (int i = 0; i < 10'000; ++i) flood.behaviour.capabilities.push_back("X-NOTHING-" + std::to_string(i));
  check_cases({flood});
}

TEST_CASE("STARTTLS that is missing or refused ends a required policy; an opportunistic one goes on") {
  std::vector<Case> cases;
  for (const char* line : {"", "454 4.7.0 TLS not available", "501 5.5.4 Syntax", "502 5.5.1 what", "554 5.7.3 no"}) {
    Case one = spoilt(line, Stage::starttls, say(line), {{Stage::starttls}, {Outcome::tls_failed}});
    if (one.name.empty()) one.behaviour.tls_mode = fixture::TlsMode::none;
    cases.push_back(without_login(one, TlsPolicy::required));
    one.expected = kFine;
    cases.push_back(without_login(one, TlsPolicy::opportunistic));
  }
  for (const auto& report : check_cases(cases)) {
    CHECK((report.tls_result == probe::TlsResult::not_offered || report.tls_result == probe::TlsResult::refused));
  }
}

TEST_CASE("another 2yz than 220 to STARTTLS, and plain text behind the 220, are never followed by a handshake") {
  const Expected here{{Stage::starttls}, {Outcome::protocol_error}};
  for (const auto& report : check_cases({spoilt("250", Stage::starttls, say("250 ok"), here),
                                         spoilt("behind", Stage::starttls, {.behind = "250 injected\r\n"}, here)})) {
    CHECK(report.tls_result == probe::TlsResult::not_tried);
    CHECK(all_text(report).find("injected") == std::string::npos);
  }
}

TEST_CASE("whatever stands in place of the server's handshake is tls_failed") {
  const std::string message_of_16_mib("\x02\xff\xff\xff", 4);
  const std::vector<std::pair<const char*, Directive>> stand_ins{
      {"plain text", {.reply = "250 injected\r\n"}},
      {"garbage", {.reply = "\x80\x01\x02garbage garbage garbage"}},
      {"HTTP", {.reply = "HTTP/1.1 400 Bad Request\r\n\r\n"}},
      {"fatal alert", {.reply = record(kAlert, std::string("\x02\x28", 2))}},
      {"FIN", {.reply = "", .then = Then::close}},
      {"half a record, then FIN", {.reply = std::string("\x16\x03\x03\x10", 4)}},
      {"warnings for ever", {.reply = record(kAlert, "\x01\x5a"), .repeat = kForEver}},
      {"empty records for ever", {.reply = record(kHandshake, ""), .repeat = kForEver}},
      {"change of cipher for ever", {.reply = record('\x14', "\x01"), .repeat = kForEver}},
      {"message of 16 MiB",
       {.reply = record(kHandshake, message_of_16_mib + std::string(16'000, '\0')), .repeat = kForEver}},
      {"NULs for ever", {.reply = std::string(4096, '\0'), .repeat = kForEver}}};
  std::vector<Case> cases;
  for (const auto& [name, directive] : stand_ins)
    cases.push_back(implicit(spoilt(name, Stage::tls, directive, kTlsFailed)));
  check_cases(cases);
  const std::size_t before = resident_memory();
  for (const auto& report : check_cases(cases)) {
    CHECK(report.tls_result == probe::TlsResult::failed);
    CHECK_FALSE(report.detail.empty());
    CHECK(all_text(report).find("injected") == std::string::npos);
  }
  if (memory_is_measurable()) CHECK(resident_memory() < before + kMostMemory);
}

TEST_CASE("a handshake that is silent or drips ends at its own deadline") {
  // A ServerHello that announces 16,000 bytes and comes in fragments of one.
  std::string fragments = record(kHandshake, std::string("\x02\x00\x3e\x80", 4));
  for (int i = 0; i < 1000; ++i) fragments += record(kHandshake, "x");
  const std::string hello_request = record(kHandshake, std::string(4, '\0'));
  Case hello_requests = hanging("HelloRequests", Stage::tls, {.reply = hello_request, .repeat = kForEver});
  Case late = hanging("late", Stage::tls, {.delay = 3s});
  const std::string half_a_record("\x16\x03\x03\x40\x00\x02\x00\x3f\x00", 9);
  check_cases({hanging("silence", Stage::tls, {.reply = "", .then = Then::hang}), late,
               hanging("drip", Stage::tls, {.drip = 20ms}), implicit(hello_requests),
               implicit(hanging("fragments", Stage::tls, {.reply = fragments, .drip = 2ms})),
               implicit(hanging("record without end", Stage::tls, {.reply = half_a_record, .then = Then::hang}))});
}

TEST_CASE("plain text or RST some time after the 220 make the handshake fail, and nothing is parsed") {
  // On a busy machine they may still come together with the 220.
  const std::vector<Stage> stages{Stage::starttls, Stage::tls};
  const Directive later{.reply = "250 injected\r\n", .delay = 50ms};
  const Directive reset{.reply = "", .delay = 50ms, .then = Then::reset};
  const auto reports =
      check_cases({spoilt("later", Stage::tls, later, {stages, {Outcome::protocol_error, Outcome::tls_failed}}),
                   spoilt("RST", Stage::tls, reset, {stages, {Outcome::connection_lost, Outcome::tls_failed}})});
  CHECK(all_text(reports[0]).find("injected") == std::string::npos);
}

TEST_CASE("old TLS versions only are tls_failed, and the report speaks of the version") {
  Case old = spoilt("TLS 1.1", Stage::dns, {}, kTlsFailed);
  old.behaviour.tls->versions = fixture::TlsVersions::only_1_1;
  const auto reports = check_cases({old});
  INFO(reports[0].detail);
  CHECK((reports[0].detail.find("version") != std::string::npos ||
         reports[0].detail.find("protocol") != std::string::npos));
}

TEST_CASE("a client certificate that is demanded is tls_failed, also when TLS 1.3 tells late") {
  Case early = spoilt("TLS 1.2", Stage::dns, {}, kTlsFailed);
  early.behaviour.tls->client_certificate = fixture::ClientCertificate::demanded;
  early.behaviour.tls->versions = fixture::TlsVersions::only_1_2;
  Case late = spoilt("TLS 1.3", Stage::dns, {}, {{Stage::tls, Stage::ehlo_tls}, {Outcome::tls_failed}});
  late.behaviour.tls->client_certificate = fixture::ClientCertificate::demanded;
  check_cases({early, late});
}

TEST_CASE("a bad certificate is told and tolerated, and with verify it is tls_certificate (rule 11)") {
  const auto folder = *fixture::ScratchFolder::create();
  const std::string ca_file = *fixture::write_private_file(folder.path(), "ca.pem", authority().pem());
  using fixture::Validity;
  const std::vector<Case> tolerated{
      with_certificate("expired", {.names = {kMxName}, .validity = Validity::expired}, ca_file),
      with_certificate("not yet valid", {.names = {kMxName}, .validity = Validity::not_yet_valid}, ca_file),
      with_certificate("self-signed", {.names = {kMxName}, .issuer = fixture::Issuer::itself}, ca_file),
      with_certificate("wrong name", {.names = {"mx.example.net"}}, ca_file),
      with_certificate("NUL in the name", {.names = {std::string(kMxName) + std::string("\0.example.net", 13)}},
                       ca_file),
      with_certificate("wildcards", {.names = {"m*.example.com", "*x.example.com", "*.com", "*", "mx.*.com"}},
                       ca_file)};
  std::vector<Case> refused = tolerated;
  for (Case& one : refused) {
    one.scene.module.verify = true;
    one.expected = {{Stage::tls}, {Outcome::tls_certificate}};
  }
  for (const std::vector<Case>& cases : {tolerated, refused}) {
    for (const auto& report : check_cases(cases)) {
      REQUIRE(report.tls.has_value());
      CHECK_FALSE(report.tls->certificate_valid);
      CHECK_FALSE(report.tls->certificate_problem.empty());
      CHECK(report.tls->leaf_not_after.has_value());
    }
  }
}

TEST_CASE("quotes, line feeds and high bytes in a subject do not matter when the name matches, and are shown escaped") {
  const auto folder = *fixture::ScratchFolder::create();
  const std::string ca_file = *fixture::write_private_file(folder.path(), "ca.pem", authority().pem());
  std::vector<Case> cases;
  for (const char* subject :
       {"\"quoted\\\"", "two\nlines\r\n# HELP x", "\xc3\xa4\xf0\x9f\x92\xa3", "<b>,CN=mx+O=x;\x1b[31m"}) {
    cases.push_back(with_certificate(subject, {.names = {"other.example", kMxName}, .subject = subject}, ca_file));
    cases.back().scene.module.verify = true;
  }
  cases.push_back(with_certificate("wildcard", {.names = {"*.example.com"}}, ca_file));
  cases.back().scene.module.verify = true;
  for (const auto& report : check_cases(cases)) {
    REQUIRE(report.tls.has_value());
    CHECK(report.tls->certificate_valid);
    CHECK(std::ranges::all_of(report.tls->subject + report.tls->issuer, [](char c) { return c >= 0x20 && c <= 0x7e; }));
  }
}

TEST_CASE("plain bytes inside TLS are tls_failed; FIN without close_notify before QUIT is a lost connection") {
  check_cases(
      {spoilt("plain", Stage::rcpt, {.reply = "250 ok\r\n", .outside_tls = true},
              {{Stage::rcpt}, {Outcome::tls_failed}}),
       spoilt("FIN", Stage::rcpt, {.reply = "", .then = Then::close}, {{Stage::rcpt}, {Outcome::connection_lost}}),
       spoilt("FIN behind the answer to QUIT", Stage::quit, {.then = Then::close}, kFine)});
}

TEST_CASE("implicit TLS to a plain-text server, and plain text to an implicit TLS one, say so") {
  Case plain_server = spoilt("TLS to plain text", Stage::dns, {}, kTlsFailed);
  plain_server.scene.module.tls = TlsPolicy::implicit;
  Case tls_server = hanging("plain text to TLS", Stage::banner, {});
  tls_server.behaviour.tls_mode = fixture::TlsMode::implicit;
  Case both = spoilt("TLS to TLS", Stage::dns, {}, kFine);
  both.scene.module.tls = TlsPolicy::implicit;
  both.behaviour.tls_mode = fixture::TlsMode::implicit;
  const auto reports = check_cases({plain_server, tls_server, both});
  CHECK_FALSE(reports[0].notes.empty());
  CHECK_FALSE(reports[1].notes.empty());
  CHECK(reports[2].notes.empty());
}

TEST_SUITE_END();
