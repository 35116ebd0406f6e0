// SPDX-License-Identifier: Apache-2.0
#include "web/request_head.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.hpp"

namespace mailsonde::web {
namespace {

// RFC 9110 section 5.6.2.
bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || kMarks.find(c) != std::string_view::npos;
  });
}

// The status that the request line earns; sets the default of keep-alive by the version.
int judge_request_line(std::string_view line, bool& keep_alive) {
  const auto words = split(line, ' ');
  if (words.size() != 3 || !is_token(words[0]) || words[1].empty()) return 400;
  if (!words[2].starts_with("HTTP/") || words[2].size() != 8) return 400;
  if (!words[2].starts_with("HTTP/1.")) return 505;
  keep_alive = words[2] != "HTTP/1.0";
  return 0;
}

// What the headers say together.
struct Facts {
  std::optional<std::uint64_t> length;
  bool transfer_encoding = false;
  bool close = false;
};

int take_header(std::string_view line, Facts& facts) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return 400;
  const std::string name = to_lower(line.substr(0, colon));
  const std::string_view value = trim(line.substr(colon + 1));
  if (name == "transfer-encoding") facts.transfer_encoding = true;
  if (name == "connection") facts.close = facts.close || to_lower(value).find("close") != std::string::npos;
  if (name != "content-length") return 0;
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
  if (error == std::errc::result_out_of_range) return 413;
  if (error != std::errc{} || end != value.data() + value.size() || facts.length) return 400;
  facts.length = length;
  return 0;
}

std::string_view reason(int status) {
  switch (status) {
    case 400: return "Bad Request";
    case 408: return "Request Timeout";
    case 411: return "Length Required";
    case 413: return "Content Too Large";
    case 431: return "Request Header Fields Too Large";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Internal Server Error";
  }
}

}  // namespace

RequestHead parse_request_head(std::string_view head, std::size_t max_headers, std::size_t max_body) {
  RequestHead result;
  if (head.find('\0') != std::string_view::npos) return {.refusal = 400};
  Facts facts;
  std::size_t count = 0;
  bool first = true;
  for (std::string_view line : split(head, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find('\r') != std::string_view::npos) return {.refusal = 400};
    if (first) {
      result.refusal = judge_request_line(line, result.keep_alive);
      first = false;
    } else if (!line.empty()) {
      if (++count > max_headers) return {.refusal = 431};
      result.refusal = take_header(line, facts);
    }
    if (result.refusal != 0) return result;
  }
  if (facts.transfer_encoding) return {.refusal = facts.length ? 400 : 411};
  result.body_bytes = facts.length.value_or(0);
  if (result.body_bytes > max_body) return {.refusal = 413};
  result.keep_alive = result.keep_alive && !facts.close;
  return result;
}

std::size_t head_length(std::string_view bytes) {
  const auto crlf = bytes.find("\r\n\r\n");
  const auto lf = bytes.find("\n\n");
  const std::size_t after_crlf = crlf == std::string_view::npos ? std::string_view::npos : crlf + 4;
  const std::size_t after_lf = lf == std::string_view::npos ? std::string_view::npos : lf + 2;
  const std::size_t first = std::min(after_crlf, after_lf);
  return first == std::string_view::npos ? 0 : first;
}

std::string refusal_answer(int status) {
  const std::string body = fmt::format("{} {}\n", status, reason(status));
  return fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n"
      "Content-Length: {}\r\nConnection: close\r\n\r\n{}",
      status, reason(status), body.size(), body);
}

}  // namespace mailsonde::web
