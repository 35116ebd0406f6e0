// SPDX-License-Identifier: Apache-2.0
#include "smtp/reply_parser.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

using namespace mailsonde;
using namespace mailsonde::smtp;
using namespace std::string_literals;

TEST_SUITE_BEGIN("smtp.reply_parser");

namespace {

// What became of a stream: the replies, then the error if there is one.
struct Outcome {
  std::vector<Reply> replies;
  std::string error;
  bool in_reply = false;
  bool operator==(const Outcome&) const = default;
};

// Feeds `pieces` one after the other as a probe does, replies behind each other included.
Outcome play(const std::vector<std::string_view>& pieces) {
  Outcome outcome;
  ReplyParser parser;
  for (std::string_view piece : pieces) {
    while (!piece.empty()) {
      std::size_t consumed = 0;
      const auto fed = parser.feed(piece, consumed);
      REQUIRE(consumed <= piece.size());
      if (!fed) {
        outcome.error = fed.error().message;
        return outcome;
      }
      REQUIRE(consumed > 0);
      piece.remove_prefix(consumed);
      if (*fed) outcome.replies.push_back(**fed);
    }
  }
  outcome.in_reply = parser.in_reply();
  return outcome;
}

Reply one(std::string_view bytes) {
  const Outcome outcome = play({bytes});
  CHECK(outcome.error == "");
  REQUIRE(outcome.replies.size() == 1);
  return outcome.replies[0];
}

std::string error_of(std::string_view bytes) { return play({bytes}).error; }

}  // namespace

TEST_CASE("a reply of one line is complete at its line end") {
  const Reply reply = one("220 mx.example.org ESMTP\r\n");
  CHECK(reply.code == 220);
  CHECK(reply.lines == std::vector{"mx.example.org ESMTP"s});
  CHECK_FALSE(reply.enhanced);
  CHECK(reply.breaches.empty());
}

TEST_CASE("a multi-line reply ends at the line with a blank (RFC 5321 section 4.2.1)") {
  const Reply reply = one("250-mx\r\n250-\r\n250 STARTTLS\r\n");
  CHECK(reply.lines == std::vector{"mx"s, ""s, "STARTTLS"s});
  CHECK(reply.breaches.empty());
}

TEST_CASE("a code without blank and text ends a reply (RFC 5321 section 4.2.1)") {
  CHECK(one("250\r\n").lines == std::vector{""s});
  CHECK(one("250-a\r\n250\r\n").lines == std::vector{"a"s, ""s});
}

TEST_CASE("no byte behind the end of a reply is taken") {
  ReplyParser parser;
  std::size_t consumed = 0;
  const auto fed = parser.feed("220 ready\r\n250 too much\r\n", consumed);
  REQUIRE(fed);
  REQUIRE(*fed);
  CHECK((*fed)->code == 220);
  CHECK(consumed == 11);
  CHECK_FALSE(parser.in_reply());
}

TEST_CASE("in_reply tells an unfinished reply from none") {
  ReplyParser parser;
  std::size_t consumed = 0;
  CHECK_FALSE(parser.in_reply());
  CHECK(parser.feed("2", consumed));
  CHECK(parser.in_reply());
  CHECK(parser.feed("50-a\r\n", consumed));
  CHECK(parser.in_reply());
  CHECK(parser.feed("250 b\r", consumed));
  CHECK(parser.in_reply());
  CHECK(parser.current_line() == "250 b");
  CHECK(parser.feed("\n", consumed));
  CHECK_FALSE(parser.in_reply());
}

TEST_CASE("the enhanced code counts only with the class of the code") {
  CHECK(one("451 4.7.1 wait\r\n").enhanced == EnhancedCode{4, 7, 1});
  CHECK_FALSE(one("550 4.7.1 odd\r\n").enhanced);
  CHECK_FALSE(one("451 4.7.1000 odd\r\n").enhanced);
  CHECK_FALSE(one("354 3.0.0 odd\r\n").enhanced);
  CHECK(one("550 4.7.1 odd\r\n").lines == std::vector{"4.7.1 odd"s});
}

TEST_CASE("the first line with an enhanced code gives it") {
  CHECK(one("550-5.1.1 a\r\n550 5.7.1 b\r\n").enhanced == EnhancedCode{5, 1, 1});
  CHECK(one("550-Mailbox unknown\r\n550 5.1.1 User unknown\r\n").enhanced == EnhancedCode{5, 1, 1});
}

