// SPDX-License-Identifier: Apache-2.0
#include "unit/probe/raw_peer.hpp"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <csignal>

namespace mailsonde::test {
namespace {

constexpr timeval kPatience{5, 0};

// OpenSSL writes without MSG_NOSIGNAL.
void block_sigpipe() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace

RawPeer::RawPeer(std::function<void(int)> talk)
    : talk_(std::move(talk)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  REQUIRE(::bind(listener_, generic, size) == 0);
  REQUIRE(::listen(listener_, 1) == 0);
  REQUIRE(::getsockname(listener_, generic, &size) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

RawPeer::~RawPeer() {
  ::shutdown(listener_, SHUT_RDWR);  // wakes an accept
  thread_.join();
  ::close(listener_);
}

void RawPeer::serve() {
  block_sigpipe();
  const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (descriptor < 0) return;
  ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  talk_(descriptor);
  ::close(descriptor);
}

bool send_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool is_there(int descriptor) {
  pollfd ended{descriptor, POLLRDHUP, 0};
  return ::poll(&ended, 1, 0) == 0;
}

void wait_for_line(int descriptor) {
  char byte = 0;
  while (byte != '\n' && ::recv(descriptor, &byte, 1, 0) == 1) continue;
}

}  // namespace mailsonde::test
