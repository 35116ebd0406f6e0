// SPDX-License-Identifier: Apache-2.0
#include "dns/ares_channel.hpp"

#include <ares.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <mutex>

namespace mailsonde::dns {
namespace {

constexpr int kEdnsUdpSize = 1232;  // DNS flag day 2020: fits every path unfragmented
constexpr int kReceiveBuffer =
    512 * 1024;                      // 200 answers at once overflow the default (measured); the kernel may cut it
constexpr int kDatagramsARead = 64;  // a flood must let the loop breathe
constexpr ares_socket_t kNoSocket = ARES_SOCKET_BAD;

Carriage carriage_of(int status) {
  switch (status) {
    case ARES_SUCCESS:
      return Carriage::answered;
    case ARES_ETIMEOUT:
    case ARES_ECANCELLED:
    case ARES_EDESTRUCTION:
      return Carriage::silent;
    case ARES_ECONNREFUSED:
      return Carriage::unreachable;
    default:
      return Carriage::failed;
  }
}

void init_library_once() {
  static std::once_flag once;
  std::call_once(once, [] { ares_library_init(ARES_LIB_INIT_ALL); });
}

ares_addr_port_node to_node(const config::Resolver::Server& server) {
  ares_addr_port_node node{};
  const auto bytes = server.address.bytes();
  if (server.address.family() == Family::ipv4) {
    node.family = AF_INET;
    std::ranges::copy(bytes, reinterpret_cast<std::uint8_t*>(&node.addr.addr4));
  } else {
    node.family = AF_INET6;
    std::ranges::copy(bytes, reinterpret_cast<std::uint8_t*>(&node.addr.addr6));
  }
  node.udp_port = node.tcp_port = server.port;
  return node;
}

}  // namespace

// One socket of c-ares, which opens and closes it; here it is only waited for.
struct AresChannel::Watch {
  explicit Watch(const asio::any_io_executor& executor) : descriptor(executor) {}
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() { let_go(); }
  void let_go() {
    if (descriptor.is_open()) descriptor.release();
  }

  asio::posix::stream_descriptor descriptor;
  bool wants_read = false;
  bool wants_write = false;
  bool waits_read = false;
  bool waits_write = false;
};

struct AresChannel::Calls {
  static AresChannel& self(void* data) { return *static_cast<AresChannel*>(data); }

  static void socket_state(void* data, ares_socket_t fd, int readable, int writable) {
    self(data).socket_changed(fd, readable != 0, writable != 0);
  }

  static void finished(void* data, int status, int /*timeouts*/, unsigned char* packet, int length) {
    const Packet bytes = status == ARES_SUCCESS ? Packet(packet, static_cast<std::size_t>(length)) : Packet();
    static_cast<Listener*>(data)->finished(carriage_of(status), bytes);
  }

  static ares_socket_t open_socket(int family, int type, int protocol, void* /*data*/) {
    const int fd = ::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
    if (fd < 0) return fd;
    const int on = 1;
    if (type == SOCK_STREAM) {
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    } else {
      ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer);
    }
    return fd;
  }
  static int close_socket(ares_socket_t fd, void* /*data*/) { return ::close(fd); }
  static int connect_socket(ares_socket_t fd, const sockaddr* address, ares_socklen_t length, void* /*data*/) {
    return ::connect(fd, address, length);
  }
  static ares_ssize_t send(ares_socket_t fd, const iovec* pieces, int count, void* /*data*/) {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(pieces);
    message.msg_iovlen = static_cast<std::size_t>(count);
    return ::sendmsg(fd, &message, MSG_NOSIGNAL);
  }

  // `from` is null for TCP.
  static ares_ssize_t receive(ares_socket_t fd, void* bytes, std::size_t size, int flags, sockaddr* from,
                              ares_socklen_t* from_length, void* data) {
    if (from == nullptr) return ::recv(fd, bytes, size, flags);
    for (int i = 0; i < kDatagramsARead; ++i) {
      const auto received = ::recvfrom(fd, bytes, size, flags, from, from_length);
      if (received < 0) return received;
      const std::span buffer(static_cast<std::uint8_t*>(bytes), size);
      const std::size_t kept = self(data).sieve_(buffer, static_cast<std::size_t>(received));
      if (kept > 0) return static_cast<ares_ssize_t>(kept);
    }
    errno = EAGAIN;  // what is left makes the next wait end at once
    return -1;
  }

  static constexpr ares_socket_functions kSocketFunctions{open_socket, close_socket, connect_socket, receive, send};
};

std::shared_ptr<AresChannel> AresChannel::open(asio::any_io_executor executor, const config::Resolver::Server& server,
                                               Duration timeout, Sieve sieve) {
  auto channel = std::make_shared<AresChannel>(std::move(executor), std::move(sieve));
  if (!channel->init(server, timeout)) return nullptr;
  return channel;
}

