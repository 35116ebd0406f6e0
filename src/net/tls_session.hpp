// SPDX-License-Identifier: Apache-2.0
// TLS on a non-blocking socket: OpenSSL over a BIO of our own that keeps the arrival stamps. Half the memory of
// asio::ssl::stream, and it leaves the waiting to the caller.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "net/stamped_socket.hpp"
#include "net/stream.hpp"
#include "net/tls_info.hpp"

struct ssl_st;

namespace mailsonde::net {

// What a step needs next.
enum class TlsStep : std::uint8_t { done, want_read, want_write, failed };

// What OpenSSL sees of the network. Below the replies a peer can go on for ever (session tickets, key updates,
// HelloRequests), and OpenSSL reads on as long as there is something to read: so each step has an allowance.
struct TlsWire {
  static constexpr std::size_t kStep = 64 * 1024;
  StampedSocket& socket;
  std::size_t allowance = 0;  // bytes that this step may still take
};

// Owned by one stream, on its thread. Does not own the socket, which must stay where it is while the session lives.
class TlsSession {
 public:
  // Sets up a client session: SNI and the name to check (RFC 6125; no partial wildcards).
  [[nodiscard]] static IoResult<std::unique_ptr<TlsSession>> make(const TlsRequest& request, StampedSocket& socket);
  TlsSession(ssl_st* ssl, StampedSocket& socket) : ssl_(ssl), wire_{socket} {}
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;
  ~TlsSession();

  // Each does what it can without waiting, within bounds: a step may say want_read although more is there to be read.
  // After `failed`, error() says why and nothing else may be called. A read gives all records that are there and fit.
  [[nodiscard]] TlsStep handshake();
  [[nodiscard]] TlsStep read(std::span<char> buffer, std::size_t& count);
  [[nodiscard]] TlsStep write(std::string_view bytes, std::size_t& count);
  void send_close_notify();  // if that needs no waiting

  [[nodiscard]] const IoError& error() const { return error_; }
  [[nodiscard]] TlsInfo info() const;  // after the handshake

 private:
  void begin_step();
  [[nodiscard]] TlsStep judge(int result);

  ssl_st* ssl_;
  TlsWire wire_;
  bool over_ = false;  // a read failed behind bytes that it gave
  IoError error_{Failure::tls, ""};
};

// The oldest error of OpenSSL's queue as text; empties the queue.
[[nodiscard]] std::string take_openssl_error();

}  // namespace mailsonde::net
