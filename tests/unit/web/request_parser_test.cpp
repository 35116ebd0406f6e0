// SPDX-License-Identifier: Apache-2.0
#include "web/request_parser.hpp"

#include <doctest/doctest.h>

using namespace mailsonde::web;
using State = RequestParser::State;

namespace {

// Byte by byte, as the slowest client would send it.
RequestParser fed(std::string_view text, RequestLimits limits = {}) {
  RequestParser parser(limits);
  for (std::size_t i = 0; i < text.size(); ++i) parser.feed(text.substr(i, 1));
  return parser;
}

int refusal_of(std::string_view text, RequestLimits limits = {}) {
  RequestParser whole(limits);
  whole.feed(text);
  const RequestParser pieces = fed(text, limits);
  CHECK(whole.refusal_status() == pieces.refusal_status());
  return whole.state() == State::refused ? whole.refusal_status() : 0;
}

std::string with_head(std::string_view headers) {
  return "POST / HTTP/1.1\r\nHost: x\r\n" + std::string(headers) + "\r\n";
}

}  // namespace

TEST_SUITE_BEGIN("web.request_parser");

TEST_CASE("a request is read the same whole and byte by byte") {
  constexpr std::string_view kText =
      "GET /metrics?x=%20 HTTP/1.1\r\nHost: a\r\nAccept:  text/plain ;q=0.5 \r\naccept: */*\r\n\r\nrest";
  RequestParser parser;
  CHECK(parser.feed(kText) == kText.size() - 4);
  REQUIRE(parser.state() == State::complete);
  const Request request = parser.take();
  CHECK(request.method == "GET");
  CHECK(request.target == "/metrics?x=%20");
  CHECK(request.header("Accept") == "text/plain ;q=0.5, */*");
  CHECK(request.keep_alive);
  CHECK(fed(kText.substr(0, kText.size() - 4)).state() == State::complete);
}

TEST_CASE("a body comes by its length or in chunks, and ends there") {
  RequestParser by_length = fed(with_head("Content-Length: 4\r\n") + "abcd");
  REQUIRE(by_length.state() == State::complete);
  CHECK(by_length.take().body == "abcd");
  RequestParser chunked =
      fed(with_head("Transfer-Encoding: Chunked\r\n") + "3;x=y\r\nabc\r\n1\r\nd\r\n0\r\nTrailer: t\r\n\r\n");
  REQUIRE(chunked.state() == State::complete);
  CHECK(chunked.take().body == "abcd");
}

TEST_CASE("keep-alive follows version and Connection") {
  CHECK_FALSE(fed("GET / HTTP/1.1\r\nHost: x\r\nConnection: foo, CLOSE\r\n\r\n").take().keep_alive);
  CHECK_FALSE(fed("GET / HTTP/1.0\r\n\r\n").take().keep_alive);
  CHECK(fed("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").take().keep_alive);
}

TEST_CASE("the absolute form is taken by its path (RFC 9112 3.2.2)") {
  CHECK(fed("GET http://h:1/a?b HTTP/1.1\r\nHost: h\r\n\r\n").take().target == "/a?b");
  CHECK(fed("GET HTTP://h HTTP/1.1\r\nHost: h\r\n\r\n").take().target == "/");
}

TEST_CASE("empty lines before a request are skipped (RFC 9112 2.2)") {
  CHECK(fed("\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n").state() == State::complete);
}

TEST_CASE("broken request lines are 400, other versions 505") {
  for (const char* line : {"GET\r\n", "GET /\r\n", "GET  / HTTP/1.1\r\n", "GET / HTTP/1.1 \r\n", "G@T / HTTP/1.1\r\n",
                           "GET x HTTP/1.1\r\n", "GET * HTTP/1.1\r\n", "CONNECT a:1 HTTP/1.1\r\n",
                           "GET /\x7f HTTP/1.1\r\n", "GET /\xc3\xa4 HTTP/1.1\r\n", "GET / HTTP/1.1\n",
                           "GET /\tx HTTP/1.1\r\n", "\x16\x03\x01\r\n", "GET / http/1.1\r\n"}) {
    CAPTURE(line);
    CHECK(refusal_of(line) == 400);
  }
  CHECK(refusal_of("PRI * HTTP/2.0\r\n") == 400);
  CHECK(refusal_of("GET / HTTP/2.0\r\n") == 505);
  CHECK(refusal_of("GET / HTTP/1.2\r\n") == 505);
}

