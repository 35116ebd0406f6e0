// SPDX-License-Identifier: Apache-2.0
#include "smtp/sasl.hpp"

#include <doctest/doctest.h>
#include <gsasl.h>

#include <cstring>
#include <string>
#include <vector>

#include "base/text.hpp"

using namespace mailsonde;
using namespace mailsonde::smtp;
using Strings = std::vector<std::string>;

TEST_SUITE_BEGIN("smtp.sasl");

namespace {

Credentials login(std::string username, std::string secret, std::string mechanism = "") {
  return Credentials{std::move(username), Secret(std::move(secret)), std::move(mechanism)};
}

SaslExchange start(const Credentials& credentials, std::string_view mechanism) {
  auto exchange = SaslExchange::start(credentials, mechanism, "mx.example.org");
  REQUIRE(exchange);
  return *std::move(exchange);
}

// libgsasl's server side, which knows one password.
class ScramServer {
 public:
  explicit ScramServer(const char* password) {
    REQUIRE(gsasl_init(&context_) == GSASL_OK);
    gsasl_callback_set(context_, [](Gsasl* context, Gsasl_session* session, Gsasl_property property) {
      if (property != GSASL_PASSWORD) return static_cast<int>(GSASL_NO_CALLBACK);
      return gsasl_property_set(session, property, static_cast<const char*>(gsasl_callback_hook_get(context)));
    });
    gsasl_callback_hook_set(context_, const_cast<char*>(password));
    REQUIRE(gsasl_server_start(context_, "SCRAM-SHA-256", &session_) == GSASL_OK);
  }
  ~ScramServer() {
    gsasl_finish(session_);
    gsasl_done(context_);
  }
  ScramServer(const ScramServer&) = delete;
  ScramServer& operator=(const ScramServer&) = delete;

  // The server's next word; `code` is libgsasl's.
  std::string step(const std::string& response, int& code) {
    char* output = nullptr;
    code = gsasl_step64(session_, response.c_str(), &output);
    std::string text = output == nullptr ? "" : output;
    gsasl_free(output);
    return text;
  }

 private:
  Gsasl* context_ = nullptr;
  Gsasl_session* session_ = nullptr;
};

}  // namespace

TEST_CASE("the strongest mechanism that both know is chosen") {
  const auto credentials = login("user", "pencil");
  CHECK(choose_mechanism(credentials, Strings{"PLAIN", "LOGIN", "SCRAM-SHA-256"}, true).value() == "SCRAM-SHA-256");
  CHECK(choose_mechanism(credentials, Strings{"LOGIN", "PLAIN", "CRAM-MD5"}, true).value() == "CRAM-MD5");
  CHECK(choose_mechanism(credentials, Strings{"LOGIN", "PLAIN"}, true).value() == "PLAIN");
  CHECK(choose_mechanism(credentials, Strings{"login"}, true).value() == "LOGIN");
}

TEST_CASE("without TLS nothing that shows the password is chosen") {
  CHECK(choose_mechanism(login("user", "pencil"), Strings{"PLAIN", "CRAM-MD5"}, false).value() == "CRAM-MD5");
  CHECK(choose_mechanism(login("user", "pencil"), Strings{"PLAIN", "LOGIN"}, false).error().message ==
        "no usable AUTH mechanism: the server offers PLAIN, LOGIN; PLAIN and LOGIN are not used without TLS");
  CHECK_FALSE(choose_mechanism(login("user", "pencil", "XOAUTH2"), Strings{"XOAUTH2"}, false));
  CHECK_FALSE(choose_mechanism(login("user", "pencil", "LOGIN"), Strings{"LOGIN", "CRAM-MD5"}, false));
}

TEST_CASE("a mechanism that was configured is used or nothing") {
  CHECK(choose_mechanism(login("user", "pencil", "login"), Strings{"SCRAM-SHA-256", "LOGIN"}, true).value() == "LOGIN");
  CHECK(choose_mechanism(login("user", "token", "XOAUTH2"), Strings{"XOAUTH2", "PLAIN"}, true).value() == "XOAUTH2");
  CHECK(choose_mechanism(login("user", "pencil", "PLAIN"), Strings{"LOGIN"}, true).error().message ==
        "AUTH PLAIN: not offered; the server offers LOGIN");
  CHECK_FALSE(choose_mechanism(login("user", "pencil", "NTLM"), Strings{"NTLM"}, true));
}

TEST_CASE("XOAUTH2 is never chosen by itself, and an offer of nothing known is told") {
  CHECK_FALSE(choose_mechanism(login("user", "pencil"), Strings{"XOAUTH2"}, true));
  CHECK(choose_mechanism(login("user", "pencil"), Strings{"NTLM", "GSSAPI"}, true)
            .error()
            .message.starts_with("no usable AUTH mechanism: the server offers NTLM, GSSAPI; mailsonde knows "));
  CHECK(choose_mechanism(login("user", "pencil"), Strings{}, true).error().message.contains("no AUTH mechanism"));
}

TEST_CASE("PLAIN speaks first and once (RFC 4616)") {
  auto exchange = start(login("tim", "tanstaaftanstaaf"), "PLAIN");
  CHECK(exchange.initial_response().value() == "AHRpbQB0YW5zdGFhZnRhbnN0YWFm");
  CHECK(exchange.finish());
  CHECK(exchange.respond("").error().message == "AUTH PLAIN: a challenge after the mechanism was through");
}

