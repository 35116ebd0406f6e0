// SPDX-License-Identifier: Apache-2.0
// The head of an HTTP/1 request as far as the front must understand it: where the request ends, whether it is allowed,
// whether the connection goes on (RFC 9112). Pure; any bytes. What is left is cpp-httplib's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mailsonde::web {

// What is wrong with a request: the status of the answer; 0 is nothing.
struct RequestHead {
  int refusal = 0;
  std::uint64_t body_bytes = 0;
  bool keep_alive = false;
};

// `head` is everything up to and including the first blank line. 400: not HTTP/1, two or odd lengths, a length beside
// Transfer-Encoding, white space before a colon, folded lines, NUL (the ways to smuggle). 411: chunked bodies, which no
// page here needs. 413: a body over the limit. 431: too many headers. 505: another major version.
[[nodiscard]] RequestHead parse_request_head(std::string_view head, std::size_t max_headers, std::size_t max_body);

// Where the head ends: the number of bytes including the blank line, 0 if it is not there yet.
[[nodiscard]] std::size_t head_length(std::string_view bytes);

// A whole answer that closes the connection, for what the front refuses by itself.
[[nodiscard]] std::string refusal_answer(int status);

}  // namespace mailsonde::web