TEST_CASE("broken headers are 400") {
  for (const char* headers : {"Host: y\r\n", "NoColon\r\n", "Name : v\r\n", " folded: v\r\n", ": v\r\n",
                              "A: b\r\n c\r\n", "A: b\rc\r\n", "A: \x01\r\n", "A: b\n", "A\xff: b\r\n"}) {
    CAPTURE(headers);
    CHECK(refusal_of(with_head(headers)) == 400);
  }
  CHECK(refusal_of(with_head(std::string("A: x\0y\r\n", 8))) == 400);
  CHECK(refusal_of("GET / HTTP/1.1\r\n\r\n") == 400);  // RFC 9112 3.2: no Host
}

TEST_CASE("two lengths, or a length and a coding, are 400: nothing is smuggled (RFC 9112 6.3)") {
  CHECK(refusal_of(with_head("Content-Length: 4\r\nContent-Length: 5\r\n")) == 400);
  CHECK(refusal_of(with_head("Content-Length: 4\r\nContent-Length: 4\r\n")) == 400);
  CHECK(refusal_of(with_head("Content-Length: 4, 4\r\n")) == 400);
  CHECK(refusal_of(with_head("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n")) == 400);
  CHECK(refusal_of(with_head("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")) == 400);
  CHECK(refusal_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n") == 400);
  CHECK(refusal_of(with_head("Transfer-Encoding: gzip, chunked\r\n")) == 501);
  CHECK(refusal_of(with_head("Transfer-Encoding: xchunked\r\n")) == 501);
}

TEST_CASE("lengths that are no numbers are 400, large ones 413 at once") {
  for (const char* length : {"", "-1", "+1", "1x", "0x10", "1 1"}) {
    CAPTURE(length);
    CHECK(refusal_of(with_head("Content-Length: " + std::string(length) + "\r\n")) == 400);
  }
  for (const char* length : {"65537", "9223372036854775808", "18446744073709551616", "99999999999999999999999999"}) {
    CAPTURE(length);
    CHECK(refusal_of(with_head("Content-Length: " + std::string(length) + "\r\n")) == 413);
  }
  CHECK(refusal_of(with_head("Content-Length: 65536\r\n")) == 0);
}

TEST_CASE("chunks are bounded in size, sum, size line and trailers") {
  const std::string head = with_head("Transfer-Encoding: chunked\r\n");
  CHECK(refusal_of(head + "10001\r\n") == 413);
  CHECK(refusal_of(head + "FFFFFFFFFFFFFFFFF\r\n") == 413);
  CHECK(refusal_of(head + "4\r\nabcd\r\n5\r\n", {.body = 8}) == 413);
  CHECK(refusal_of(head + "x\r\n") == 400);
  CHECK(refusal_of(head + "-1\r\n") == 400);
  CHECK(refusal_of(head + "\r\n") == 400);
  CHECK(refusal_of(head + "1\r\nab\r\n") == 400);
  CHECK(refusal_of(head + "1;" + std::string(300, 'x')) == 400);
  std::string trailers;
  for (int i = 0; i < 64; ++i) trailers += "A: b\r\n";
  CHECK(refusal_of(head + "0\r\n" + trailers) == 431);
}

TEST_CASE("a head over 8 KiB or over 64 headers is 431") {
  CHECK(refusal_of("GET /" + std::string(9000, 'a')) == 431);
  CHECK(refusal_of("GET / HTTP/1.1\r\nA: " + std::string(9000, 'a')) == 431);
  std::string headers;
  for (int i = 0; i < 63; ++i) headers += "A: b\r\n";
  CHECK(refusal_of(with_head(headers)) == 0);
  CHECK(refusal_of(with_head(headers + "A: b\r\n")) == 431);
  std::string empty_lines;
  for (int i = 0; i < 5000; ++i) empty_lines += "\r\n";
  CHECK(refusal_of(empty_lines) == 431);
}

TEST_SUITE_END();
