// SPDX-License-Identifier: Apache-2.0
// c-ares on an Asio loop, as a carrier of packets to and from one server: UDP, TCP when an answer is truncated, EDNS
// with a way back. What the packets say is read elsewhere (message.hpp). Its symbols stay in the .cpp.
#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "config/config.hpp"
#include "dns/message.hpp"

struct ares_channeldata;

namespace mailsonde::dns {

// How one packet's way ended, where no answer came.
enum class Carriage : std::uint8_t { answered, silent, unreachable, failed };

// Who sent a packet and waits for the answer.
class Listener {
 public:
  virtual ~Listener() = default;
  // Called once for each send(), from inside send(), close() or the loop. `packet` is empty unless `answered`, and ends
  // with the call. Must not call the channel.
  virtual void finished(Carriage carriage, Packet packet) = 0;
};

// Belongs to one thread. Its sockets and timer live on the executor's loop, which must outlive it.
class AresChannel : public std::enable_shared_from_this<AresChannel> {
 public:
  // Looks at each datagram before c-ares does: a datagram that is passed on ends its question, so that a false one
  // would shut out the true one behind it. Returns the bytes to pass on, at the front of the buffer; 0 drops it.
  // Must not call the channel.
  using Sieve = std::function<std::size_t(std::span<std::uint8_t> buffer, std::size_t length)>;

  // Null if c-ares has no memory.
  [[nodiscard]] static std::shared_ptr<AresChannel> open(asio::any_io_executor executor,
                                                         const config::Resolver::Server& server, Duration timeout,
                                                         Sieve sieve);
  AresChannel(asio::any_io_executor executor, Sieve sieve) : timer_(executor), sieve_(std::move(sieve)) {}
  AresChannel(const AresChannel&) = delete;
  AresChannel& operator=(const AresChannel&) = delete;
  ~AresChannel() { close(); }

  // Sends a query once and tells `listener`, which must live until then. Never call it from a listener.
  void send(Packet query, Listener& listener);
  // False once the server has shown that it does not know EDNS: queries must come without it from then on.
  [[nodiscard]] bool uses_edns() const;
  // Tells every listener that waits and closes the sockets. Never call it from a listener.
  void close();

 private:
  struct Watch;
  struct Calls;  // what c-ares calls back

  [[nodiscard]] bool init(const config::Resolver::Server& server, Duration timeout);
  void socket_changed(int fd, bool wants_read, bool wants_write);
  void watch(const std::shared_ptr<Watch>& socket);
  void process(int read_fd, int write_fd);
  void arm_timer();

  ares_channeldata* channel_ = nullptr;
  asio::steady_timer timer_;
  bool timer_is_armed_ = false;
  std::map<int, std::shared_ptr<Watch>> watches_;
  Sieve sieve_;
};

// A query for `name` with recursion desired; nothing if c-ares refuses the name (.onion, RFC 7686).
[[nodiscard]] std::optional<std::vector<std::uint8_t>> make_query(const Query& query, bool with_edns);

}  // namespace mailsonde::dns
