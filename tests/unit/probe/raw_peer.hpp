// SPDX-License-Identifier: Apache-2.0
// A peer that does with its one connection what no server would: blocking POSIX calls on a thread of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <thread>

namespace mailsonde::test {

// Listens on 127.0.0.1 from its construction on. `talk` gets the descriptor of the first connection, which is closed
// when it returns; no call on that blocks for more than some seconds. Joined when destroyed.
class RawPeer {
 public:
  explicit RawPeer(std::function<void(int descriptor)> talk);
  ~RawPeer();
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  void serve();

  std::function<void(int)> talk_;
  int listener_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

// False once the other side is gone.
bool send_all(int descriptor, std::string_view bytes);
// Whether the other side has neither closed nor reset the connection.
[[nodiscard]] bool is_there(int descriptor);
// Reads up to the end of a line.
void wait_for_line(int descriptor);

}  // namespace mailsonde::test
