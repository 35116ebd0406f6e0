// SPDX-License-Identifier: Apache-2.0
// One client's connection: requests in, answers out, each within its deadlines.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <optional>
#include <string>

#include "web/admission.hpp"
#include "web/answer_queue.hpp"
#include "web/request.hpp"
#include "web/request_parser.hpp"

namespace mailsonde::web {

using namespace std::chrono_literals;

// hostile-cases section 2.
struct FrontLimits {
  RequestLimits request;
  AdmissionLimits admission;
  Duration head = 5s;       // from the first byte (of a new connection: from its start) to the end of the head
  Duration exchange = 30s;  // from the first byte of a request to the last byte of its answer
  Duration idle = 75s;      // between two requests; longer than the usual scrape interval of a minute
  Duration farewell = 1s;   // for the client to take note of an answer that ends the connection
  Duration stop = 1s;       // for answers that are at work when the front stops
};

// What a connection hands complete requests to. Everything here outlives every connection.
struct Service {
  FrontLimits limits;
  AnswerQueue* quick = nullptr;  // GET and HEAD
  AnswerQueue* ordered =
      nullptr;            // one thread for what changes something: one after the other, and never in a scrape's way
  bool stopping = false;  // written and read on the front's thread only
};

// Used on the front's thread only; owned by the coroutine that awaits talk().
class Connection {
 public:
  // `client` is the peer's address; the socket is in non-blocking mode.
  Connection(asio::ip::tcp::socket socket, IpAddress client, const Service& service);

  // Until either side has had enough.
  [[nodiscard]] asio::awaitable<void> talk();

  // Ends it at once, from outside of talk(), which then returns soon.
  void close();

  [[nodiscard]] const Seat& seat() const { return seat_; }

 private:
  [[nodiscard]] asio::awaitable<std::optional<Request>> read_request();
  [[nodiscard]] asio::awaitable<bool> read_more(MonotonicTime deadline);
  [[nodiscard]] asio::awaitable<SharedBytes> answer(Request request, AfterAnswer after);
  [[nodiscard]] asio::awaitable<bool> send(SharedBytes bytes, MonotonicTime deadline);
  [[nodiscard]] asio::awaitable<void> take_leave();
  void enter(Phase phase);

  asio::ip::tcp::socket socket_;
  asio::steady_timer timer_;
  const Service& service_;
  Seat seat_;
  std::string ahead_;  // bytes read and not yet parsed; at most one read
  MonotonicTime head_deadline_;
  MonotonicTime exchange_deadline_;
  bool first_ = true;  // no request has come yet
};

}  // namespace mailsonde::web
