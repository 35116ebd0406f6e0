// SPDX-License-Identifier: Apache-2.0
// One command, one reply, in strict turn, over a stream: timed, written down, masked.
#pragma once

#include <algorithm>
#include <array>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "net/dialer.hpp"
#include "probe/decide.hpp"
#include "probe/stage_clock.hpp"
#include "probe/transcript.hpp"
#include "smtp/reply_parser.hpp"

namespace mailsonde::probe {

template <typename T>
using Attempt = std::expected<T, Fault>;

// Owned by one probe, on its shard's thread. Coroutines must be awaited at once; their arguments are the caller's.
class Conversation {
 public:
  Conversation(MonotonicTime start, MonotonicTime deadline) : start_(start), deadline_(deadline) {}

  [[nodiscard]] asio::awaitable<Attempt<void>> connect(net::Dialer& dialer, net::DialRequest request, Duration limit);
  [[nodiscard]] asio::awaitable<Attempt<net::TlsInfo>> start_tls(net::TlsRequest request, Duration limit);

  // The greeting: a reply to no command. The clock runs on from the end of the stage before.
  [[nodiscard]] asio::awaitable<Attempt<smtp::Reply>> listen(Stage stage, Duration limit);
  // Sends `bytes` and waits for the reply. `shown` stands in the transcript instead of the bytes.
  [[nodiscard]] asio::awaitable<Attempt<smtp::Reply>> ask(Stage stage, std::string_view bytes, std::string_view shown,
                                                          Duration limit);

  // True when bytes stand in the buffer that answer no command (hostile-cases rules 6 and 7).
  [[nodiscard]] bool has_surplus() const { return begin_ != end_; }
  // Forgets them and the plain-text parser: TLS is a new world (RFC 3207 section 4.2).
  void forget_plain_text();
  // Room for QUIT after the probe's own deadline.
  void extend_deadline(Duration by) { deadline_ = std::max(deadline_, monotonic_now() + by); }
  void close();

  [[nodiscard]] Duration elapsed() const { return monotonic_now() - start_; }
  [[nodiscard]] bool is_open() const { return stream_ != nullptr; }

  StageClock clock;
  Transcript transcript;
  Mask mask;

 private:
  [[nodiscard]] MonotonicTime limit_of(Duration limit) const;
  [[nodiscard]] asio::awaitable<Attempt<smtp::Reply>> read_reply(MonotonicTime deadline);
  [[nodiscard]] Attempt<std::optional<smtp::Reply>> parse_buffer();
  [[nodiscard]] std::unexpected<Fault> give_up(Fault fault);

  MonotonicTime start_;     // of the probe
  MonotonicTime deadline_;  // of the whole probe
  MonotonicTime stage_end_{};
  std::unique_ptr<net::Stream> stream_;
  smtp::ReplyParser parser_;
  std::array<char, 4096> buffer_;
  std::size_t begin_ = 0;  // unparsed bytes of buffer_
  std::size_t end_ = 0;
};

}  // namespace mailsonde::probe
