// SPDX-License-Identifier: Apache-2.0
#include "classify/classify.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "smtp/reply_parser.hpp"

using namespace mailsonde;
using namespace mailsonde::classify;

TEST_SUITE_BEGIN("classify.classify");

namespace {

Verdict judge(std::string_view text, std::optional<Stage> stage = {}, std::string_view provider = "") {
  const auto reply = smtp::parse_reply_text(text);
  REQUIRE(reply);
  return Classifier().judge(*reply, stage, provider);
}

struct Case {
  std::string_view text;
  Outcome outcome;
  std::optional<Stage> stage = {};
};

void check_all(const std::vector<Case>& cases) {
  for (const auto& [text, outcome, stage] : cases) {
    CAPTURE(text);
    const Verdict verdict = judge(text, stage);
    CAPTURE(verdict.rule);
    CHECK(to_string(verdict.outcome) == to_string(outcome));
  }
}

}  // namespace

TEST_CASE("one 451 is not the other: the text tells the cause") {
  using enum Outcome;
  check_all({
      {"451 4.7.1 Greylisting in effect, please come back later", greylisted},
      {"451 4.7.0 Too many connections from your address", rate_limited},
      {"451 4.3.2 System overloaded, try again later", server_overloaded},
      {"451 4.3.2 Server is shutting down", server_unavailable},
      {"451 Temporary local problem - please try later", server_error},
      {"451 4.4.1 Upstream server did not answer", next_hop_failure},
      {"451 4.4.2 Timeout waiting for data", remote_timeout},
      {"451 4.4.2 Connection dropped", connection_lost},
      {"451 4.4.3 DNS lookup failure", dns_temporary},
      {"451 4.7.24 Temporary SPF error", auth_policy},
      {"451 4.7.1 rejected, low reputation", reputation},
      {"451 4.7.1 Client listed at bl.example.org", blocklisted},
      {"451 Temporary failure", unclassified},
  });
}

TEST_CASE("a named cause beats the mechanism by which it acts") {
  using enum Outcome;
  check_all({
      {"421 4.7.28 rate limited due to the reputation of your IP", reputation},
      {"421 4.7.26 rate limited because the mail has no SPF or DKIM", auth_policy},
      {"450 4.7.1 Client host [192.0.2.1] blocked using list.example.org", blocklisted},
      {"550 5.7.1 Relaying denied, authentication required", relay_denied},
      {"530 5.7.0 Authentication requires TLS", tls_failed},
      {"550 <user@example.com>: Sender address rejected: Greylisted", greylisted},
      {"450 4.1.8 <a@b.example>: Sender address rejected: Domain not found", sender_identity},
      {"450 4.1.2 <a@b.example>: Recipient address rejected: Domain not found", dns_no_route},
  });
}

TEST_CASE("texts without a cause go by their enhanced code") {
  using enum Outcome;
  check_all({
      {"550 5.1.1 xyzzy", mailbox_unavailable},
      {"452 4.2.2 xyzzy", mailbox_full},
      {"451 4.3.0 xyzzy", server_error},
      {"421 4.3.2 xyzzy", server_overloaded},
      {"452 4.5.3 xyzzy", rate_limited},
      {"550 5.7.1 xyzzy", policy_rejected},
      {"451 4.7.1 xyzzy", greylisted},
      {"550 5.7.26 xyzzy", auth_policy},
      {"550 5.7.25 xyzzy", sender_identity},
      {"550 5.7.606 xyzzy", blocklisted},
      {"451 4.7.651 xyzzy", reputation},
  });
  CHECK(judge("451 4.3.0 xyzzy").rule == "enhanced code x.3.0");
}

TEST_CASE("texts without a cause and enhanced code go by basic code and stage") {
  using enum Outcome;
  check_all({
      {"421 xyzzy", server_unavailable, Stage::banner},
      {"421 xyzzy", unclassified, Stage::rcpt},
      {"554 xyzzy", policy_rejected, Stage::banner},
      {"454 xyzzy", tls_failed, Stage::starttls},
      {"454 xyzzy", auth_failed, Stage::auth},
      {"535 xyzzy", auth_failed},
      {"538 xyzzy", tls_failed},
      {"552 xyzzy", content_rejected, Stage::eod},
      {"552 xyzzy", mailbox_full, Stage::rcpt},
      {"550 xyzzy", mailbox_unavailable, Stage::rcpt},
      {"550 xyzzy", policy_rejected, Stage::mail},
      {"503 xyzzy", protocol_error},
      {"556 xyzzy", dns_no_route},
  });
}

TEST_CASE("what is left goes by its first digit") {
  CHECK(judge("451 xyzzy") == Verdict{Outcome::unclassified, Retry::yes, "first digit"});
  CHECK(judge("598 xyzzy") == Verdict{Outcome::unclassified, Retry::no, "first digit"});
}

TEST_CASE("whether to retry follows cause and first digit") {
  CHECK(judge("451 4.7.1 Greylisted").retry == Retry::yes);
  CHECK(judge("421 4.7.0 Too many connections").retry == Retry::slow);
  CHECK(judge("451 4.3.5 Server configuration error").retry == Retry::later);
  CHECK(judge("454 4.7.0 Temporary authentication failure").retry == Retry::yes);
  CHECK(judge("535 5.7.8 Authentication failed").retry == Retry::no);
  CHECK(judge("450 4.1.1 User unknown").retry == Retry::yes);
  CHECK(judge("550 5.1.1 User unknown").retry == Retry::no);
  CHECK(judge("452 4.2.2 Mailbox full").retry == Retry::slow);
}

