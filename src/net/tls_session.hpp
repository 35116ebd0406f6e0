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

// Owned by one stream, on its thread. Does not own the socket, which must stay where it is while the session lives.
class TlsSession {
 public:
  // Sets up a client session: SNI and the name to check (RFC 6125; no partial wildcards).
  [[nodiscard]] static IoResult<std::unique_ptr<TlsSession>> make(const TlsRequest& request, StampedSocket& socket);
  explicit TlsSession(ssl_st* ssl) : ssl_(ssl) {}
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;
  ~TlsSession();

  // Each does what it can without waiting. After `failed`, error() says why and nothing else may be called.
  [[nodiscard]] TlsStep handshake();
  [[nodiscard]] TlsStep read(std::span<char> buffer, std::size_t& count);
  [[nodiscard]] TlsStep write(std::string_view bytes, std::size_t& count);
  void send_close_notify();  // if that needs no waiting

  [[nodiscard]] const IoError& error() const { return error_; }
  [[nodiscard]] TlsInfo info() const;  // after the handshake

 private:
  [[nodiscard]] TlsStep judge(int result);

  ssl_st* ssl_;
  IoError error_{Failure::tls, ""};
};

// The oldest error of OpenSSL's queue as text; empties the queue.
[[nodiscard]] std::string take_openssl_error();

}  // namespace mailsonde::net
