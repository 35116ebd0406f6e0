// SPDX-License-Identifier: Apache-2.0
#include "web/connection.hpp"

#include <array>
#include <asio/async_result.hpp>
#include <asio/buffer.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>

#include "net/deadline.hpp"

namespace mailsonde::web {
namespace {

using asio::ip::tcp;

constexpr std::size_t kReadSize = 4096;
constexpr std::size_t kWriteSize = 256 * 1024;  // at a time, so that a hundred large answers take turns

bool is_wait(const asio::error_code& error) {
  return error == asio::error::would_block || error == asio::error::try_again || error == asio::error::interrupted;
}

}  // namespace

Connection::Connection(tcp::socket socket, IpAddress client, const Service& service)
    : socket_(std::move(socket)), timer_(socket_.get_executor()), service_(service) {
  seat_.client = client;
  enter(Phase::reading);
  head_deadline_ = seat_.since + service_.limits.head;
  exchange_deadline_ = seat_.since + service_.limits.exchange;
}

void Connection::enter(Phase phase) {
  seat_.phase = phase;
  seat_.since = monotonic_now();
}

void Connection::close() {
  asio::error_code ignored;
  socket_.close(ignored);
  timer_.cancel();
}

asio::awaitable<void> Connection::talk() {
  for (;;) {
    auto request = co_await read_request();
    if (!request) co_return;
    const bool keeps = request->keep_alive && !service_.stopping;
    enter(Phase::answering);
    SharedBytes bytes = co_await answer(*std::move(request), keeps ? AfterAnswer::keep_open : AfterAnswer::close);
    enter(Phase::writing);
    const bool sent = co_await send(std::move(bytes), exchange_deadline_);
    if (!sent || !socket_.is_open()) co_return;
    enter(Phase::reading);
    if (!keeps || service_.stopping) break;
    first_ = false;
  }
  co_await take_leave();
}

asio::awaitable<std::optional<Request>> Connection::read_request() {
  RequestParser parser(service_.limits.request);
  MonotonicTime deadline = first_ ? head_deadline_ : monotonic_now() + service_.limits.idle;
  bool begun = false;
  for (;;) {
    if (ahead_.empty()) {
      const bool more = co_await read_more(deadline);
      if (!more) co_return std::nullopt;
    }
    ahead_.erase(0, parser.feed(ahead_));
    if (!begun) {
      begun = true;
      if (!first_) head_deadline_ = monotonic_now() + service_.limits.head;
      exchange_deadline_ = monotonic_now() + service_.limits.exchange;
    }
    if (parser.state() == RequestParser::State::complete) co_return parser.take();
    if (parser.state() == RequestParser::State::refused) break;
    deadline = parser.state() == RequestParser::State::head ? head_deadline_ : exchange_deadline_;
  }
  auto refused = std::make_shared<const std::string>(refusal(parser.refusal_status()));
  const bool sent = co_await send(std::move(refused), exchange_deadline_);
  if (sent) co_await take_leave();
  co_return std::nullopt;
}

// False: the connection is of no more use.
asio::awaitable<bool> Connection::read_more(MonotonicTime deadline) {
  std::array<char, kReadSize> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by the read
  for (;;) {
    if (!socket_.is_open() || monotonic_now() >= deadline) co_return false;
    asio::error_code error;
    const std::size_t count = socket_.read_some(asio::buffer(buffer), error);
    if (!error) {
      ahead_.append(buffer.data(), count);
      co_return true;
    }
    if (!is_wait(error)) co_return false;
    const auto ready =
        co_await net::until(deadline, timer_, socket_.async_wait(tcp::socket::wait_read, asio::experimental::deferred));
    if (!ready) co_return false;
  }
}

// The answer is made on a worker's thread; the handler comes back to the front's.
asio::awaitable<SharedBytes> Connection::answer(Request request, AfterAnswer after) {
  const bool changes_nothing = request.method == "GET" || request.method == "HEAD";
  AnswerQueue& queue = changes_nothing ? *service_.quick : *service_.ordered;
  auto executor = socket_.get_executor();
  auto initiate = [&queue, executor, after](auto handler, Request asked) {
    queue.ask(std::move(asked), after, [executor, handler = std::move(handler)](SharedBytes bytes) mutable {
      asio::post(executor, [handler = std::move(handler), bytes = std::move(bytes)]() mutable {
        std::move(handler)(std::move(bytes));
      });
    });
  };
  SharedBytes bytes = co_await asio::async_initiate<const asio::use_awaitable_t<>, void(SharedBytes)>(
      initiate, asio::use_awaitable, std::move(request));
  co_return bytes;
}

asio::awaitable<bool> Connection::send(SharedBytes bytes, MonotonicTime deadline) {
  std::size_t sent = 0;
  while (sent < bytes->size()) {
    if (!socket_.is_open() || monotonic_now() >= deadline) co_return false;
    asio::error_code error;
    sent += socket_.write_some(asio::buffer(asio::buffer(*bytes) + sent, kWriteSize), error);
    if (!error) {
      seat_.since = monotonic_now();  // who reads, however slowly, is not the one to make room
      if (sent < bytes->size()) co_await asio::post(socket_.get_executor(), asio::use_awaitable);
      continue;
    }
    if (!is_wait(error)) co_return false;
    const auto ready = co_await net::until(deadline, timer_,
                                           socket_.async_wait(tcp::socket::wait_write, asio::experimental::deferred));
    if (!ready) co_return false;
  }
  co_return true;
}

// Closing with unread bytes sends a reset, which can overtake the answer. So let the client close first, within bounds.
asio::awaitable<void> Connection::take_leave() {
  constexpr int kMostReads = 64;
  asio::error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  const MonotonicTime deadline = monotonic_now() + service_.limits.farewell;
  for (int i = 0; i < kMostReads; ++i) {
    ahead_.clear();
    const bool more = co_await read_more(deadline);
    if (!more) co_return;
  }
}

}  // namespace mailsonde::web