TEST_CASE("a 5xx that passes later is told from one that does not") {
  CHECK(judge("552 Too many recipients").retry == Retry::slow);  // RFC 5321 4.5.3.1.10
  CHECK(judge("550 5.4.5 Daily limit exceeded").retry == Retry::slow);
  CHECK(judge("550 5.2.1 The user is receiving mail at a rate that prevents delivery").retry == Retry::slow);
  CHECK(judge("552 5.2.2 Over quota").retry == Retry::slow);
  CHECK(judge("554 Service currently unavailable").retry == Retry::later);
}

TEST_CASE("a 4xx that does not pass is told from one that does") {
  CHECK(judge("421 4.7.1 [TS03] All messages will be permanently deferred").retry == Retry::no);
  CHECK(judge("454 4.7.1 Relay access denied").retry == Retry::no);
  CHECK(judge("450 4.7.1 Client host rejected: cannot find your reverse hostname").retry == Retry::no);
  CHECK(judge("451 4.7.25 Temporary error validating reverse DNS").retry == Retry::yes);
  CHECK(judge("451 4.7.24 Temporary SPF validation error").retry == Retry::yes);
  CHECK(judge("554 5.4.6 Too many hops").retry == Retry::no);
}

TEST_CASE("what a provider documents beats the wording") {
  CHECK(judge("421 4.7.0 [TSS04] deferred").outcome == Outcome::reputation);
  CHECK(judge("421 4.7.0 [GL01] deferred").outcome == Outcome::greylisted);
  CHECK(judge("451 4.7.500 Server busy", {}, "microsoft").outcome == Outcome::rate_limited);
  CHECK(judge("421 4.7.0 Try again later, closing connection. (EHLO)", {}, "google").outcome == Outcome::rate_limited);
  CHECK(judge("550 5.4.1 Recipient address rejected: Access denied").outcome == Outcome::mailbox_unavailable);
}

TEST_CASE("a local failure has its outcome from kind and stage") {
  using enum LocalFailure;
  struct Failure {
    LocalFailure failure;
    Stage at;
    Outcome outcome;
    Retry retry;
  };
  for (const auto& [failure, at, outcome, retry] : std::vector<Failure>{
           {dns_no_name, Stage::dns, Outcome::dns_no_route, Retry::no},
           {dns_no_address, Stage::dns, Outcome::dns_no_route, Retry::no},
           {dns_null_mx, Stage::dns, Outcome::dns_no_route, Retry::no},
           {dns_bad_address, Stage::dns, Outcome::dns_no_route, Retry::no},
           {dns_failed, Stage::dns, Outcome::dns_temporary, Retry::yes},
           {connect_refused, Stage::connect, Outcome::connection_refused, Retry::later},
           {connect_timeout, Stage::connect, Outcome::connection_timeout, Retry::yes},
           {timeout, Stage::banner, Outcome::remote_timeout, Retry::yes},
           {timeout, Stage::tls, Outcome::remote_timeout, Retry::yes},
           {lost, Stage::rcpt, Outcome::connection_lost, Retry::yes},
           {lost, Stage::tls, Outcome::tls_failed, Retry::later},
           {tls_not_offered, Stage::starttls, Outcome::tls_failed, Retry::later},
           {tls_handshake, Stage::tls, Outcome::tls_failed, Retry::later},
           {tls_certificate, Stage::tls, Outcome::tls_certificate, Retry::later},
           {auth_impossible, Stage::auth, Outcome::auth_failed, Retry::no},
           {protocol, Stage::ehlo, Outcome::protocol_error, Retry::no},
       }) {
    const Verdict verdict = classify_failure(failure, at);
    CAPTURE(verdict.rule);
    CHECK(verdict.outcome == outcome);
    CHECK(verdict.retry == retry);
    CHECK_FALSE(verdict.rule.empty());
  }
}

TEST_CASE("rules of one's own come first, in their order; what they do not fit is judged as ever") {
  const Classifier classifier(
      {{.name = "acme: full", .pattern = "acme", .code = "45", .outcome = Outcome::mailbox_full},
       {.name = "acme: late",
        .pattern = "acme|greylist",
        .enhanced_code = "x.7.1",
        .stage = Stage::rcpt,
        .provider = "acme",
        .outcome = Outcome::server_error,
        .retry = Retry::no}});
  const auto judged = [&](std::string_view text, std::optional<Stage> stage, std::string_view provider) {
    return classifier.judge(*smtp::parse_reply_text(text), stage, provider);
  };
  CHECK(judged("452 4.7.1 ACME Greylisted", Stage::rcpt, "acme").rule == "acme: full");
  const Verdict late = judged("551 5.7.1 Greylisted", Stage::rcpt, "Acme");
  CHECK(late.rule == "acme: late");
  CHECK(late.outcome == Outcome::server_error);
  CHECK(late.retry == Retry::no);
  CHECK(judged("551 5.7.1 Greylisted", Stage::mail, "acme").outcome == Outcome::greylisted);
  CHECK(judged("551 5.7.1 Greylisted", Stage::rcpt, "other").outcome == Outcome::greylisted);
  CHECK(judged("551 5.7.2 Greylisted", Stage::rcpt, "acme").outcome == Outcome::greylisted);
}

TEST_CASE("a verdict has the wait that the server asks for") {
  using namespace std::chrono_literals;
  CHECK(judge("451 4.7.1 Greylisted, come back in 00:05:00").retry_after == 5min);
  CHECK(judge("451 4.7.1 Too many connections, 20 an hour").retry_after == std::nullopt);
}
