// SPDX-License-Identifier: Apache-2.0
// The HTTP front: accepts, sets deadlines, caps head, body and connections, and hands each *complete* request to a
// handler on a small pool of workers. A slow or hostile client costs a connection and nothing else (cpp-httplib alone
// gives it a thread: eight of them stop every scrape). TLS, when it comes, has its place between accept and read.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "web/listen_address.hpp"

namespace mailsonde::web {

// Hostile-cases section 2.
struct Limits {
  std::size_t head_bytes = 8 * 1024;
  std::size_t headers = 64;
  std::size_t body_bytes = 64 * 1024;
  Duration head_time = std::chrono::seconds(5);       // for the head, from the first moment on
  Duration exchange_time = std::chrono::seconds(30);  // for a request and its answer together
  std::size_t connections = 128;
  std::size_t connections_per_client = 32;
  std::size_t workers = 2;
};

// One complete request: head with its final blank line, then exactly the body. Returns the whole answer, head and body.
// Called on a worker's thread, at the same time by several; must not throw for anything that the request holds.
using Handler = std::function<std::string(const std::string& request, const std::string& client_address)>;

// Owns its threads. Members may be called on any thread.
class Front {
 public:
  // Binds all addresses or none; port 0 takes a free one. An Error names the address and the reason.
  [[nodiscard]] static Result<std::unique_ptr<Front>> start(const std::vector<ListenAddress>& addresses, Limits limits,
                                                            Handler handler);
  ~Front();  // stops
  Front(const Front&) = delete;
  Front& operator=(const Front&) = delete;

  [[nodiscard]] std::vector<ListenAddress> bound() const;

  // Closes the listeners, lets answers under way go out for at most `limit`, then closes everything. Idempotent.
  void stop(Duration limit);

 private:
  struct State;
  explicit Front(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace mailsonde::web