TEST_CASE("LOGIN answers two challenges, whatever they say") {
  auto exchange = start(login("user", "pencil"), "LOGIN");
  CHECK_FALSE(exchange.initial_response().value());
  CHECK(exchange.respond("VXNlcm5hbWU6").value() == base64_encode("user"));
  CHECK(exchange.respond(base64_encode("Mot de passe")).value() == base64_encode("pencil"));
  CHECK(exchange.finish());
  CHECK_FALSE(exchange.respond("VXNlcm5hbWU6"));
}

TEST_CASE("CRAM-MD5 answers the example of RFC 2195") {
  auto exchange = start(login("tim", "tanstaaftanstaaf"), "CRAM-MD5");
  CHECK_FALSE(exchange.initial_response().value());
  const auto response = exchange.respond("PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+");
  CHECK(response.value() == "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw");
  CHECK(exchange.finish());
}

TEST_CASE("SCRAM-SHA-256 logs in and sees the server's proof (RFC 7677)") {
  auto exchange = start(login("user", "pencil"), "SCRAM-SHA-256");
  ScramServer server("pencil");
  int code = GSASL_OK;
  const auto first = exchange.initial_response();
  REQUIRE(first);
  REQUIRE(*first);
  CHECK((*first)->starts_with(base64_encode("n,,")));  // no channel binding
  const std::string server_first = server.step(**first, code);
  REQUIRE(code == GSASL_NEEDS_MORE);
  const auto proof = exchange.respond(server_first);
  REQUIRE(proof);
  const std::string server_final = server.step(*proof, code);
  REQUIRE(code == GSASL_OK);

  SUBCASE("the server's proof comes as a challenge, answered by an empty line") {
    CHECK(exchange.respond(server_final).value() == "");
    CHECK(exchange.finish());
    CHECK_FALSE(exchange.respond(server_final));
  }
  SUBCASE("a server that accepts without a proof is not believed") {
    CHECK(exchange.finish().error().message ==
          "AUTH SCRAM-SHA-256: the server accepted without proving that it knows the password");
  }
  SUBCASE("a wrong proof is not believed") {
    const std::string forged = base64_encode("v=" + base64_encode(std::string(32, 'x')));
    CHECK_FALSE(exchange.respond(forged));
    CHECK_FALSE(exchange.finish());
  }
}

TEST_CASE("SCRAM-SHA-256 with a wrong password fails at the server") {
  auto exchange = start(login("user", "crayon"), "SCRAM-SHA-256");
  ScramServer server("pencil");
  int code = GSASL_OK;
  const std::string server_first = server.step(**exchange.initial_response(), code);
  server.step(exchange.respond(server_first).value(), code);
  CHECK(code == GSASL_AUTHENTICATION_ERROR);
}

TEST_CASE("a server cannot make us compute for long") {
  for (const char* iterations : {"50001", "4294967295", "99999999999999999999999"}) {
    CAPTURE(iterations);
    auto exchange = start(login("user", "pencil"), "SCRAM-SHA-256");
    const std::string nonce(24, 'n');
    REQUIRE(exchange.initial_response());
    const auto response = exchange.respond(base64_encode("r=" + nonce + ",s=c2FsdA==,i=" + iterations));
    CHECK(response.error().message == "AUTH SCRAM-SHA-256: the server asks for more than 50000 iterations");
  }
}

TEST_CASE("XOAUTH2 sends its token once and answers an error with an empty line") {
  auto exchange = start(login("user@example.com", "ya29.token"), "XOAUTH2");
  CHECK(exchange.initial_response().value() == base64_encode("user=user@example.com\x01"
                                                             "auth=Bearer ya29.token\x01\x01"));
  CHECK(exchange.respond(base64_encode("{\"status\":\"400\"}")).value() == "");
  CHECK_FALSE(exchange.respond(base64_encode("{}")));
}

TEST_CASE("a challenge that is not base64 is an error that does not show it") {
  for (const char* mechanism : {"LOGIN", "CRAM-MD5", "XOAUTH2", "SCRAM-SHA-256"}) {
    for (const char* challenge : {"Username:", "hunter2!", "YQ", "\xff\xff\xff\xff"}) {
      CAPTURE(mechanism);
      CAPTURE(challenge);
      auto exchange = start(login("user", "pencil"), mechanism);
      REQUIRE(exchange.initial_response());
      const auto response = exchange.respond(challenge);
      REQUIRE_FALSE(response);
      CHECK(response.error().message == std::string("AUTH ") + mechanism + ": the challenge is not base64");
    }
  }
}

TEST_CASE("challenges for ever end at the limit") {
  auto exchange = start(login("user", "pencil"), "LOGIN");
  for (int i = 0; i < kMaxChallenges; ++i) (void)exchange.respond("VXNlcm5hbWU6");
  CHECK(exchange.respond("VXNlcm5hbWU6").error().message == "AUTH LOGIN: more than 6 challenges");
}

TEST_CASE("credentials that a mechanism would cut or misread are refused, and not shown") {
  for (const auto& [name, secret] : {std::pair<std::string, std::string>{std::string("us\0er", 5), "pencil"},
                                     {"", "pencil"},
                                     {"user", ""},
                                     {"us\x01er", "pencil"},
                                     {"user", "pen\r\ncil"}}) {
    for (const char* mechanism : {"PLAIN", "XOAUTH2"}) {
      const auto exchange = SaslExchange::start(login(name, secret), mechanism, "mx.example.org");
      REQUIRE_FALSE(exchange);
      CHECK_FALSE(exchange.error().message.contains("cil"));
    }
  }
  CHECK_FALSE(SaslExchange::start(login("user", "pencil"), "GSSAPI", "mx.example.org"));
}
