// SPDX-License-Identifier: Apache-2.0
#include "smtp/capabilities.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

using namespace mailsonde::smtp;
using Strings = std::vector<std::string>;

TEST_SUITE_BEGIN("smtp.capabilities");

namespace {

Capabilities parse(Strings lines) {
  return parse_capabilities(Reply{.code = 250, .enhanced = {}, .lines = std::move(lines), .breaches = {}});
}

}  // namespace

TEST_CASE("an EHLO reply gives name, keywords, size and mechanisms") {
  const auto found = parse({"mx.example.org at your service", "SIZE 35882577", "8BITMIME", "STARTTLS",
                            "AUTH PLAIN LOGIN SCRAM-SHA-256", "ENHANCEDSTATUSCODES"});
  CHECK(found.greeting_name == "mx.example.org");
  CHECK(found.keywords == Strings{"SIZE", "8BITMIME", "STARTTLS", "AUTH", "ENHANCEDSTATUSCODES"});
  CHECK(found.auth_mechanisms == Strings{"PLAIN", "LOGIN", "SCRAM-SHA-256"});
  CHECK(found.size == 35882577);
}

TEST_CASE("keywords compare without regard to case (RFC 5321 section 2.4)") {
  const auto found = parse({"mx", "starttls", "auth plain Login"});
  CHECK(found.has("STARTTLS"));
  CHECK(found.has("StartTLS"));
  CHECK_FALSE(found.has("PIPELINING"));
  CHECK(found.auth_mechanisms == Strings{"PLAIN", "LOGIN"});
}

TEST_CASE("the old form AUTH=PLAIN is understood, and each mechanism counts once") {
  const auto found = parse({"mx", "AUTH PLAIN LOGIN", "AUTH=LOGIN PLAIN CRAM-MD5"});
  CHECK(found.keywords == Strings{"AUTH"});
  CHECK(found.auth_mechanisms == Strings{"PLAIN", "LOGIN", "CRAM-MD5"});
}

TEST_CASE("the first line is a greeting, never a capability") {
  CHECK_FALSE(parse({"STARTTLS"}).has("STARTTLS"));
  CHECK(parse({""}).greeting_name.empty());
  CHECK(parse({}).keywords.empty());
}

TEST_CASE("nonsense in SIZE is no limit told") {
  for (const char* line : {"SIZE", "SIZE 0", "SIZE -1", "SIZE +5", "SIZE 10M", "SIZE 99999999999999999999", "SIZE x"}) {
    CAPTURE(line);
    const auto found = parse({"mx", line});
    CHECK(found.has("SIZE"));
    CHECK_FALSE(found.size);
  }
  CHECK(parse({"mx", "SIZE 18446744073709551615"}).size == 18446744073709551615ULL);
}

TEST_CASE("words that are no keyword or mechanism are left out") {
  const auto found = parse({"mx", "", "-X", "X_Y", "\xff\x01", "SIZE=5", "XOK ", "  PIPELINING",
                            "AUTH PLAIN a;b \x01 ABCDEFGHIJKLMNOPQRSTU GS2-KRB5"});
  CHECK(found.keywords == Strings{"XOK", "PIPELINING", "AUTH"});
  CHECK(found.auth_mechanisms == Strings{"PLAIN", "GS2-KRB5"});
}

TEST_CASE("ten thousand capabilities and mechanisms are cut") {
  Strings lines{"mx"};
  std::string auth = "AUTH";
  for (int i = 0; i < 10'000; ++i) {
    lines.push_back(fmt::format("X{}", i));
    auth += fmt::format(" M{}", i);
  }
  lines.insert(lines.begin() + 1, auth);
  const auto found = parse(lines);
  CHECK(found.keywords.size() == kMaxCapabilities);
  CHECK(found.auth_mechanisms.size() == kMaxAuthMechanisms);
}
