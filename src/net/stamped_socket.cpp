// SPDX-License-Identifier: Apache-2.0
#include "net/stamped_socket.hpp"

#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

namespace mailsonde::net {
namespace {

std::optional<WallTime> stamp_of(msghdr& message) {
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_TIMESTAMPING) continue;
    scm_timestamping stamps{};
    std::memcpy(&stamps, CMSG_DATA(header), sizeof stamps);
    const timespec& software = stamps.ts[0];
    if (software.tv_sec == 0 && software.tv_nsec == 0) return std::nullopt;
    return WallTime(std::chrono::seconds(software.tv_sec) + std::chrono::nanoseconds(software.tv_nsec));
  }
  return std::nullopt;
}

// The stamp is wall time. If the wall clock was set between the arrival and now, it is of no use.
MonotonicTime to_monotonic(std::optional<WallTime> stamp) {
  const MonotonicTime now = monotonic_now();
  if (!stamp) return now;
  const Duration age = wall_now() - *stamp;
  constexpr Duration kOldest = std::chrono::minutes(1);
  return age >= Duration::zero() && age <= kOldest ? now - age : now;
}

}  // namespace

StampedSocket::StampedSocket(int descriptor) : descriptor_(descriptor) {
  const int wanted = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
  // Without stamps (a kernel that refuses) the clock is read on receipt instead.
  (void)setsockopt(descriptor_, SOL_SOCKET, SO_TIMESTAMPING, &wanted, sizeof wanted);
}

Transfer StampedSocket::receive(std::span<char> buffer) {
  iovec vector{buffer.data(), buffer.size()};
  alignas(cmsghdr) std::array<char, 256> control{};
  msghdr message{};
  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t received = 0;
  do {
    received = recvmsg(descriptor_, &message, MSG_DONTWAIT);
  } while (received < 0 && errno == EINTR);
  if (received < 0) return {0, errno};
  last_arrival_ = std::max(last_arrival_, to_monotonic(received > 0 ? stamp_of(message) : std::nullopt));
  return {static_cast<std::size_t>(received), 0};
}

Transfer StampedSocket::send(std::string_view bytes) {
  ssize_t sent = 0;
  do {
    sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) return {0, errno};
  return {static_cast<std::size_t>(sent), 0};
}

Duration handshake_round_trip(int descriptor, Duration measured) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return measured;
  if (info.tcpi_rtt == 0 || info.tcpi_total_retrans != 0) return measured;
  return std::min(measured, Duration(std::chrono::microseconds(info.tcpi_rtt)));
}

}  // namespace mailsonde::net
