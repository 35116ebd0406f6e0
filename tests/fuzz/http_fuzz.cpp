// SPDX-License-Identifier: Apache-2.0
// Any bytes as HTTP requests, in one piece and in two: the same verdict, nothing beyond the limits, and what comes out
// is fit to be handed on. The other parsers of what a client sends follow: Accept, Accept-Encoding, the listen address.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.hpp"
#include "metrics/negotiate.hpp"
#include "web/listen_address.hpp"
#include "web/request_parser.hpp"

using namespace mailsonde;
using State = web::RequestParser::State;

namespace {

constexpr web::RequestLimits kLimits{.head = 512, .headers = 8, .body = 256};

void check_request(web::RequestParser& parser) {
  const web::Request request = parser.take();
  MAILSONDE_ASSERT(request.target.starts_with('/') && request.target.size() < kLimits.head);
  MAILSONDE_ASSERT(request.headers.size() <= kLimits.headers && request.body.size() <= kLimits.body);
  for (const web::Header& header : request.headers) {
    MAILSONDE_ASSERT(!header.name.empty() &&
                     header.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
  }
  (void)metrics::negotiate_format(request.header("Accept"));
  (void)metrics::allows_gzip(request.header("Accept-Encoding"));
}

void check_stream(std::string_view bytes, std::size_t cut) {
  web::RequestParser whole(kLimits);
  const std::size_t taken = whole.feed(bytes);
  MAILSONDE_ASSERT(taken <= bytes.size());
  web::RequestParser pieces(kLimits);
  const std::size_t first = pieces.feed(bytes.substr(0, cut));
  if (first == cut) pieces.feed(bytes.substr(cut));
  MAILSONDE_ASSERT(whole.state() == pieces.state());
  MAILSONDE_ASSERT(whole.refusal_status() == pieces.refusal_status());
  MAILSONDE_ASSERT((whole.state() == State::refused) == (whole.refusal_status() != 0));
  if (whole.state() == State::complete) check_request(whole);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  check_stream(bytes, data[0] % (bytes.size() + 1));
  (void)metrics::negotiate_format(bytes);
  (void)metrics::allows_gzip(bytes);
  (void)web::parse_listen_address(bytes);
  return 0;
}
