// SPDX-License-Identifier: Apache-2.0
// Opens connections. An interface, so that a probe can be run against a script.
#pragma once

#include "net/stream.hpp"

namespace mailsonde::net {

struct DialRequest {
  IpAddress address;
  std::uint16_t port = 25;
  std::optional<IpAddress> local_address;  // bound before connect when given; of the same family
};

struct Dialed {
  std::unique_ptr<Stream> stream;
  MonotonicTime connected_at;  // when the handshake was complete (by the kernel's RTT where it is known)
};

class Dialer {
 public:
  virtual ~Dialer() = default;
  // Never falls back to another address, neither there nor here: a local address that cannot be bound is
  // Failure::source, and its detail names it. Runs on the caller's executor.
  [[nodiscard]] virtual asio::awaitable<IoResult<Dialed>> dial(DialRequest request, MonotonicTime deadline) = 0;
};

}  // namespace mailsonde::net
