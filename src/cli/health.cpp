// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <asio/connect.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read_until.hpp>
#include <asio/write.hpp>

#include "cli/commands.hpp"
#include "web/listen_address.hpp"

namespace mailsonde::cli {
namespace {

using asio::ip::tcp;

// The status line of GET /-/healthy, within `limit`; empty if there is none.
std::string ask(const web::ListenAddress& where, std::chrono::milliseconds limit) {
  asio::io_context context;
  tcp::socket socket(context);
  const std::string host = where.both_families ? "127.0.0.1" : where.address.to_string();
  const std::string request = "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  std::string answer;
  socket.async_connect({asio::ip::make_address(host), where.port}, [&](const asio::error_code& refused) {
    if (refused) return;
    asio::async_write(socket, asio::buffer(request), [&](const asio::error_code& unsent, std::size_t) {
      if (unsent) return;
      asio::async_read_until(socket, asio::dynamic_buffer(answer, 1024), '\n',
                             [](const asio::error_code&, std::size_t) {});
    });
  });
  context.run_for(limit);
  return answer.substr(0, answer.find('\r'));
}

}  // namespace

int health(const std::string& listen_address) {
  const auto where = web::parse_listen_address(listen_address);
  if (!where) {
    fmt::print(stderr, "mailsonde health: {}\n", where.error().message);
    return 2;
  }
  const std::string status = ask(*where, std::chrono::seconds(3));
  if (status.starts_with("HTTP/1.1 200")) {
    fmt::print("healthy\n");
    return 0;
  }
  fmt::print(stderr, "mailsonde health: {} does not answer /-/healthy with 200 ({})\n", where->to_string(),
             status.empty() ? "no answer" : status);
  return 1;
}

}  // namespace mailsonde::cli
