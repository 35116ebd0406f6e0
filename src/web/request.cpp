// SPDX-License-Identifier: Apache-2.0
#include "web/request.hpp"

#include "base/text.hpp"

namespace mailsonde::web {
namespace {

std::string_view reason_of(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 413:
      return "Content Too Large";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Internal Server Error";
  }
}

}  // namespace

std::string Request::header(std::string_view name) const {
  std::string joined;
  for (const Header& header : headers) {
    if (!equals_ignoring_case(header.name, name)) continue;
    if (!joined.empty()) joined += ", ";
    joined += header.value;
  }
  return joined;
}

bool asks_the_same(const Request& a, const Request& b) {
  if ((a.method != "GET" && a.method != "HEAD") || a.method != b.method || a.target != b.target) return false;
  return a.header("Accept") == b.header("Accept") && a.header("Accept-Encoding") == b.header("Accept-Encoding");
}

std::string refusal(int status) {
  const std::string reason(reason_of(status));
  const std::string body = reason + "\n";
  return "HTTP/1.1 " + std::to_string(status) + " " + reason +
         "\r\nContent-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n"
         "Content-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace mailsonde::web
