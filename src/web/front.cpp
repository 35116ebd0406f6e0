// SPDX-License-Identifier: Apache-2.0
#include "web/front.hpp"

#include <algorithm>
#include <asio/co_spawn.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/ip/v6_only.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>
#include <set>

#include "base/log.hpp"
#include "base/text.hpp"

namespace mailsonde::web {
namespace {

using asio::ip::tcp;

// How long accepting rests when there is no descriptor to be had.
constexpr auto kAcceptPause = std::chrono::milliseconds(50);

// What the kernel may hold for one client. Left to itself it grows to megabytes for each reader that does not read, and
// says so late that a slow reader looks like one of them.
constexpr int kSendBuffer = 256 << 10;

// One for a long scrape and one beside it.
constexpr std::size_t kQuickWorkers = 2;

std::unexpected<Error> cannot_listen(const ListenAddress& where, const asio::error_code& error) {
  std::string reason = error.message();
  if (!reason.empty()) reason = to_lower(reason.substr(0, 1)) + reason.substr(1);
  return fail(where.to_string() + ": " + reason);
}

// A dual-stack listener shows IPv4 clients as ::ffff:a.b.c.d; for us they are IPv4.
IpAddress client_of(const asio::ip::address& address) {
  const bool mapped = address.is_v6() && address.to_v6().is_v4_mapped();
  if (address.is_v4() || mapped) {
    const auto bytes =
        (mapped ? asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()) : address.to_v4()).to_bytes();
    return IpAddress::from_bytes(bytes).value_or(IpAddress{});
  }
  return IpAddress::from_bytes(address.to_v6().to_bytes()).value_or(IpAddress{});
}

asio::error_code open_acceptor(tcp::acceptor& acceptor, const tcp::endpoint& endpoint, bool both_families) {
  asio::error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && endpoint.protocol() == tcp::v6()) acceptor.set_option(asio::ip::v6_only(!both_families), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  return error;
}

bool is_out_of_descriptors(const asio::error_code& error) {
  return error == asio::error::no_descriptors || error == asio::error_code(ENFILE, asio::error::get_system_category());
}

}  // namespace

Result<std::unique_ptr<Front>> Front::start(std::span<const ListenAddress> addresses, Answerer answerer,
                                            const FrontLimits& limits) {
  std::unique_ptr<Front> front(new Front(std::move(answerer), limits));
  for (const ListenAddress& where : addresses) {
    if (auto listening = front->listen(where); !listening) return std::unexpected(listening.error());
  }
  front->run();
  return front;
}

Front::Front(Answerer answerer, const FrontLimits& limits)
    : service_{.limits = limits},
      work_(context_.get_executor()),
      share_timer_(context_),
      stop_timer_(context_),
      quick_(answerer, kQuickWorkers),
      ordered_(std::move(answerer), 1) {
  service_.quick = &quick_;
  service_.ordered = &ordered_;
}

Front::~Front() { stop(); }

Result<void> Front::listen(const ListenAddress& where) {
  const auto host = where.both_families ? asio::ip::address(asio::ip::address_v6::any())
                                        : asio::ip::make_address(where.address.to_string());
  tcp::acceptor acceptor(context_);
  asio::error_code error = open_acceptor(acceptor, {host, where.port}, where.both_families);
  if (where.both_families && error == asio::error::address_family_not_supported) {
    acceptor = tcp::acceptor(context_);  // a host without IPv6
    error = open_acceptor(acceptor, {asio::ip::address_v4::any(), where.port}, false);
  }
  if (error) return cannot_listen(where, error);
  ListenAddress bound = where;
  bound.port = acceptor.local_endpoint(error).port();
  if (error) return cannot_listen(where, error);
  bound_.push_back(bound);
  acceptors_.push_back(std::move(acceptor));
  return {};
}

void Front::run() {
  for (std::size_t i = 0; i < acceptors_.size(); ++i) spawn(welcome(i));
  thread_ = std::thread([this] { context_.run(); });
}

void Front::spawn(asio::awaitable<void> task) {
  asio::co_spawn(context_, std::move(task), [](const std::exception_ptr& problem) {
    if (!problem) return;
    try {
      std::rethrow_exception(problem);
    } catch (const std::exception& what) {
      log::error("a connection of the web listener ended by an exception", {{"reason", what.what()}});
    }
  });
}

