// SPDX-License-Identifier: Apache-2.0
// The HTTP front: accepts, bounds, sets deadlines, and hands over each complete request. A slow or hostile client costs
// one seat of a bounded house for a bounded time, and can never keep a scrape out. TLS will sit between socket and
// parser in Connection, basic auth before the Answerer.
#pragma once

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include "base/result.hpp"
#include "net/pulse.hpp"
#include "web/connection.hpp"
#include "web/listen_address.hpp"
#include "web/spare_descriptor.hpp"

namespace mailsonde::web {

// Has one thread of its own for all connections, and three workers. stop() and the destructor may be called by any
// other thread.
class Front {
 public:
  // Binds all addresses or none. The error names the address and the reason: "127.0.0.1:10451: address already in use".
  [[nodiscard]] static Result<std::unique_ptr<Front>> start(std::span<const ListenAddress> addresses, Answerer answerer,
                                                            const FrontLimits& limits = {});
  Front(const Front&) = delete;
  Front& operator=(const Front&) = delete;
  ~Front();

  // In the order given, with the ports that the system chose.
  [[nodiscard]] const std::vector<ListenAddress>& bound() const { return bound_; }

  // Whether the thread of the connections does not hang, as net::Pulse has it. One caller at a time, before stop().
  [[nodiscard]] bool answers() { return pulse_.answers(context_); }

  // No new connections; answers at work are finished within FrontLimits::stop. An answerer that does not return is
  // waited for. Idempotent.
  void stop();

 private:
  Front(Answerer answerer, const FrontLimits& limits);

  [[nodiscard]] Result<void> listen(const ListenAddress& where);
  void run();
  [[nodiscard]] asio::awaitable<void> welcome(std::size_t acceptor_index);
  [[nodiscard]] asio::awaitable<void> converse(std::unique_ptr<Connection> connection);
  void receive(asio::ip::tcp::socket socket);
  void spawn(asio::awaitable<void> task);
  [[nodiscard]] bool make_room(const IpAddress& client);
  [[nodiscard]] std::vector<Seat> seats() const;
  void evict(std::size_t index);
  [[nodiscard]] bool free_a_descriptor();
  void watch_shares();
  void enforce_shares();
  void begin_stop();

  Service service_;
  std::vector<ListenAddress> bound_;
  std::vector<Connection*> connections_;  // those that hold a seat; each is owned by its coroutine
  SpareDescriptor spare_;
  bool watching_shares_ = false;
  net::Pulse pulse_;
  asio::io_context context_{1};  // after what its coroutines use, before what uses it
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::vector<asio::ip::tcp::acceptor> acceptors_;
  asio::steady_timer share_timer_;
  asio::steady_timer stop_timer_;
  AnswerQueue quick_;
  AnswerQueue ordered_;
  std::thread thread_;
};

}  // namespace mailsonde::web
