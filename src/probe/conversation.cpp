// SPDX-License-Identifier: Apache-2.0
#include "probe/conversation.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace mailsonde::probe {

MonotonicTime Conversation::limit_of(Duration limit) const { return std::min(monotonic_now() + limit, deadline_); }

std::unexpected<Fault> Conversation::give_up(Fault fault) {
  clock.end(monotonic_now());
  transcript.note(elapsed(), fault.detail);
  return std::unexpected(std::move(fault));
}

asio::awaitable<Attempt<void>> Conversation::connect(net::Dialer& dialer, net::DialRequest request, Duration limit) {
  clock.begin(Stage::connect, monotonic_now());
  const MonotonicTime deadline = limit_of(limit);
  auto dialed = co_await dialer.dial(std::move(request), deadline);
  if (!dialed) co_return give_up(judge_io(dialed.error(), Stage::connect));
  stream_ = std::move(dialed->stream);
  stage_end_ = dialed->connected_at;
  clock.end(stage_end_);
  co_return Attempt<void>{};
}

asio::awaitable<Attempt<net::TlsInfo>> Conversation::start_tls(net::TlsRequest request, Duration limit) {
  clock.begin(Stage::tls, monotonic_now());
  const MonotonicTime deadline = limit_of(limit);
  auto info = co_await stream_->start_tls(std::move(request), deadline);
  if (!info) co_return give_up(judge_io(info.error(), Stage::tls));
  stage_end_ = stream_->last_arrival();
  clock.end(stage_end_);
  co_return std::move(*info);
}

asio::awaitable<Attempt<smtp::Reply>> Conversation::listen(Stage stage, Duration limit) {
  clock.begin(stage, stage_end_);
  auto reply = co_await read_reply(limit_of(limit));
  co_return reply;
}

asio::awaitable<Attempt<smtp::Reply>> Conversation::ask(Stage stage, std::string_view bytes, std::string_view shown,
                                                        Duration limit) {
  const MonotonicTime deadline = limit_of(limit);
  clock.begin(stage, monotonic_now());
  transcript.client(elapsed(), shown);
  const auto written = co_await stream_->write(bytes, deadline);
  if (!written) co_return give_up(judge_io(written.error(), stage));
  auto reply = co_await read_reply(deadline);
  co_return reply;
}

asio::awaitable<Attempt<smtp::Reply>> Conversation::read_reply(MonotonicTime deadline) {
  for (;;) {
    auto parsed = parse_buffer();
    if (!parsed) co_return give_up(std::move(parsed.error()));
    if (*parsed) {
      const smtp::Reply reply = mask.apply(std::move(**parsed));
      stage_end_ = stream_->last_arrival();
      clock.end(stage_end_);
      transcript.reply(stage_end_ - start_, reply);
      co_return reply;
    }
    // A peer that never stops sending never makes the socket wait: the deadline is looked at for each piece.
    if (monotonic_now() >= deadline) {
      const net::IoError late{net::Failure::timeout, "timed out"};
      co_return give_up(judge_io(late, clock.current()));
    }
    const auto count = co_await stream_->read_some(buffer_, deadline);
    if (!count) co_return give_up(judge_io(count.error(), clock.current()));
    begin_ = 0;
    end_ = *count;
  }
}

Attempt<std::optional<smtp::Reply>> Conversation::parse_buffer() {
  std::size_t consumed = 0;
  auto reply = parser_.feed(std::string_view(buffer_.data() + begin_, end_ - begin_), consumed);
  begin_ += consumed;
  if (!reply) {
    // What came instead of a reply is the best clue to what stands there.
    constexpr std::size_t kClue = 200;
    // Masked before it is cut: half a credential is one too many.
    transcript.server(elapsed(), mask.apply(parser_.current_line()).substr(0, kClue));
    return std::unexpected(Fault{classify::LocalFailure::protocol, reply.error().message});
  }
  return std::move(*reply);
}

void Conversation::forget_plain_text() {
  begin_ = end_ = 0;
  parser_ = smtp::ReplyParser();
}

void Conversation::close() {
  if (stream_) stream_->close();
  stream_.reset();
}

}  // namespace mailsonde::probe
