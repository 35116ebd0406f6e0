// SPDX-License-Identifier: Apache-2.0
// A DNS server on loopback that answers what a test tells it to: several packets, late, broken, over UDP and TCP. Runs
// on the test's own loop.
#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/udp.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "config/config.hpp"
#include "unit/dns/packet.hpp"

namespace mailsonde::dns::test {

struct Asked {
  std::uint16_t id = 0;
  std::string name;  // lower case
  std::uint16_t type = 0;
  bool with_edns = false;
  bool over_tcp = false;
};

// One thing that the server sends. Over TCP bytes go out as they are: framed() puts the length before them.
struct Step {
  Bytes bytes;
  Duration after{};  // counted from the question on
};
using Script = std::function<std::vector<Step>(const Asked&)>;

[[nodiscard]] Bytes framed(const Bytes& message);
// The start of a response to a question: id and question are right.
[[nodiscard]] Message reply_to(const Asked& asked, Flags flags = {});

enum class Tcp : std::uint8_t { closed, open };

class DnsServer {
 public:
  DnsServer(asio::io_context& loop, Script script, Tcp tcp = Tcp::closed);
  ~DnsServer();
  DnsServer(const DnsServer&) = delete;
  DnsServer& operator=(const DnsServer&) = delete;

  [[nodiscard]] config::Resolver::Server address() const;
  [[nodiscard]] const std::vector<Asked>& asked() const;
  // From now on every port of it is closed.
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// A server's address at which nobody listens.
[[nodiscard]] config::Resolver::Server closed_port(asio::io_context& loop);

}  // namespace mailsonde::dns::test
