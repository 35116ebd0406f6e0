// SPDX-License-Identifier: Apache-2.0
#include "net/tcp_dialer.hpp"

#include <asio/ip/tcp.hpp>
#include <asio/this_coro.hpp>

#include <algorithm>
#include <cerrno>

#include "net/deadline.hpp"
#include "net/stamped_socket.hpp"
#include "net/tls_session.hpp"

namespace mailsonde::net {
namespace {

using asio::ip::tcp;

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

IoError error_of(int code) { return describe_error(asio::error_code(code, asio::error::get_system_category())); }

asio::ip::address to_asio(const IpAddress& address) {
  if (address.family() == Family::ipv4) {
    asio::ip::address_v4::bytes_type bytes{};
    std::ranges::copy(address.bytes(), bytes.begin());
    return asio::ip::address_v4(bytes);
  }
  asio::ip::address_v6::bytes_type bytes{};
  std::ranges::copy(address.bytes(), bytes.begin());
  return asio::ip::address_v6(bytes);
}

class TcpStream final : public Stream {
 public:
  explicit TcpStream(tcp::socket socket)
      : socket_(std::move(socket)), timer_(socket_.get_executor()), stamped_(socket_.native_handle()) {}
  ~TcpStream() override { TcpStream::close(); }

  asio::awaitable<IoResult<std::size_t>> read_some(std::span<char> buffer, MonotonicTime deadline) override {
    for (;;) {
      std::size_t count = 0;
      const TlsStep step = receive(buffer, count);
      if (step == TlsStep::done) co_return count;
      if (step == TlsStep::failed) co_return std::unexpected(error_);
      const auto ready = co_await wait_for(step, deadline);
      if (!ready) co_return std::unexpected(ready.error());
    }
  }

  asio::awaitable<IoResult<void>> write(std::string_view bytes, MonotonicTime deadline) override {
    while (!bytes.empty()) {
      std::size_t count = 0;
      const TlsStep step = send(bytes, count);
      if (step == TlsStep::failed) co_return std::unexpected(error_);
      if (step == TlsStep::done) {
        bytes.remove_prefix(count);
        continue;
      }
      const auto ready = co_await wait_for(step, deadline);
      if (!ready) co_return std::unexpected(ready.error());
    }
    co_return IoResult<void>{};
  }

  asio::awaitable<IoResult<TlsInfo>> start_tls(TlsRequest request, MonotonicTime deadline) override {
    auto session = TlsSession::make(request, stamped_);
    if (!session) co_return std::unexpected(session.error());
    tls_ = std::move(*session);
    for (;;) {
      const TlsStep step = tls_->handshake();
      if (step == TlsStep::done) co_return tls_->info();
      if (step == TlsStep::failed) co_return std::unexpected(tls_->error());
      const auto ready = co_await wait_for(step, deadline);
      if (!ready) co_return std::unexpected(ready.error());
    }
  }

  MonotonicTime last_arrival() const override { return stamped_.last_arrival(); }

  // FIN, never RST: unread bytes at close would make the kernel reset, and the peer log an abort.
  void close() override {
    if (!socket_.is_open()) return;
    if (tls_) tls_->send_close_notify();
    asio::error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    drain();
    socket_.close(ignored);
  }

 private:
  TlsStep receive(std::span<char> buffer, std::size_t& count) {
    if (tls_) return remember(tls_->read(buffer, count));
    const Transfer transfer = stamped_.receive(buffer);
    count = transfer.bytes;
    if (would_block(transfer.error)) return TlsStep::want_read;
    if (transfer.error == 0 && count > 0) return TlsStep::done;
    error_ = transfer.error != 0 ? error_of(transfer.error) : IoError{Failure::closed, "closed by the server"};
    return TlsStep::failed;
  }

  TlsStep send(std::string_view bytes, std::size_t& count) {
    if (tls_) return remember(tls_->write(bytes, count));
    const Transfer transfer = stamped_.send(bytes);
    count = transfer.bytes;
    if (would_block(transfer.error)) return TlsStep::want_write;
    if (transfer.error == 0) return TlsStep::done;
    error_ = error_of(transfer.error);
    return TlsStep::failed;
  }

