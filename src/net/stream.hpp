// SPDX-License-Identifier: Apache-2.0
// What a probe sees of a connection: bytes in and out with deadlines, and the change to TLS. Tests give it a scripted
// one in memory.
#pragma once

#include <asio/awaitable.hpp>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>

#include "base/address.hpp"
#include "base/clock.hpp"
#include "net/tls_info.hpp"

namespace mailsonde::net {

enum class Failure : std::uint8_t {
  refused,    // ECONNREFUSED, EHOSTUNREACH, ENETUNREACH and their like at connect
  timeout,    // the deadline passed
  closed,     // end of file
  reset,      // ECONNRESET, EPIPE
  tls,        // handshake or record layer
  resources,  // EMFILE, ENOBUFS, no local port: our own trouble, blames nobody
  source,     // the address to leave from cannot be bound, most likely it is not on this host: ours too
  cancelled,  // the prober is stopping
};

struct IoError {
  Failure failure;
  std::string detail;  // "connection refused", "certificate has expired"; safe to print
};
template <typename T>
using IoResult = std::expected<T, IoError>;

class TlsContext;  // net/tls_context.hpp: a shared SSL_CTX of one policy

struct TlsRequest {
  const TlsContext* context = nullptr;  // must outlive the stream
  std::string server_name;              // SNI and the name to check; an address literal sends no SNI
};

// One connection. Owned by one probe, used on its shard's thread, one operation at a time. After a failure of any kind
// only close() makes sense. Destroying it closes the socket.
class Stream {
 public:
  virtual ~Stream() = default;

  // At least one byte, at most the buffer. A byte that arrives never moves the deadline.
  [[nodiscard]] virtual asio::awaitable<IoResult<std::size_t>> read_some(std::span<char> buffer,
                                                                         MonotonicTime deadline) = 0;

  // All of it.
  [[nodiscard]] virtual asio::awaitable<IoResult<void>> write(std::string_view bytes, MonotonicTime deadline) = 0;

  // Client handshake on the connection as it is. The caller has made sure that no plain-text byte is waiting in its
  // own buffer (RFC 3207 section 4.2). A bad certificate is no failure here: it is told in TlsInfo, and whether it ends
  // the probe is the module's policy.
  [[nodiscard]] virtual asio::awaitable<IoResult<TlsInfo>> start_tls(TlsRequest request, MonotonicTime deadline) = 0;

  // When the last byte that read_some or start_tls returned reached this host (kernel stamp where there is one).
  [[nodiscard]] virtual MonotonicTime last_arrival() const = 0;

  // Orderly end; TLS close_notify is sent if it needs no waiting. Idempotent.
  virtual void close() = 0;
};

}  // namespace mailsonde::net
