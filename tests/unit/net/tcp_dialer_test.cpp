// SPDX-License-Identifier: Apache-2.0
#include "net/tcp_dialer.hpp"

#include <doctest/doctest.h>

#include <array>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/this_coro.hpp>
#include <asio/write.hpp>
#include <functional>
#include <string>

using namespace mailsonde;
using namespace std::chrono_literals;
using asio::ip::tcp;
using net::Failure;

namespace {

// A listener on loopback and the client under test on one loop. The peer's side is driven by hand.
class Loopback {
 public:
  Loopback() : acceptor_(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0)), peer(context) {}

  [[nodiscard]] net::DialRequest where() const {
    return {*IpAddress::parse("127.0.0.1"), acceptor_.local_endpoint().port(), {}};
  }
  void stop_listening() { acceptor_.close(); }
  void accept() { acceptor_.accept(peer); }
  void say(const std::string& text) { asio::write(peer, asio::buffer(text)); }

  // Runs a coroutine function to its end and gives its result.
  template <typename T>
  T run(std::function<asio::awaitable<T>()> work) {
    std::optional<T> result;
    asio::co_spawn(context, work(), [&](const std::exception_ptr& error, T value) {
      REQUIRE_FALSE(error);
      result.emplace(std::move(value));
    });
    context.restart();
    context.run();
    return std::move(*result);
  }

  net::IoResult<net::Dialed> dial(MonotonicTime deadline) {
    return run<net::IoResult<net::Dialed>>([&] { return dialer.dial(where(), deadline); });
  }
  std::unique_ptr<net::Stream> connect() {
    auto dialed = dial(monotonic_now() + 2s);
    REQUIRE(dialed.has_value());
    accept();
    return std::move(dialed->stream);
  }
  net::IoResult<std::size_t> read(net::Stream& stream, MonotonicTime deadline) {
    return run<net::IoResult<std::size_t>>([&] { return stream.read_some(buffer, deadline); });
  }

  asio::io_context context;

 private:
  tcp::acceptor acceptor_;

 public:
  tcp::socket peer;
  net::TcpDialer dialer;
  std::array<char, 256> buffer{};
};

}  // namespace

TEST_SUITE_BEGIN("net.tcp_dialer.loopback");

TEST_CASE("bytes come as they were sent, and end of file is told apart from a reset") {
  Loopback loopback;
  const auto stream = loopback.connect();
  loopback.say("220 mx\r\n");
  const auto count = loopback.read(*stream, monotonic_now() + 2s);
  REQUIRE(count.has_value());
  CHECK(std::string_view(loopback.buffer.data(), *count) == "220 mx\r\n");
  loopback.peer.close();
  const auto end = loopback.read(*stream, monotonic_now() + 2s);
  REQUIRE_FALSE(end.has_value());
  CHECK(end.error().failure == Failure::closed);
}

TEST_CASE("a reset is a reset") {
  Loopback loopback;
  const auto stream = loopback.connect();
  loopback.peer.set_option(tcp::socket::linger(true, 0));
  loopback.peer.close();
  const auto result = loopback.read(*stream, monotonic_now() + 2s);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().failure == Failure::reset);
}

TEST_CASE("a silent peer costs the deadline and no more") {
  Loopback loopback;
  const auto stream = loopback.connect();
  const auto start = monotonic_now();
  const auto result = loopback.read(*stream, start + 30ms);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().failure == Failure::timeout);
  CHECK(monotonic_now() - start >= 30ms);
  CHECK(monotonic_now() - start < 530ms);
}

TEST_CASE("a peer that stops reading ends the write at its deadline") {
  Loopback loopback;
  const auto stream = loopback.connect();
  const std::string much(32 * 1024 * 1024, 'x');
  const auto result = loopback.run<net::IoResult<void>>([&] { return stream->write(much, monotonic_now() + 50ms); });
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().failure == Failure::timeout);
}

TEST_CASE("a closed port is refused at once") {
  Loopback loopback;
  const auto where = loopback.where();
  loopback.stop_listening();
  const auto result =
      loopback.run<net::IoResult<net::Dialed>>([&] { return loopback.dialer.dial(where, monotonic_now() + 2s); });
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().failure == Failure::refused);
}

TEST_CASE("a source address that is not on this host is a fault of the source and names the address") {
  Loopback loopback;
  auto where = loopback.where();
  where.local_address = IpAddress::parse("192.0.2.1");
  const auto result =
      loopback.run<net::IoResult<net::Dialed>>([&] { return loopback.dialer.dial(where, monotonic_now() + 2s); });
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().failure == Failure::source);
  CHECK(result.error().detail == "192.0.2.1 is not an address of this host");
}