  TlsStep remember(TlsStep step) {
    if (step == TlsStep::failed) error_ = tls_->error();
    return step;
  }

  // The deadline is looked at before each wait too: a peer that always has another byte ready never makes us wait.
  asio::awaitable<IoResult<void>> wait_for(TlsStep step, MonotonicTime deadline) {
    if (monotonic_now() >= deadline) co_return std::unexpected(IoError{Failure::timeout, "timed out"});
    const auto direction = step == TlsStep::want_write ? tcp::socket::wait_write : tcp::socket::wait_read;
    auto operation = socket_.async_wait(direction, asio::experimental::deferred);
    auto result = co_await until(deadline, timer_, std::move(operation));
    co_return result;
  }

  void drain() {
    std::array<char, 4096> buffer;
    constexpr int kMostReads = 16;
    for (int i = 0; i < kMostReads; ++i) {
      const Transfer transfer = stamped_.receive(buffer);
      if (transfer.error != 0 || transfer.bytes == 0) return;
    }
  }

  tcp::socket socket_;
  asio::steady_timer timer_;
  StampedSocket stamped_;
  std::unique_ptr<TlsSession> tls_;  // after start_tls; uses stamped_
  IoError error_{Failure::reset, ""};
};

asio::error_code open(tcp::socket& socket, const tcp::endpoint& remote) {
  asio::error_code error;
  socket.open(remote.protocol(), error);
  if (!error) socket.non_blocking(true, error);
  // A byte that the peer calls urgent is a byte of its reply, not one to be left out.
  if (!error) socket.set_option(tcp::socket::out_of_band_inline(true), error);
  return error;
}

IoResult<void> bind(tcp::socket& socket, const IpAddress& local) {
  // The port is chosen at connect, for the whole 4-tuple: no port is used up by binding.
  const int on = 1;
  (void)setsockopt(socket.native_handle(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  asio::error_code error;
  socket.bind(tcp::endpoint(to_asio(local), 0), error);
  if (!error) return {};
  if (error.value() == ENOBUFS || error.value() == ENOMEM) return std::unexpected(describe_error(error));
  if (error.value() == EADDRNOTAVAIL) {
    return std::unexpected(IoError{Failure::source, local.to_string() + " is not an address of this host"});
  }
  return std::unexpected(IoError{Failure::source, local.to_string() + " cannot be bound: " + error.message()});
}

// From an address of loopback no other host is reached, whatever that host does: Linux says EINVAL then.
bool leads_nowhere(const DialRequest& request) {
  return request.local_address && to_asio(*request.local_address).is_loopback() &&
         !to_asio(request.address).is_loopback();
}

}  // namespace

asio::awaitable<IoResult<Dialed>> TcpDialer::dial(DialRequest request, MonotonicTime deadline) {
  const auto executor = co_await asio::this_coro::executor;
  const tcp::endpoint remote(to_asio(request.address), request.port);
  tcp::socket socket(executor);
  if (const auto error = open(socket, remote)) co_return std::unexpected(describe_error(error));
  if (request.local_address) {
    const auto bound = bind(socket, *request.local_address);
    if (!bound) co_return std::unexpected(bound.error());
  }

  asio::steady_timer timer(executor);
  const MonotonicTime start = monotonic_now();
  auto operation = socket.async_connect(remote, asio::experimental::deferred);
  auto connected = co_await until(deadline, timer, std::move(operation));
  if (!connected) {
    IoError& error = connected.error();
    if (error.failure == Failure::refused && leads_nowhere(request)) error.failure = Failure::resources;
    const bool ours = error.failure == Failure::resources && request.local_address;
    if (ours) error.detail += " (from " + request.local_address->to_string() + ")";
    co_return std::unexpected(std::move(error));
  }

  const Duration round_trip = handshake_round_trip(socket.native_handle(), monotonic_now() - start);
  co_return Dialed{std::make_unique<TcpStream>(std::move(socket)), start + round_trip};
}

}  // namespace mailsonde::net