TEST_CASE("sloppy bytes are accepted, kept, and noted as a breach") {
  CHECK(one("250 ok\n").breaches == std::vector{"bare LF"s});
  const Reply bare_cr = one("250 a\rb\r\n");
  CHECK(bare_cr.lines == std::vector{"a\rb"s});
  CHECK(bare_cr.breaches == std::vector{"bare CR"s});
  CHECK(one("250 a\r\r\n").lines == std::vector{"a\r"s});
  const Reply nul = one("250 a\0b\r\n"s);
  CHECK(nul.lines == std::vector{"a\0b"s});
  CHECK(nul.breaches == std::vector{"NUL"s});
  CHECK(one("250 \xc3\xa9\r\n").breaches == std::vector{"byte over 0x7f"s});
  CHECK(one("250 \r\n").breaches == std::vector{"empty text"s});
  CHECK(one("250 " + std::string(7 * 1024, 'x') + "\r\n").breaches == std::vector{"line over 512 bytes"s});
  CHECK(one("250-a\n250 b\n").breaches == std::vector{"bare LF"s});
}

TEST_CASE("a breach belongs to its own reply only") {
  const Outcome outcome = play({"250 a\n250 b\r\n"});
  REQUIRE(outcome.replies.size() == 2);
  CHECK(outcome.replies[0].breaches == std::vector{"bare LF"s});
  CHECK(outcome.replies[1].breaches.empty());
}

TEST_CASE("a bare CR ends no line, so one reply cannot be read as two") {
  CHECK(play({"250 a\r250 b\r\n"}).replies.size() == 1);
  CHECK(error_of("250-a\r250 b\r\nx\r\n") == "inside a reply: no three-digit code");
}

TEST_CASE("what is no SMTP is an error that says what it looks like") {
  CHECK(error_of("HTTP/1.1 400 Bad Request\r\n") == "looks like HTTP");
  CHECK(error_of("<html><body>\n") == "looks like HTTP");
  CHECK(error_of("SSH-2.0-OpenSSH_9.2\r\n") == "looks like SSH");
  CHECK(error_of("* OK IMAP4rev1 ready\r\n") == "looks like IMAP");
  CHECK(error_of("+OK POP3 ready\r\n") == "looks like POP3");
  CHECK(error_of("\x15\x03\x01") == "looks like TLS");
  CHECK(error_of("\x16\x03\x03\x00\x10"s) == "looks like TLS");
  CHECK(error_of("\r\n") == "empty line in place of a reply");
  CHECK(error_of("\n") == "empty line in place of a reply");
  CHECK(error_of("hello\r\n") == "no three-digit code");
  CHECK(error_of(" 250 ok\r\n") == "no three-digit code");
  CHECK(error_of("+250 ok\r\n") == "no three-digit code");
  CHECK(error_of("-250 ok\r\n") == "no three-digit code");
  CHECK(error_of("25 ok\r\n") == "a code of 2 digits instead of three");
  CHECK(error_of("2500 ok\r\n") == "a code of 4 digits instead of three");
  CHECK(error_of("25025025025025025025025025 ok\r\n") == "a code of 26 digits instead of three");
  CHECK(error_of("250ok\r\n") == "neither blank nor hyphen after the code");
  CHECK(error_of("250\0ok\r\n"s) == "neither blank nor hyphen after the code");
}

TEST_CASE("codes outside 200 to 599 are refused") {
  CHECK(error_of("000 ok\r\n") == "code out of range: 000");
  CHECK(error_of("150 ok\r\n") == "code out of range: 150");
  CHECK(error_of("199 ok\r\n") == "code out of range: 199");
  CHECK(error_of("600 ok\r\n") == "code out of range: 600");
  CHECK(error_of("999 ok\r\n") == "code out of range: 999");
  CHECK(one("200 ok\r\n").code == 200);
  CHECK(one("599 no\r\n").code == 599);
}

TEST_CASE("a reply that breaks off into something else is an error") {
  CHECK(error_of("250-a\r\n550 b\r\n") == "codes differ: 250, 550");
  CHECK(error_of("250-a\r\nSTARTTLS\r\n") == "inside a reply: no three-digit code");
  CHECK(error_of("250-a\r\n\r\n250 b\r\n") == "inside a reply: empty line in place of a reply");
}

TEST_CASE("no error shows the bytes that it is about") {
  const std::string secret = "AGFkYQBodW50ZXIy";
  CHECK_FALSE(error_of(secret + "\r\n").contains(secret));
  CHECK_FALSE(error_of("HTTP/1.1 " + secret + "\r\n").contains(secret));
}