TEST_CASE("a source address of the other family is a fault of the source") {
  Loopback loopback;
  auto where = loopback.where();
  where.local_address = IpAddress::parse("::1");
  const auto result =
      loopback.run<net::IoResult<net::Dialed>>([&] { return loopback.dialer.dial(where, monotonic_now() + 2s); });
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().failure == Failure::source);
}

TEST_CASE("a source address that does not lead to the peer is a fault of this host, not of the peer") {
  Loopback loopback;
  net::DialRequest where{*IpAddress::parse("192.0.2.1"), 25, IpAddress::parse("127.0.0.2")};
  const auto result =
      loopback.run<net::IoResult<net::Dialed>>([&] { return loopback.dialer.dial(where, monotonic_now() + 2s); });
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().failure == Failure::resources);
  CHECK(result.error().detail.ends_with("(from 127.0.0.2)"));
}

TEST_CASE("the source address is bound before the connect") {
  Loopback loopback;
  auto where = loopback.where();
  where.local_address = IpAddress::parse("127.0.0.9");
  auto result =
      loopback.run<net::IoResult<net::Dialed>>([&] { return loopback.dialer.dial(where, monotonic_now() + 2s); });
  REQUIRE(result.has_value());
  loopback.accept();
  CHECK(loopback.peer.remote_endpoint().address().to_string() == "127.0.0.9");
}

TEST_CASE("the arrival is when the byte reached the host, not when the program looked") {
  Loopback loopback;
  const auto stream = loopback.connect();
  // The kernel switches its stamps on in the background once a socket wants them: the first bytes may have none.
  bool honest = false;
  for (int attempt = 0; attempt < 20 && !honest; ++attempt) {
    const auto sent = monotonic_now();
    loopback.say("x");
    while (monotonic_now() < sent + 60ms) {  // the program is busy with something else
    }
    REQUIRE(loopback.read(*stream, monotonic_now() + 2s).has_value());
    honest = stream->last_arrival() - sent < 30ms;
  }
  CHECK(honest);
}

TEST_CASE("a stop ends the wait, and the loop runs dry") {
  Loopback loopback;
  const auto stream = loopback.connect();
  asio::cancellation_signal signal;
  std::optional<net::IoResult<std::size_t>> result;
  const auto read = [](net::Stream* from, std::span<char> buffer) -> asio::awaitable<net::IoResult<std::size_t>> {
    co_await asio::this_coro::throw_if_cancelled(false);
    auto count = co_await from->read_some(buffer, monotonic_now() + 10s);
    co_return count;
  };
  asio::co_spawn(loopback.context, read(stream.get(), loopback.buffer),
                 asio::bind_cancellation_slot(signal.slot(),
                                              [&](const std::exception_ptr& error, net::IoResult<std::size_t> count) {
                                                REQUIRE_FALSE(error);
                                                result = std::move(count);
                                              }));
  loopback.context.restart();
  loopback.context.poll();
  signal.emit(asio::cancellation_type::terminal);
  loopback.context.run();
  REQUIRE(result.has_value());
  CHECK(result->error().failure == Failure::cancelled);
}

TEST_CASE("a stop that finds nothing waiting is not lost: the next wait ends at once") {
  Loopback loopback;
  const auto stream = loopback.connect();
  asio::cancellation_signal signal;
  std::optional<net::IoResult<std::size_t>> result;
  const auto read = [](net::Stream* from, std::span<char> buffer,
                       asio::cancellation_signal* stop) -> asio::awaitable<net::IoResult<std::size_t>> {
    co_await asio::this_coro::throw_if_cancelled(false);
    stop->emit(asio::cancellation_type::terminal);
    auto count = co_await from->read_some(buffer, monotonic_now() + 2s);
    co_return count;
  };
  asio::co_spawn(loopback.context, read(stream.get(), loopback.buffer, &signal),
                 asio::bind_cancellation_slot(signal.slot(),
                                              [&](const std::exception_ptr& error, net::IoResult<std::size_t> count) {
                                                REQUIRE_FALSE(error);
                                                result = std::move(count);
                                              }));
  loopback.context.restart();
  loopback.context.run();
  REQUIRE(result.has_value());
  CHECK(result->error().failure == Failure::cancelled);
}

TEST_CASE("closing says FIN, never RST, even with unread bytes") {
  Loopback loopback;
  const auto stream = loopback.connect();
  loopback.say("221 bye\r\n");
  stream->close();
  asio::error_code error;
  std::array<char, 8> buffer{};
  const auto count = loopback.peer.read_some(asio::buffer(buffer), error);
  CHECK(count == 0);
  CHECK(error == asio::error::eof);
}

TEST_SUITE_END();