bool AresChannel::init(const config::Resolver::Server& server, Duration timeout) {
  init_library_once();
  ares_options options{};
  std::array<char, 10> no_file{"/dev/null"};  // nothing of the host's resolv.conf comes in by the back door
  const auto timeout_ms = std::chrono::ceil<std::chrono::milliseconds>(timeout).count();
  options.flags = ARES_FLAG_EDNS | ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES;
  options.timeout = static_cast<int>(std::clamp<std::int64_t>(timeout_ms, 1, 60'000));
  options.tries = 1;
  options.ednspsz = kEdnsUdpSize;
  options.resolvconf_path = no_file.data();
  options.sock_state_cb = Calls::socket_state;
  options.sock_state_cb_data = this;
  constexpr int kGiven = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_EDNSPSZ | ARES_OPT_RESOLVCONF |
                         ARES_OPT_SOCK_STATE_CB | ARES_OPT_DOMAINS;
  if (ares_init_options(&channel_, &options, kGiven) != ARES_SUCCESS) {
    channel_ = nullptr;
    return false;
  }
  ares_set_socket_functions(channel_, &Calls::kSocketFunctions, this);
  ares_addr_port_node node = to_node(server);
  return ares_set_servers_ports(channel_, &node) == ARES_SUCCESS;
}

void AresChannel::send(Packet query, Listener& listener) {
  ares_send(channel_, query.data(), static_cast<int>(query.size()), Calls::finished, &listener);
  arm_timer();
}

bool AresChannel::uses_edns() const {
  ares_options options{};
  int given = 0;
  if (ares_save_options(channel_, &options, &given) != ARES_SUCCESS) return true;
  const bool uses = (options.flags & ARES_FLAG_EDNS) != 0;
  ares_destroy_options(&options);
  return uses;
}

void AresChannel::close() {
  if (channel_ == nullptr) return;
  ares_destroy(channel_);
  channel_ = nullptr;
  watches_.clear();
  timer_.cancel();
}

void AresChannel::socket_changed(int fd, bool wants_read, bool wants_write) {
  auto& entry = watches_[fd];
  if (!wants_read && !wants_write) {
    if (entry) entry->let_go();  // c-ares closes it next
    watches_.erase(fd);
    return;
  }
  if (!entry) {
    entry = std::make_shared<Watch>(timer_.get_executor());
    asio::error_code error;
    entry->descriptor.assign(fd, error);
    if (error) return;  // then its questions end by their timeout
  }
  entry->wants_read = wants_read;
  entry->wants_write = wants_write;
  watch(entry);
}

void AresChannel::watch(const std::shared_ptr<Watch>& socket) {
  if (!socket->descriptor.is_open()) return;
  const auto wait = [this, &socket](asio::posix::descriptor_base::wait_type type, bool Watch::* waits) {
    (*socket).*waits = true;
    socket->descriptor.async_wait(type, [weak = weak_from_this(), socket, type, waits](const asio::error_code& error) {
      (*socket).*waits = false;
      const auto self = weak.lock();
      if (error || !self || !socket->descriptor.is_open()) return;
      const int fd = socket->descriptor.native_handle();
      const bool reads = type == asio::posix::descriptor_base::wait_read;
      self->process(reads ? fd : kNoSocket, reads ? kNoSocket : fd);
      self->watch(socket);
    });
  };
  if (socket->wants_read && !socket->waits_read) wait(asio::posix::descriptor_base::wait_read, &Watch::waits_read);
  if (socket->wants_write && !socket->waits_write) wait(asio::posix::descriptor_base::wait_write, &Watch::waits_write);
}

void AresChannel::process(int read_fd, int write_fd) {
  if (channel_ == nullptr) return;
  ares_process_fd(channel_, read_fd, write_fd);
  arm_timer();
}

// All questions have the same timeout, so a timer that runs is never too late for a younger one.
void AresChannel::arm_timer() {
  if (timer_is_armed_) return;
  timeval left{};
  if (ares_timeout(channel_, nullptr, &left) == nullptr) return;  // nobody waits
  timer_is_armed_ = true;
  constexpr auto kRounding = std::chrono::milliseconds(1);  // c-ares rounds down; too early would be a turn for nothing
  timer_.expires_after(std::chrono::seconds(left.tv_sec) + std::chrono::microseconds(left.tv_usec) + kRounding);
  timer_.async_wait([weak = weak_from_this()](const asio::error_code& error) {
    const auto self = weak.lock();
    if (!self) return;
    self->timer_is_armed_ = false;
    if (!error) self->process(kNoSocket, kNoSocket);
  });
}

std::optional<std::vector<std::uint8_t>> make_query(const Query& query, bool with_edns) {
  unsigned char* packet = nullptr;
  int length = 0;
  constexpr int kRecursionDesired = 1;
  const int status = ares_create_query(query.name.c_str(), 1, code_of(query.type), query.id, kRecursionDesired, &packet,
                                       &length, with_edns ? kEdnsUdpSize : 0);
  if (status != ARES_SUCCESS) return std::nullopt;
  std::vector<std::uint8_t> bytes(packet, packet + length);
  ares_free_string(packet);
  return bytes;
}

}  // namespace mailsonde::dns
