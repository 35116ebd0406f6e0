// SPDX-License-Identifier: Apache-2.0
#include "web/front.hpp"

#include <algorithm>
#include <array>
#include <asio/co_spawn.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/v6_only.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/thread_pool.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <list>
#include <thread>

#include "base/log.hpp"
#include "web/request_head.hpp"

namespace mailsonde::web {
namespace {

using asio::ip::tcp;
constexpr auto kTuple = asio::experimental::as_tuple(asio::use_awaitable);

tcp::endpoint to_endpoint(const ListenAddress& where) {
  if (where.both_families) return {asio::ip::address_v6::any(), where.port};
  return {asio::ip::make_address(where.address.to_string()), where.port};
}

// One client. Lives in the frame of its coroutine; the front's list points here.
struct Connection {
  Connection(tcp::socket accepted, std::string from)
      : socket(std::move(accepted)), watchdog(socket.get_executor()), client(std::move(from)) {}
  tcp::socket socket;
  asio::steady_timer watchdog;  // closes the socket when it expires
  std::string client;
  bool answering = false;  // a complete request is with a worker or its answer on the way
};

}  // namespace

struct Front::State {
  State(Limits with, Handler to) : limits(with), handler(std::move(to)), workers(with.workers) {}

  Limits limits;
  Handler handler;
  asio::io_context context{1};
  std::vector<tcp::acceptor> acceptors;
  std::vector<ListenAddress> bound;
  std::list<Connection*> connections;  // oldest first
  asio::thread_pool workers;
  std::thread thread;
  bool stopping = false;
  asio::steady_timer last_call{context};  // closes what is left after a stop

  Result<void> listen(const ListenAddress& where);
  void spawn(asio::awaitable<void> work);
  asio::awaitable<void> accept(tcp::acceptor* acceptor);
  asio::awaitable<void> serve(tcp::socket socket);
  asio::awaitable<bool> exchange(Connection& connection, std::string& input);
  asio::awaitable<int> read_request(Connection& connection, std::string& input, std::string& request, bool& keep_alive);
  asio::awaitable<std::string> answer(std::string request, std::string client);
  asio::awaitable<std::string> handle(std::string request, std::string client);
  asio::awaitable<bool> send(Connection& connection, std::string bytes);
  asio::awaitable<bool> receive(Connection& connection, std::string& input);
  void limit(Connection& connection, Duration time);
  void make_room(const std::string& client);
  void drop(Connection& connection);
  void close_all();
};

Result<void> Front::State::listen(const ListenAddress& where) {
  asio::error_code error;
  const tcp::endpoint endpoint = to_endpoint(where);
  tcp::acceptor acceptor(context);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(!where.both_families), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return fail("cannot listen on " + where.to_string() + ": " + error.message());
  bound.push_back(where);
  bound.back().port = acceptor.local_endpoint().port();
  acceptors.push_back(std::move(acceptor));
  return {};
}

void Front::State::spawn(asio::awaitable<void> work) {
  asio::co_spawn(context, std::move(work), [](const std::exception_ptr& error) {
    if (!error) return;
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& exception) {
      log::error("internal error", {{"in", "http"}, {"what", exception.what()}});
    }
  });
}

asio::awaitable<void> Front::State::accept(tcp::acceptor* acceptor) {
  while (!stopping) {
    auto [error, socket] = co_await acceptor->async_accept(kTuple);
    if (!error) {
      spawn(serve(std::move(socket)));
      continue;
    }
    if (stopping || error == asio::error::operation_aborted) co_return;
    // No descriptor free: the one who waits longest for nothing goes, then a pause, not a busy loop.
    make_room("");
    asio::steady_timer pause(context, std::chrono::milliseconds(20));
    (void)co_await pause.async_wait(kTuple);
  }
}

// Over a bound, the oldest connection that has no answer under way is closed; if all have one, so is the oldest.
void Front::State::make_room(const std::string& client) {
  const auto of_client = [&](const Connection* connection) { return client.empty() || connection->client == client; };
  const auto idle = std::ranges::find_if(connections, [&](const Connection* one) { return of_client(one) && !one->answering; });
  if (idle != connections.end()) return drop(**idle);
  const auto any = std::ranges::find_if(connections, of_client);
  if (any != connections.end()) drop(**any);
}

void Front::State::drop(Connection& connection) {
  connections.remove(&connection);
  asio::error_code ignored;
  connection.socket.close(ignored);
  if (stopping && connections.empty()) last_call.cancel();
}

asio::awaitable<void> Front::State::serve(tcp::socket accepted) {
  asio::error_code error;
  const auto remote = accepted.remote_endpoint(error);
  if (error || stopping) co_return;
  Connection connection(std::move(accepted), remote.address().to_string());
  const auto same_client = std::ranges::count(connections, connection.client, &Connection::client);
  if (static_cast<std::size_t>(same_client) >= limits.connections_per_client) make_room(connection.client);
  if (connections.size() >= limits.connections) make_room("");
  connections.push_back(&connection);

  std::string input;
  bool goes_on = true;
  while (goes_on && !stopping) {
    connection.answering = false;
    goes_on = co_await exchange(connection, input);
  }
  connection.watchdog.cancel();
  asio::error_code ignored;
  connection.socket.shutdown(tcp::socket::shutdown_both, ignored);
  drop(connection);
}

