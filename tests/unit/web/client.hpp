// SPDX-License-Identifier: Apache-2.0
// A blocking HTTP client for tests, as honest or as nasty as a test wants it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mailsonde::web::test {

using namespace std::chrono_literals;

struct Answer {
  int status = 0;
  std::string head;  // status line and headers
  std::string body;
  [[nodiscard]] bool has(std::string_view header_line) const { return head.find(header_line) != std::string::npos; }
};

// One connection to 127.0.0.1. Every wait ends after ten seconds at the latest.
class Client {
 public:
  explicit Client(std::uint16_t port);
  Client(const Client&) = delete;
  Client(Client&& other) noexcept;
  Client& operator=(Client&&) = delete;
  ~Client();

  // False: the peer has closed or reset the connection.
  bool send(std::string_view bytes);
  // Keeps sending `piece` until the peer closes or `limit` bytes are out; how many were.
  std::size_t send_repeatedly(std::string_view piece, std::size_t limit);
  // Reads some bytes ahead, as one read gives them; false: the connection ended, or nothing came.
  bool read_piece();
  // One answer by its Content-Length (none for HEAD); nothing if the connection ended before it was whole.
  std::optional<Answer> read_answer(bool is_head = false);
  // Waits for the peer to close; what came before that is thrown away.
  bool closes_within(std::chrono::milliseconds limit);

 private:
  bool fill(std::chrono::milliseconds limit);

  int socket_;
  std::string ahead_;
};

// A whole exchange on a connection of its own.
std::optional<Answer> ask(std::uint16_t port, std::string_view request);
std::optional<Answer> get(std::uint16_t port, std::string_view path, std::string_view headers = {});

}  // namespace mailsonde::web::test
