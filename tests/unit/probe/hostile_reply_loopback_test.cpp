// SPDX-License-Identifier: Apache-2.0
// Hostile replies over real sockets, at every stage (docs/hostile-cases.md section 5).
#include <algorithm>

#include "smtp/reply_parser.hpp"
#include "unit/probe/loopback.hpp"

using namespace mailsonde;
using namespace mailsonde::test;
using fixture::Behaviour;
using fixture::Directive;
using fixture::kForEver;
using fixture::say;
using fixture::Then;

TEST_SUITE_BEGIN("probe.hostile_reply.loopback");

namespace {

constexpr int code_of(Stage stage) {
  if (stage == Stage::banner || stage == Stage::starttls) return 220;
  if (stage == Stage::auth) return 235;
  return stage == Stage::data ? 354 : 250;
}

std::string named(const char* what, Stage stage) { return std::string(what) + " at " + std::string(to_string(stage)); }

Case refused(Stage stage, Directive directive) {
  return spoilt(named(directive.reply->c_str(), stage), stage, directive, {{stage}, {Outcome::protocol_error}});
}

// Rule 9: this is what a transcript may show.
bool is_printable(char c) { return c >= 0x20 && c <= 0x7e; }

// What may follow a code. The last one is ugly and breaks no rule.
const std::vector<std::string> kSloppy{" bare LF\n",
                                       " bare \r CR\r\n",
                                       "\r\n",
                                       " \x80\xff\xfe\r\n",
                                       std::string(" a\0b\r\n", 6),
                                       " " + std::string(7UL * 1024, 'x') + "\r\n",
                                       " \"\\{}# HELP x <b>\x1b[31m level=error\x7f\r\n"};

// What the flood may cost is measured once everything that is made only once is there.
void check_floods(const std::vector<Case>& cases) {
  check_cases({cases.front()});
  const std::size_t before = resident_memory();
  check_cases(cases);
  if (memory_is_measurable()) CHECK(resident_memory() < before + kMostMemory);
}

}  // namespace

TEST_CASE("silence ends at the stage's deadline, whatever the stage") {
  std::vector<Case> cases;
  for (const Stage stage : reply_stages()) cases.push_back(hanging(named("silence", stage), stage, {.reply = ""}));
  check_cases(cases);
}

TEST_CASE("a reply that drips never moves the deadline") {
  std::vector<Case> cases;
  for (const Stage stage : reply_stages()) {
    const std::string reply = std::to_string(code_of(stage)) + " a reply that takes for ever to arrive\r\n";
    cases.push_back(hanging(named("drip", stage), stage, {.reply = reply, .drip = 40ms}));
  }
  check_cases(cases);
}

TEST_CASE("continuation lines for ever, slowly, never move the deadline") {
  std::vector<Case> cases;
  for (const Stage stage : reply_stages()) {
    const std::string line = std::to_string(code_of(stage)) + "-x\r\n";
    cases.push_back(hanging(named("slow lines", stage), stage, {.reply = line, .drip = 2ms, .repeat = kForEver}));
  }
  check_cases(cases);
}

TEST_CASE("continuation lines for ever, fast, end at the limit and cost little memory") {
  std::vector<Case> cases;
  for (const Stage stage : reply_stages()) {
    Directive flood{.reply = std::to_string(code_of(stage)) + "-more to come\r\n", .repeat = kForEver};
    cases.push_back(refused(stage, flood));
  }
  check_floods(cases);
}

TEST_CASE("a line without end and NULs without end stop at the limit and cost little memory") {
  std::vector<Case> cases;
  for (const Stage stage : reply_stages()) {
    const std::string code = std::to_string(code_of(stage)) + " ";
    cases.push_back(refused(stage, {.reply = code + std::string(32UL * 1024, 'x'), .repeat = 32UL * 1024}));
    cases.push_back(refused(stage, {.reply = std::string(4096, '\0'), .repeat = kForEver}));
  }
  for (Case& one : cases) one.name = to_string(one.expected.stages.front());
  check_floods(cases);
}

TEST_CASE("a refusal of 2 MB is a protocol error") {
  const std::string line = "550-" + std::string(500, 'x') + "\r\n";
  check_floods(
      {spoilt("2 MB", Stage::rcpt, {.reply = line, .repeat = 4000}, {{Stage::rcpt}, {Outcome::protocol_error}})});
}

TEST_CASE("a refusal is told by the classifier with its stage, and nothing follows after 421") {
  std::vector<Case> cases;
  for (const Stage stage : reply_stages()) {
    for (const char* line : {"451 4.3.0 Try again later", "550 5.7.1 No", "421 4.3.2 Service shutting down"}) {
      const auto reply = *smtp::parse_reply_text(line);
      if ((stage == Stage::ehlo || stage == Stage::ehlo_tls) && reply.is_permanent()) continue;  // HELO follows
      const bool about_tls = stage == Stage::starttls && reply.code != 421;
      const Outcome outcome =
          about_tls ? Outcome::tls_failed : classify::Classifier().judge(reply, stage, "other").outcome;
      const Then then = reply.code == 421 ? Then::close : Then::go_on;
      cases.push_back(spoilt(named(line, stage), stage, say(line, then), {{stage}, {outcome}}));
    }
  }
  for (const auto& report : check_cases(cases)) {
    const bool gone = std::ranges::any_of(report.replies, [](const auto& reply) { return reply.reply.code == 421; });
    const bool quit = std::ranges::any_of(report.stages, [](const auto& time) { return time.stage == Stage::quit; });
    CHECK(quit != gone);
  }
}