// One request and its answer. False when the connection ends.
asio::awaitable<bool> Front::State::exchange(Connection& connection, std::string& input) {
  std::string request;
  bool keep_alive = false;
  const MonotonicTime start = monotonic_now();
  limit(connection, limits.head_time);
  const int refusal = co_await read_request(connection, input, request, keep_alive);
  if (refusal < 0) co_return false;
  limit(connection, limits.exchange_time - (monotonic_now() - start));
  connection.answering = true;
  if (refusal > 0) {
    (void)co_await send(connection, refusal_answer(refusal));
    co_return false;
  }
  std::string reply = co_await answer(std::move(request), connection.client);
  const bool sent = co_await send(connection, std::move(reply));
  co_return sent && keep_alive;
}

// Takes one complete request off `input`. 0: it is there; a status: refuse with it; -1: the client went or was too slow.
asio::awaitable<int> Front::State::read_request(Connection& connection, std::string& input, std::string& request, bool& keep_alive) {
  std::size_t head_bytes = head_length(input);
  while (head_bytes == 0) {
    if (input.size() > limits.head_bytes) co_return 431;
    const bool more = co_await receive(connection, input);
    if (!more) co_return -1;
    head_bytes = head_length(input);
  }
  if (head_bytes > limits.head_bytes) co_return 431;
  const RequestHead head = parse_request_head(std::string_view(input).substr(0, head_bytes), limits.headers, limits.body_bytes);
  if (head.refusal != 0) co_return head.refusal;
  limit(connection, limits.exchange_time);
  const std::size_t total = head_bytes + static_cast<std::size_t>(head.body_bytes);
  while (input.size() < total) {
    const bool more = co_await receive(connection, input);
    if (!more) co_return -1;
  }
  request = input.substr(0, total);
  input.erase(0, total);
  keep_alive = head.keep_alive;
  co_return 0;
}

asio::awaitable<bool> Front::State::receive(Connection& connection, std::string& input) {
  std::array<char, 4096> buffer;
  const auto [error, count] = co_await connection.socket.async_read_some(asio::buffer(buffer), kTuple);
  if (error) co_return false;
  input.append(buffer.data(), count);
  co_return true;
}

asio::awaitable<bool> Front::State::send(Connection& connection, std::string bytes) {
  const auto [error, count] = co_await asio::async_write(connection.socket, asio::buffer(bytes), kTuple);
  co_return !error;
}

// Runs the handler on a worker and comes back to the front's thread with the answer.
asio::awaitable<std::string> Front::State::answer(std::string request, std::string client) {
  std::string reply = co_await asio::co_spawn(workers, handle(std::move(request), std::move(client)), asio::use_awaitable);
  co_return reply;
}

asio::awaitable<std::string> Front::State::handle(std::string request, std::string client) { co_return handler(request, client); }

// From now on the socket is closed after `time`, whatever arrives meanwhile.
void Front::State::limit(Connection& connection, Duration time) {
  connection.watchdog.expires_after(std::chrono::duration_cast<asio::steady_timer::duration>(std::max(time, Duration::zero())));
  connection.watchdog.async_wait([this, watched = &connection](const asio::error_code& error) {
    // An expired timer's handler may still run when its connection is gone: the list knows which are there.
    if (error || std::ranges::find(connections, watched) == connections.end()) return;
    if (watched->watchdog.expiry() > asio::steady_timer::clock_type::now()) return;
    drop(*watched);
  });
}

void Front::State::close_all() {
  while (!connections.empty()) drop(*connections.front());
}

Result<std::unique_ptr<Front>> Front::start(const std::vector<ListenAddress>& addresses, Limits limits, Handler handler) {
  auto state = std::make_unique<State>(limits, std::move(handler));
  for (const ListenAddress& where : addresses) {
    if (auto listening = state->listen(where); !listening) return std::unexpected(listening.error());
  }
  for (tcp::acceptor& acceptor : state->acceptors) state->spawn(state->accept(&acceptor));
  state->thread = std::thread([&context = state->context] { context.run(); });
  return std::unique_ptr<Front>(new Front(std::move(state)));
}

Front::Front(std::unique_ptr<State> state) : state_(std::move(state)) {}

Front::~Front() { stop(std::chrono::seconds(1)); }

std::vector<ListenAddress> Front::bound() const { return state_->bound; }

void Front::stop(Duration limit) {
  if (!state_->thread.joinable()) return;
  State& state = *state_;
  asio::post(state.context, [&state, limit] {
    state.stopping = true;
    asio::error_code ignored;
    for (tcp::acceptor& acceptor : state.acceptors) acceptor.close(ignored);
    std::vector<Connection*> idle;
    std::ranges::copy_if(state.connections, std::back_inserter(idle), [](const Connection* one) { return !one->answering; });
    for (Connection* one : idle) state.drop(*one);
    if (state.connections.empty()) return;
    state.last_call.expires_after(std::chrono::duration_cast<asio::steady_timer::duration>(limit));
    state.last_call.async_wait([&state](const asio::error_code&) { state.close_all(); });
  });
  state.thread.join();
  state.workers.join();
}

}  // namespace mailsonde::web
