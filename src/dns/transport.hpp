// SPDX-License-Identifier: Apache-2.0
// Puts one question to one server, once. Each configured server has its own transport, so that each one's fate is
// known apart.
#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <memory>
#include <string>

#include "config/config.hpp"
#include "dns/message.hpp"

namespace mailsonde::dns {

// How a question to one server ended.
struct Exchange {
  Answer answer;       // status timeout, malformed or other if there was none to use
  Duration elapsed{};  // from the sending on
  bool asked = false;  // false: it never left, since there was no free place in time
};

// Belongs to one thread, and to the executor's loop. May go while questions are under way: they end as time-outs, at
// once, and touch nothing that is gone. Must go before the loop does.
class Transport {
 public:
  // c-ares loses answers when thousands are under way (measured); the others wait for their turn, in order.
  static constexpr std::size_t kMostInFlight = 200;

  Transport(asio::any_io_executor executor, config::Resolver::Server server, Duration try_timeout);
  Transport(Transport&&) noexcept;
  ~Transport();

  // Waits at most `try_timeout` for a free place and as long for the answer, and never beyond the deadline. Packets
  // that are no answer to the question, or broken, are passed over as long as there is time for the true one.
  [[nodiscard]] asio::awaitable<Exchange> ask(std::string name, RrType type, MonotonicTime deadline);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace mailsonde::dns
