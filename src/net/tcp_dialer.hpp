// SPDX-License-Identifier: Apache-2.0
// The Dialer of the real world: TCP from a source address, TLS by OpenSSL.
#pragma once

#include "net/dialer.hpp"

namespace mailsonde::net {

// Stateless; streams live on the executor of the coroutine that dials.
class TcpDialer final : public Dialer {
 public:
  [[nodiscard]] asio::awaitable<IoResult<Dialed>> dial(DialRequest request, MonotonicTime deadline) override;
};

}  // namespace mailsonde::net