TEST_CASE("every limit is met before memory is spent") {
  const std::string longest = "250 " + std::string(kMaxReplyLine - 4, 'x');
  CHECK(one(longest + "\r\n").lines[0].size() == kMaxReplyLine - 4);
  CHECK(error_of(longest + "x") == "line longer than 8192 bytes");
  CHECK(error_of(std::string(kMaxReplyLine + 1, '\0')) == "line longer than 8192 bytes");
  CHECK(error_of("250 " + std::string(kMaxReplyLine + 1, '\r')) == "line longer than 8192 bytes");

  std::string many;
  for (std::size_t i = 0; i < kMaxReplyLines; ++i) many += "250-a\r\n";
  CHECK(error_of(many) == "");
  CHECK(error_of(many + "250 a\r\n") == "reply of more than 512 lines");

  std::string big;
  while (big.size() <= kMaxReply) big += "250-" + std::string(1000, 'x') + "\r\n";
  CHECK(error_of(big) == "reply longer than 65536 bytes");
}

TEST_CASE("after an error the parser stays in error and takes nothing") {
  ReplyParser parser;
  std::size_t consumed = 0;
  CHECK_FALSE(parser.feed("nonsense\r\n250 ok\r\n", consumed));
  CHECK(consumed == 10);
  CHECK(parser.current_line() == "nonsense");
  const auto again = parser.feed("250 ok\r\n", consumed);
  REQUIRE_FALSE(again);
  CHECK(again.error().message == "no three-digit code");
  CHECK(consumed == 0);
}

TEST_CASE("how the bytes are cut into pieces changes nothing") {
  const std::vector<std::string> streams{
      "220 mx ESMTP\r\n250-mx\r\n250-SIZE 1000\r\n250 STARTTLS\r\n",
      "451-4.7.1 a\n451 4.7.1 b\r\n",
      "250 a\rb\r\n250\r\n",
      "250 a\r\r\n",
      "550 \xff\0x\r\n250-cut"s,
      "HTTP/1.1 400 Bad Request\r\n\r\n",
      "\x15\x03\x01\x00\x02\x02\x28"s,
      "250-a\r\n550 b\r\n",
      "25 x\r\n",
      "\r\n",
      "250 " + std::string(kMaxReplyLine - 5, 'x') + "\r\r\n",
  };
  for (const std::string& stream : streams) {
    const std::string_view whole = stream;
    const Outcome expected = play({whole});
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < whole.size(); ++i) bytes.push_back(whole.substr(i, 1));
    CHECK(play(bytes) == expected);
    for (std::size_t cut = 0; cut <= std::min<std::size_t>(whole.size(), 100); ++cut) {
      CAPTURE(cut);
      CHECK(play({whole.substr(0, cut), whole.substr(cut)}) == expected);
    }
  }
}

TEST_CASE("a reply as text may be joined by line ends or by backslash and n") {
  const auto expected =
      Reply{.code = 550, .enhanced = EnhancedCode{5, 1, 1}, .lines = {"5.1.1 a", "5.1.1 b"}, .breaches = {}};
  for (const char* text : {"550-5.1.1 a\\n550 5.1.1 b", "550-5.1.1 a\n550 5.1.1 b", "550-5.1.1 a\r\n550 5.1.1 b\r\n",
                           "  550-5.1.1 a\n550 5.1.1 b\n", "550-5.1.1 a\\n550 5.1.1 b\\n"}) {
    CAPTURE(text);
    const auto reply = parse_reply_text(text);
    REQUIRE(reply);
    CHECK(*reply == expected);
    CHECK(parse_reply_text(reply->one_line()) == expected);
  }
}

TEST_CASE("a backslash and n that no code follows is text") {
  const auto reply = parse_reply_text("452 4.3.1 no space (D:\\new\\n1)");
  REQUIRE(reply);
  CHECK(reply->lines == std::vector{"4.3.1 no space (D:\\new\\n1)"s});
}

TEST_CASE("a reply that was copied without its last line is taken as it is") {
  const auto reply = parse_reply_text("554-No SMTP service\\n554-IP address is black listed");
  REQUIRE(reply);
  CHECK(reply->lines == std::vector{"No SMTP service"s, "IP address is black listed"s});
  CHECK(reply->breaches == std::vector{"cut short"s});
}

TEST_CASE("a copied reply may have blanks where hyphens belong") {
  const auto reply = parse_reply_text("550 not a known user;\\n550 see example.net");
  REQUIRE(reply);
  CHECK(reply->lines == std::vector{"not a known user;"s, "see example.net"s});
  CHECK(reply->breaches == std::vector{"blank instead of hyphen"s});
}

TEST_CASE("what is no single reply gives an error") {
  CHECK(parse_reply_text("").error().message == "no reply");
  CHECK(parse_reply_text(" \r\n").error().message == "no reply");
  CHECK(parse_reply_text("try again later").error().message == "no three-digit code");
  CHECK(parse_reply_text("250\n250 b").error().message == "more lines after the last line of the reply");
  CHECK(parse_reply_text("250-a\n251 b").error().message == "codes differ: 250, 251");
  CHECK(parse_reply_text(std::string(kMaxReply + 1, '2')).error().message == "reply longer than 65536 bytes");
}
