// SPDX-License-Identifier: Apache-2.0
#include "web/request_parser.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace mailsonde::web {
namespace {

constexpr std::size_t kLongestChunkLine = 256;  // size and extensions

// RFC 9110 section 5.6.2.
bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [kMarks](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

bool is_visible(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

// Field values may hold a tab and bytes over 0x7f, no other control character.
bool is_field_value(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != '\x7f'); });
}

// RFC 9112 section 3.2.2: a server takes the absolute form too. The authority is not ours to judge.
std::string_view origin_form(std::string_view target) {
  constexpr std::string_view kScheme = "http://";
  if (!starts_with_ignoring_case(target, kScheme)) return target;
  const auto slash = target.find('/', kScheme.size());
  return slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
}

std::size_t count_of(const Request& request, std::string_view name) {
  return static_cast<std::size_t>(
      std::ranges::count_if(request.headers, [name](const Header& h) { return equals_ignoring_case(h.name, name); }));
}

bool has_option(const Request& request, std::string_view option) {
  const std::string options = request.header("Connection");
  return std::ranges::any_of(split(options, ','),
                             [option](std::string_view piece) { return equals_ignoring_case(trim(piece), option); });
}

// Nothing for what is no number; a number too large for the type is the largest one, and so beyond every limit.
std::optional<std::size_t> parse_size(std::string_view text, int base) {
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size, base);
  if (text.empty() || text.front() == '-' || end != text.data() + text.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) return SIZE_MAX;
  return error == std::errc{} ? std::optional<std::size_t>(size) : std::nullopt;
}

}  // namespace

RequestParser::State RequestParser::state() const {
  switch (step_) {
    case Step::request_line:
    case Step::header:
      return State::head;
    case Step::complete:
      return State::complete;
    case Step::refused:
      return State::refused;
    default:
      return State::body;
  }
}

void RequestParser::refuse(int status) {
  step_ = Step::refused;
  refusal_ = status;
  request_ = {};
  line_.clear();
}

std::size_t RequestParser::feed(std::string_view bytes) {
  std::size_t taken = 0;
  while (taken < bytes.size() && step_ != Step::complete && step_ != Step::refused) {
    begun_ = true;
    const std::string_view rest = bytes.substr(taken);
    const bool in_data = step_ == Step::body || step_ == Step::chunk_data;
    taken += in_data ? feed_data(rest) : feed_line(rest);
  }
  return taken;
}

std::size_t RequestParser::feed_line(std::string_view bytes) {
  const bool in_chunks = step_ == Step::chunk_size || step_ == Step::chunk_end;
  const std::size_t limit = in_chunks ? kLongestChunkLine : limits_.head - head_size_;
  const auto end = bytes.find('\n');
  const std::size_t wanted = end == std::string_view::npos ? bytes.size() : end + 1;
  if (line_.size() + wanted > limit) {
    refuse(in_chunks ? 400 : 431);
    return bytes.size();
  }
  line_ += bytes.substr(0, wanted);
  if (end == std::string_view::npos) return wanted;
  if (!in_chunks) head_size_ += line_.size();
  // RFC 9112 section 2.2 lets a server take a bare LF for a line end. A proxy before us may see it differently.
  if (!line_.ends_with("\r\n")) {
    refuse(400);
    return wanted;
  }
  std::string line = std::move(line_);
  line_.clear();
  line.resize(line.size() - 2);
  read_line(line);
  return wanted;
}

std::size_t RequestParser::feed_data(std::string_view bytes) {
  const std::size_t wanted = std::min(bytes.size(), data_left_);
  request_.body += bytes.substr(0, wanted);
  data_left_ -= wanted;
  if (data_left_ == 0) step_ = step_ == Step::body ? Step::complete : Step::chunk_end;
  return wanted;
}

void RequestParser::read_line(std::string_view line) {
  switch (step_) {
    case Step::request_line:
      return read_request_line(line);
    case Step::header:
      return line.empty() ? end_head() : read_header(line);
    case Step::chunk_size:
      return read_chunk_size(line);
    case Step::chunk_end:
      if (!line.empty()) return refuse(400);
      step_ = Step::chunk_size;
      return;
    case Step::trailer:
      // Trailers are bounded like headers and thrown away.
      if (line.empty()) {
        step_ = Step::complete;
      } else if (!count_header()) {
        refuse(431);
      }
      return;
    default:
      return refuse(400);
  }
}

void RequestParser::read_request_line(std::string_view line) {
  if (line.empty()) return;  // RFC 9112 section 2.2: an empty line before a request is ignored; the head bounds them
  const auto pieces = split(line, ' ');
  if (pieces.size() != 3 || !is_token(pieces[0])) return refuse(400);
  const std::string_view target = origin_form(pieces[1]);
  if (!target.starts_with('/') || !is_visible(target)) return refuse(400);
  const std::string_view version = pieces[2];
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return refuse(version.starts_with("HTTP/") ? 505 : 400);
  request_.method = pieces[0];
  request_.target = target;
  http_1_1_ = version == "HTTP/1.1";
  step_ = Step::header;
}

bool RequestParser::count_header() { return ++header_count_ <= limits_.headers; }

void RequestParser::read_header(std::string_view line) {
  if (!count_header()) return refuse(431);
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return refuse(400);
  const std::string_view value = trim(line.substr(colon + 1));
  if (!is_field_value(value)) return refuse(400);
  request_.headers.push_back({.name = std::string(line.substr(0, colon)), .value = std::string(value)});
}

void RequestParser::end_head() {
  // RFC 9112 section 3.2: exactly one Host, which HTTP/1.0 may leave out.
  const std::size_t hosts = count_of(request_, "Host");
  if (hosts > 1 || (http_1_1_ && hosts == 0)) return refuse(400);
  request_.keep_alive = http_1_1_ ? !has_option(request_, "close") : has_option(request_, "keep-alive");
  if (const int status = choose_body(); status != 0) return refuse(status);
  if (step_ == Step::body && data_left_ == 0) step_ = Step::complete;
}

// RFC 9112 section 6.3, with every doubt an error: the status of the refusal, or 0.
int RequestParser::choose_body() {
  const std::size_t lengths = count_of(request_, "Content-Length");
  const std::size_t codings = count_of(request_, "Transfer-Encoding");
  if (lengths + codings > 1 || (codings > 0 && !http_1_1_)) return 400;
  if (codings > 0) {
    if (!equals_ignoring_case(request_.header("Transfer-Encoding"), "chunked")) return 501;
    step_ = Step::chunk_size;
    return 0;
  }
  step_ = Step::body;
  if (lengths == 0) return 0;
  const auto length = parse_size(request_.header("Content-Length"), 10);
  if (!length) return 400;
  if (*length > limits_.body) return 413;
  data_left_ = *length;
  return 0;
}

void RequestParser::read_chunk_size(std::string_view line) {
  const auto size = parse_size(trim(line.substr(0, line.find(';'))), 16);
  if (!size) return refuse(400);
  if (*size > limits_.body - request_.body.size()) return refuse(413);
  data_left_ = *size;
  step_ = *size == 0 ? Step::trailer : Step::chunk_data;
}

}  // namespace mailsonde::web