TEST_CASE("sloppy replies are accepted at every stage, and the breach is noted") {
  std::vector<Case> cases;
  for (const Stage stage : reply_stages()) {
    const std::string code = std::to_string(code_of(stage));
    for (const std::string& text : kSloppy) {
      Case one = spoilt(named("sloppy", stage), stage, {.reply = code + text}, {{Stage::quit}, {Outcome::ok}});
      // An answer to EHLO that names no capability: there is no STARTTLS and no AUTH to go on with.
      if (stage == Stage::ehlo) one.scene.module.tls = config::TlsPolicy::none;
      if (stage == Stage::ehlo || stage == Stage::ehlo_tls) one.scene.target.auth.reset();
      cases.push_back(std::move(one));
    }
  }
  const auto reports = check_cases(cases);
  for (std::size_t i = 0; i < reports.size(); ++i) {
    CAPTURE(cases[i].name);
    const bool is_breach = i % kSloppy.size() + 1 != kSloppy.size();
    CHECK(reports[i].notes.empty() != is_breach);
    for (const auto& line : reports[i].dialogue) CHECK(std::ranges::all_of(line.text, is_printable));
  }
}

TEST_CASE("what is not SMTP is a protocol error that says what it looks like") {
  struct Sight {
    std::string bytes;
    const char* said;
  };
  const std::vector<Sight> sights{{"HTTP/1.1 400 Bad Request\r\n\r\n", "HTTP"},
                                  {"SSH-2.0-x\r\n", "SSH"},
                                  {std::string("\x15\x03\x01\x00\x02\x02\x0a", 7), "TLS"},
                                  {"\r\n\r\n", "empty"},
                                  {"hello\r\n", "code"},
                                  {"22 x\r\n", "digits"},
                                  {"22022022022022022022022022 x\r\n", "digits"},
                                  {"+220 x\r\n", "code"},
                                  {"-220 x\r\n", "code"},
                                  {"000 x\r\n", "range"},
                                  {"150 x\r\n", "range"},
                                  {"999 x\r\n", "range"},
                                  {"220-a\r\n250 b\r\n", "differ"},
                                  {"220-a\r\nb\r\n", "inside"}};
  std::vector<Case> cases;
  std::vector<const char*> said;
  for (const Stage stage : reply_stages()) {
    for (const Sight& sight : sights) {
      if (stage != Stage::banner && stage != Stage::rcpt && stage != Stage::eod && sight.said != sights[0].said)
        continue;
      cases.push_back(refused(stage, {.reply = sight.bytes}));
      said.push_back(sight.said);
    }
  }
  const auto reports = check_cases(cases);
  for (std::size_t i = 0; i < reports.size(); ++i) {
    INFO(cases[i].name, " -> ", reports[i].detail);
    CHECK(reports[i].detail.find(said[i]) != std::string::npos);
  }
}

TEST_CASE("a positive code that makes no sense at the stage is a protocol error") {
  check_cases({refused(Stage::banner, say("354 hello")), refused(Stage::banner, say("250 hello")),
               refused(Stage::ehlo, say("354 go")), refused(Stage::starttls, say("250 go")),
               refused(Stage::mail, say("354 go")), refused(Stage::rcpt, say("334 go")),
               refused(Stage::data, say("250 go")), refused(Stage::eod, say("354 more"))});
}

TEST_CASE("a reply too many in the same segment is a protocol error at that stage (rule 6)") {
  std::vector<Case> cases;
  for (const Stage stage : reply_stages()) {
    if (stage == Stage::eod) continue;  // QUIT comes next, and its answer changes nothing
    cases.push_back(
        spoilt(named("surplus", stage), stage, {.behind = "250 surplus\r\n"}, {{stage}, {Outcome::protocol_error}}));
  }
  for (const auto& report : check_cases(cases)) {
    // Behind 354 it may be the refusal that decides, so there it is read.
    if (report.stage != Stage::data) CHECK(all_text(report).find("surplus") == std::string::npos);
  }
}

TEST_CASE("an enhanced code out of range or of another class is dropped, the reply counts") {
  const Outcome outcome = classify::Classifier().judge(*smtp::parse_reply_text("550 no"), Stage::rcpt, "other").outcome;
  const auto reports = check_cases({spoilt("range", Stage::rcpt, say("550 5.1.1234 no"), {{Stage::rcpt}, {outcome}}),
                                    spoilt("class", Stage::rcpt, say("550 2.1.5 no"), {{Stage::rcpt}, {outcome}})});
  for (const auto& report : reports) {
    REQUIRE(report.deciding_reply() != nullptr);
    CHECK(report.deciding_reply()->code == 550);
    CHECK_FALSE(report.deciding_reply()->enhanced.has_value());
  }
}

TEST_SUITE_END();
