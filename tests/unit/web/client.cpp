// SPDX-License-Identifier: Apache-2.0
#include "unit/web/client.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <tuple>
#include <utility>

namespace mailsonde::web::test {

Client::Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(port);
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(socket_ >= 0);
  // Refused or reset while the server stops: every later call fails.
  std::ignore = connect(socket_, reinterpret_cast<const sockaddr*>(&where), sizeof where);
}

Client::Client(Client&& other) noexcept : socket_(std::exchange(other.socket_, -1)), ahead_(std::move(other.ahead_)) {}

Client::~Client() {
  if (socket_ >= 0) ::close(socket_);
}

bool Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::size_t Client::send_repeatedly(std::string_view piece, std::size_t limit) {
  std::size_t sent = 0;
  while (sent < limit && send(piece)) sent += piece.size();
  return sent;
}

bool Client::fill(std::chrono::milliseconds limit) {
  pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
  if (poll(&waiting, 1, static_cast<int>(limit.count())) != 1) return false;
  std::array<char, 16384> buffer{};
  const ssize_t count = recv(socket_, buffer.data(), buffer.size(), 0);
  if (count <= 0) return false;
  ahead_.append(buffer.data(), static_cast<std::size_t>(count));
  return true;
}

bool Client::read_piece() { return fill(10s); }

std::optional<Answer> Client::read_answer(bool is_head) {
  constexpr std::string_view kEnd = "\r\n\r\n";
  while (ahead_.find(kEnd) == std::string::npos) {
    if (!fill(10s)) return std::nullopt;
  }
  Answer answer;
  const auto end = ahead_.find(kEnd) + kEnd.size();
  answer.head = ahead_.substr(0, end);
  ahead_.erase(0, end);
  answer.status = std::atoi(answer.head.substr(answer.head.find(' ') + 1).c_str());
  constexpr std::string_view kLength = "Content-Length: ";
  const auto at = answer.head.find(kLength);
  REQUIRE(at != std::string::npos);
  const auto length = std::strtoul(answer.head.c_str() + at + kLength.size(), nullptr, 10);
  while (!is_head && ahead_.size() < length) {
    if (!fill(10s)) return std::nullopt;
  }
  if (is_head) return answer;
  answer.body = ahead_.substr(0, length);
  ahead_.erase(0, length);
  return answer;
}

bool Client::closes_within(std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left <= 0ms) return false;
    if (fill(left)) continue;
    return std::chrono::steady_clock::now() < end;  // end of file or reset, not the time
  }
}

std::optional<Answer> ask(std::uint16_t port, std::string_view request) {
  Client client(port);
  client.send(request);
  return client.read_answer();
}

std::optional<Answer> get(std::uint16_t port, std::string_view path, std::string_view headers) {
  return ask(port, "GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + std::string(headers) +
                       "\r\n");
}

}  // namespace mailsonde::web::test
