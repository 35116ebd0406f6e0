// SPDX-License-Identifier: Apache-2.0
#include "smtp/command.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

using namespace mailsonde;
using namespace mailsonde::smtp;
using namespace std::string_literals;

TEST_SUITE_BEGIN("smtp.command");

TEST_CASE("commands come as whole lines") {
  CHECK(ehlo("probe.example.org").value() == "EHLO probe.example.org\r\n");
  CHECK(helo("[192.0.2.1]").value() == "HELO [192.0.2.1]\r\n");
  CHECK(ehlo("[IPv6:2001:db8::1]").value() == "EHLO [IPv6:2001:db8::1]\r\n");
  CHECK(mail_from("").value() == "MAIL FROM:<>\r\n");
  CHECK(mail_from("probe@example.org").value() == "MAIL FROM:<probe@example.org>\r\n");
  CHECK(mail_from("probe@example.org", 1234).value() == "MAIL FROM:<probe@example.org> SIZE=1234\r\n");
  CHECK(rcpt_to("user+tag@example.com").value() == "RCPT TO:<user+tag@example.com>\r\n");
  CHECK(auth("LOGIN", {}).value() == "AUTH LOGIN\r\n");
  CHECK(auth("PLAIN", "AGEAYg==").value() == "AUTH PLAIN AGEAYg==\r\n");
  CHECK(auth("EXTERNAL", "=").value() == "AUTH EXTERNAL =\r\n");
  CHECK(auth_response("AGEAYg==").value() == "AGEAYg==\r\n");
  CHECK(auth_response("").value() == "\r\n");
}

TEST_CASE("no argument of any command carries a second command") {
  using Command = std::function<Result<std::string>(const std::string&)>;
  const std::vector<std::pair<std::string, Command>> commands{
      {"a.example.org", [](const std::string& text) { return ehlo(text); }},
      {"a.example.org", [](const std::string& text) { return helo(text); }},
      {"[192.0.2.1]", [](const std::string& text) { return ehlo(text); }},
      {"probe@example.org", [](const std::string& text) { return mail_from(text); }},
      {"\"pro be\"@example.org", [](const std::string& text) { return mail_from(text, 1); }},
      {"user@example.com", [](const std::string& text) { return rcpt_to(text); }},
      {"user@[192.0.2.1]", [](const std::string& text) { return rcpt_to(text); }},
      {"PLAIN", [](const std::string& text) { return auth(text, {}); }},
      {"AGEAYg==", [](const std::string& text) { return auth("PLAIN", text); }},
      {"AGEAYg==", [](const std::string& text) { return auth_response(text); }},
  };
  for (const auto& [argument, command] : commands) {
    REQUIRE(command(argument));
    for (const std::string& injected : {"\r\nQUIT"s, "\r"s, "\n"s, "\0"s, "\t"s, "\x1b"s, "\x7f"s, "\x80"s, "\xff"s}) {
      for (std::size_t at = 0; at <= argument.size(); ++at) {
        std::string hostile = argument;
        hostile.insert(at, injected);
        CAPTURE(argument);
        CAPTURE(at);
        const auto line = command(hostile);
        CHECK_FALSE(line);
        if (!line) CHECK(line.error().message.find_first_of("\r\n\t\x1b\x7f\x80\xff"s + '\0') == std::string::npos);
      }
    }
  }
}

TEST_CASE("an error names the argument") {
  CHECK(ehlo("").error().message == "EHLO name: empty");
  CHECK(ehlo("a b").error().message == "EHLO name: \"a b\" is neither a host name nor an address in brackets");
  CHECK(rcpt_to("postmaster").error().message == "RCPT TO: mailbox: \"postmaster\" has no @");
  CHECK(mail_from("@example.org").error().message.starts_with("MAIL FROM: mailbox: "));
  CHECK(auth("A B", {}).error().message.starts_with("AUTH mechanism: "));
}

TEST_CASE("an error about a credential never shows it") {
  CHECK(auth("PLAIN", "hunter2!").error().message == "AUTH initial response: not base64");
  CHECK(auth_response("hunter2!").error().message == "AUTH response: not base64");
  CHECK_FALSE(auth("PLAIN", ""));
  for (const char* text : {"A", "AB", "ABC", "A===", "=", "====", "AB=C", "AAAA=", "AAA=AAAA"}) {
    CAPTURE(text);
    CHECK_FALSE(auth_response(text));
  }
}

TEST_CASE("mailboxes follow RFC 5321 section 4.1.2") {
  for (const char* mailbox :
       {"a@b", "a.b+c=d@example.org", "\"a b\"@example.org", "\"a\\\"b\"@example.org", "\"\"@x.org",
        "\"a@b\"@example.org", "user@[192.0.2.1]", "user@[IPv6:2001:db8::1]", "a@xn--bcher-kva.example"}) {
    CAPTURE(mailbox);
    CHECK(check_mailbox(mailbox));
  }
  for (const char* mailbox :
       {"",      "a",     "@",          "a@",        "@b",   ".a@b", "a.@b",   "a..b@c", "a b@c", "<a@b>", "a@b>",
        "a@b c", "\"a@b", "\"a\"b\"@c", "\"a\\\"@c", "a@.b", "a@b.", "a@b..c", "a@[",    "a@[]",  "a,b@c", "a@b@c"}) {
    CAPTURE(mailbox);
    CHECK_FALSE(check_mailbox(mailbox));
  }
}

TEST_CASE("lengths are those of RFC 5321 section 4.5.3.1") {
  CHECK(check_mailbox(std::string(64, 'a') + "@example.org"));
  CHECK_FALSE(check_mailbox(std::string(65, 'a') + "@example.org"));
  CHECK(check_mailbox("a@" + std::string(252, 'b')));
  CHECK_FALSE(check_mailbox("a@" + std::string(253, 'b')));
  CHECK(ehlo(std::string(255, 'a')));
  CHECK_FALSE(ehlo(std::string(256, 'a')));
  CHECK(auth_response(std::string(12284, 'A')));
  CHECK_FALSE(auth_response(std::string(12288, 'A')));
}

TEST_CASE("a message goes out with CRLF, stuffed dots and a final dot (RFC 5321 section 4.5.2)") {
  CHECK(message_data("Subject: x\n\nhello\n") == "Subject: x\r\n\r\nhello\r\n.\r\n");
  CHECK(message_data("a\r\nb") == "a\r\nb\r\n.\r\n");
  CHECK(message_data(".\n..\na.b\n.c") == "..\r\n...\r\na.b\r\n..c\r\n.\r\n");
  CHECK(message_data("") == ".\r\n");
}

TEST_CASE("no mix of line ends lets the text end the message early") {
  for (const char* text :
       {"a\n.\nQUIT\n", "a\r.\rQUIT", "a\r\n.\r\nQUIT", "a\n.\r\nQUIT", "a\r\n.\nQUIT", "a\r\r\n.\r\rb"}) {
    CAPTURE(text);
    const std::string data = message_data(text);
    CHECK(data.find("\r\n.\r\n") == data.size() - 5);
    for (std::size_t i = 0; i < data.size(); ++i) {
      if (data[i] == '\r') CHECK(data[i + 1] == '\n');
      if (data[i] == '\n') CHECK(data[i - 1] == '\r');
    }
  }
}
