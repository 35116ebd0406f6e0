// SPDX-License-Identifier: Apache-2.0
#include "probe/message.hpp"

#include <doctest/doctest.h>

using namespace mailsonde;

namespace {

probe::Request request_from(const std::string& sender) {
  config::Target target;
  target.module = std::make_shared<const config::Module>();
  target.mail_from = sender;
  target.rcpt_to = "canary@example.com";
  probe::Request request;
  request.id = "0123456789abcdef";
  request.target = std::make_shared<const config::Target>(target);
  request.helo = "probe.example.org";
  return request;
}

}  // namespace

TEST_SUITE_BEGIN("probe.message");

TEST_CASE("the message has what RFC 5322 3.6 demands, once, and says that it is automatic (RFC 3834)") {
  const WallTime moment{std::chrono::seconds(1'700'000'000)};
  const std::string text = probe::compose_message(request_from("probe@example.org"), moment);
  CHECK(text.find("Date: Tue, 14 Nov 2023 22:13:20 +0000\n") == 0);
  CHECK(text.find("\nFrom: mailsonde <probe@example.org>\n") != std::string::npos);
  CHECK(text.find("\nTo: <canary@example.com>\n") != std::string::npos);
  CHECK(text.find("\nMessage-ID: <0123456789abcdef@probe.example.org>\n") != std::string::npos);
  CHECK(text.find("\nAuto-Submitted: auto-generated\n") != std::string::npos);
  CHECK(text.find("\n\n") != std::string::npos);
}

TEST_CASE("the null reverse-path still gives a From") {
  const std::string text = probe::compose_message(request_from(""), WallTime{});
  CHECK(text.find("From: mailsonde <postmaster@probe.example.org>\n") != std::string::npos);
}

TEST_SUITE_END();
