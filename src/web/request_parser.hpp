// SPDX-License-Identifier: Apache-2.0
// Bytes -> one HTTP/1.x request (RFC 9112), without a socket or a clock. Stricter than the RFC allows where leniency is
// how requests are smuggled: CRLF only, one length, no folding, no blank before a colon.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "web/request.hpp"

namespace mailsonde::web {

// hostile-cases section 2. Trailers of a chunked body count as head.
struct RequestLimits {
  std::size_t head = 8 * 1024;
  std::size_t headers = 64;
  std::size_t body = 64 * 1024;
};

// Owned by one connection; one object a request. Keeps at most the limits in memory, whatever comes.
class RequestParser {
 public:
  enum class State : std::uint8_t {
    head,      // request line and headers are coming
    body,      // the head is complete
    complete,  // take() gives the request
    refused,   // refusal_status() says why; nothing more is read
  };

  explicit RequestParser(RequestLimits limits = {}) : limits_(limits) {}

  // Reads on, and returns how many bytes it took: all of them unless the request became complete or refused before.
  std::size_t feed(std::string_view bytes);

  [[nodiscard]] State state() const;
  // Whether a byte of the request has come.
  [[nodiscard]] bool begun() const { return begun_; }
  // 400, 413, 431, 501 or 505.
  [[nodiscard]] int refusal_status() const { return refusal_; }
  [[nodiscard]] Request take() { return std::move(request_); }

 private:
  enum class Step : std::uint8_t {
    request_line,
    header,
    body,
    chunk_size,
    chunk_data,
    chunk_end,
    trailer,
    complete,
    refused
  };

  std::size_t feed_line(std::string_view bytes);
  std::size_t feed_data(std::string_view bytes);
  void read_line(std::string_view line);
  void read_request_line(std::string_view line);
  void read_header(std::string_view line);
  void read_chunk_size(std::string_view line);
  void end_head();
  [[nodiscard]] bool count_header();
  [[nodiscard]] int choose_body();
  void refuse(int status);

  RequestLimits limits_;
  Step step_ = Step::request_line;
  bool begun_ = false;
  bool http_1_1_ = true;
  int refusal_ = 0;
  std::string line_;           // the line so far, bounded by what is left of the head
  std::size_t head_size_ = 0;  // bytes of complete lines of the head
  std::size_t header_count_ = 0;
  std::size_t data_left_ = 0;  // of the body or the current chunk
  Request request_;
};

}  // namespace mailsonde::web