asio::awaitable<void> Front::welcome(std::size_t acceptor_index) {
  asio::steady_timer pause(context_);
  while (!service_.stopping) {
    tcp::acceptor& acceptor = acceptors_[acceptor_index];
    auto [error, socket] = co_await acceptor.async_accept(asio::experimental::as_tuple(asio::use_awaitable));
    if (service_.stopping) co_return;
    if (!error) {
      receive(std::move(socket));
      continue;
    }
    // ECONNABORTED and kin concern one client only.
    if (!is_out_of_descriptors(error) || free_a_descriptor()) continue;
    pause.expires_after(kAcceptPause);
    co_await pause.async_wait(asio::experimental::as_tuple(asio::use_awaitable));
  }
}

void Front::receive(tcp::socket socket) {
  asio::error_code error;
  const auto remote = socket.remote_endpoint(error);
  if (error) return;  // gone already
  socket.non_blocking(true, error);
  if (!error) socket.set_option(tcp::no_delay(true), error);
  if (!error) socket.set_option(tcp::socket::send_buffer_size(kSendBuffer), error);
  if (error) return;
  const IpAddress client = client_of(remote.address());
  if (!make_room(client)) {
    socket.write_some(asio::buffer(refusal(503)), error);
    return;
  }
  auto connection = std::make_unique<Connection>(std::move(socket), client, service_);
  connections_.push_back(connection.get());
  watch_shares();
  spawn(converse(std::move(connection)));
}

asio::awaitable<void> Front::converse(std::unique_ptr<Connection> connection) {
  co_await connection->talk();
  connection->close();
  std::erase(connections_, connection.get());
  spare_.refill();
  if (service_.stopping && connections_.empty()) context_.stop();
}

std::vector<Seat> Front::seats() const {
  std::vector<Seat> taken;
  taken.reserve(connections_.size());
  for (const Connection* connection : connections_) taken.push_back(connection->seat());
  return taken;
}

void Front::evict(std::size_t index) {
  connections_[index]->close();
  connections_.erase(connections_.begin() + static_cast<std::ptrdiff_t>(index));
}

// The spare one, else that of an unfinished connection.
bool Front::free_a_descriptor() {
  if (spare_.release()) return true;
  AdmissionLimits full = service_.limits.admission;
  full.connections = connections_.size();
  const auto index = over_limit(seats(), full);
  if (!index) return false;
  evict(*index);
  return true;
}

bool Front::make_room(const IpAddress& client) {
  const AdmissionLimits& limits = service_.limits.admission;
  while (const auto index = over_share(seats(), client, 1, monotonic_now(), limits)) evict(*index);
  while (const auto index = over_limit(seats(), limits)) evict(*index);
  return connections_.size() < limits.connections;
}

// Connections that were young when they came count later; this looks again while there are many.
void Front::watch_shares() {
  const AdmissionLimits& limits = service_.limits.admission;
  if (watching_shares_ || connections_.size() <= limits.per_client) return;
  watching_shares_ = true;
  share_timer_.expires_after(limits.grace);
  share_timer_.async_wait([this](const asio::error_code& error) {
    watching_shares_ = false;
    if (!error) enforce_shares();
  });
}

void Front::enforce_shares() {
  std::set<IpAddress> clients;
  for (const Connection* connection : connections_) clients.insert(connection->seat().client);
  for (const IpAddress& client : clients) {
    while (const auto index = over_share(seats(), client, 0, monotonic_now(), service_.limits.admission)) evict(*index);
  }
  watch_shares();
}

void Front::begin_stop() {
  service_.stopping = true;
  asio::error_code ignored;
  for (tcp::acceptor& acceptor : acceptors_) acceptor.close(ignored);
  share_timer_.cancel();
  const auto taken = seats();
  for (std::size_t i = taken.size(); i-- > 0;) {
    if (taken[i].phase == Phase::reading) evict(i);
  }
  if (connections_.empty()) return context_.stop();
  stop_timer_.expires_after(service_.limits.stop);
  stop_timer_.async_wait([this](const asio::error_code&) { context_.stop(); });
}

void Front::stop() {
  if (thread_.joinable()) {
    asio::post(context_, [this] { begin_stop(); });
    thread_.join();
  }
  quick_.stop();
  ordered_.stop();
}

}  // namespace mailsonde::web
