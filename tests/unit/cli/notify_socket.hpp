// SPDX-License-Identifier: Apache-2.0
// A service manager as far as a daemon sees it: the environment, and the socket that it names.
#pragma once

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <utility>

#include "fixture/scratch_folder.hpp"

namespace mailsonde::cli::test {

// A variable of the environment, as long as this lives.
class Variable {
 public:
  Variable(std::string name, const std::string& value) : name_(std::move(name)) {
    REQUIRE(setenv(name_.c_str(), value.c_str(), 1) == 0);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() { unsetenv(name_.c_str()); }

 private:
  std::string name_;
};

class NotifySocket {
 public:
  // A file by default; "@name" is in the abstract namespace.
  explicit NotifySocket(std::string address = {})
      : address_(address.empty() ? (folder_.path() / "notify").string() : std::move(address)),
        variable_("NOTIFY_SOCKET", address_) {
    REQUIRE(socket_ >= 0);
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    address_.copy(name.sun_path, sizeof(name.sun_path) - 1);
    if (address_.front() == '@') name.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
    // bind(2) takes every family's address by this one type.
    REQUIRE(bind(socket_, reinterpret_cast<const sockaddr*>(&name), length) == 0);
  }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;
  ~NotifySocket() { close(socket_); }

  // The next message, waiting for it; empty when none comes within 10 s.
  [[nodiscard]] std::string next() const {
    pollfd ready{.fd = socket_, .events = POLLIN, .revents = 0};
    return poll(&ready, 1, 10'000) == 1 ? receive(0) : "";
  }
  [[nodiscard]] bool has_nothing() const { return receive(MSG_PEEK | MSG_DONTWAIT).empty(); }

 private:
  [[nodiscard]] std::string receive(int flags) const {
    std::array<char, 4096> buffer{};
    const ssize_t size = recv(socket_, buffer.data(), buffer.size(), flags);
    return size < 0 ? "" : std::string(buffer.data(), static_cast<std::size_t>(size));
  }

  fixture::ScratchFolder folder_ = *fixture::ScratchFolder::create();
  std::string address_;
  Variable variable_;
  int socket_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
};

}  // namespace mailsonde::cli::test
