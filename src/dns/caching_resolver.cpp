// SPDX-License-Identifier: Apache-2.0
#include "dns/caching_resolver.hpp"

#include <algorithm>
#include <asio/co_spawn.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <deque>
#include <iterator>
#include <map>

#include "base/log.hpp"
#include "base/text.hpp"
#include "dns/cache.hpp"
#include "dns/transport.hpp"

namespace mailsonde::dns {
namespace {

using namespace std::chrono_literals;

constexpr int kRounds = 2;
constexpr Duration kFailureTtl = 5s;  // RFC 2308 section 7 allows 5 min; a recovery should be seen sooner
constexpr Duration kAskedLast = 30s;  // how long a server that kept silent is asked after the others
constexpr std::size_t kMostFlights = 20'000;
constexpr std::string_view kNeverInDns = ".onion";  // RFC 7686 section 2; c-ares would refuse it
constexpr Duration kBackstop = 100ms;  // the flight ends by itself at its deadline; this is for one that does not

struct Server {
  Transport transport;
  std::string label;
  MonotonicTime asked_last_until{};
};

// One look-up under way, with any number of callers.
struct Flight {
  Flight(const asio::any_io_executor& executor, MonotonicTime ends_by) : landed(executor), deadline(ends_by) {
    landed.expires_at(std::chrono::time_point_cast<asio::steady_timer::duration>(deadline + kBackstop));
  }
  asio::steady_timer landed;  // cancelled by the end; all callers wait for it
  MonotonicTime deadline;
  Lookup lookup;  // a time-out until the end
};

Answer too_long_a_chain(std::string server) {
  Answer answer;
  answer.lookup.status = Status::malformed;
  answer.lookup.server = std::move(server);
  return answer;
}

Lookup lookup_that_ended(Status status) {
  Lookup lookup;
  lookup.status = status;
  return lookup;
}

}  // namespace

struct CachingResolver::State {
  State(asio::any_io_executor loop, std::vector<config::Resolver::Server> configured, Duration total, Observer* who)
      : executor(std::move(loop)), timeout(total), observer(who) {
    const auto tries = static_cast<std::int64_t>(std::max<std::size_t>(1, configured.size()) * kRounds);
    for (auto& server : configured) {
      std::string label = server.to_string();
      servers.push_back({Transport(executor, std::move(server), timeout / tries), std::move(label)});
    }
  }

  using Self = std::shared_ptr<State>;
  static asio::awaitable<Lookup> lookup(Self self, std::string name, RrType type);
  static asio::awaitable<Answer> follow(Self self, Cache::Key key, MonotonicTime deadline);
  static asio::awaitable<Answer> ask_servers(Self self, std::string name, RrType type, MonotonicTime deadline);
  static asio::awaitable<Answer> ask_one(Self self, std::size_t index, std::string name, RrType type,
                                         MonotonicTime deadline);
  static std::shared_ptr<Flight> take_off(const Self& self, const Cache::Key& key);
  void land(const Cache::Key& key, Flight& flight, std::exception_ptr error, Answer answer);
  [[nodiscard]] std::vector<std::size_t> order(MonotonicTime now) const;
  void close();

  asio::any_io_executor executor;
  std::vector<Server> servers;  // in the configured order
  Duration timeout;
  Observer* observer;
  Cache cache;
  std::map<Cache::Key, std::shared_ptr<Flight>> flights;
  bool closed = false;
};

std::vector<std::size_t> CachingResolver::State::order(MonotonicTime now) const {
  std::vector<std::size_t> first;
  std::vector<std::size_t> last;
  for (std::size_t i = 0; i < servers.size(); ++i) (servers[i].asked_last_until <= now ? first : last).push_back(i);
  std::ranges::copy(last, std::back_inserter(first));
  return first;
}

asio::awaitable<Answer> CachingResolver::State::ask_one(Self self, std::size_t index, std::string name, RrType type,
                                                        MonotonicTime deadline) {
  auto exchange = co_await self->servers[index].transport.ask(name, type, deadline);
  if (self->closed) co_return Answer{};
  Server& server = self->servers[index];
  Lookup& lookup = exchange.answer.lookup;
  lookup.server = server.label;
  if (exchange.asked) {
    const bool kept_silent = !exchange.answer.has_spoken && lookup.status != Status::malformed;
    server.asked_last_until = kept_silent ? monotonic_now() + kAskedLast : MonotonicTime{};
    if (self->observer != nullptr) {
      self->observer->lookup_finished({server.label, name, type, lookup.status, exchange.elapsed});
    }
  }
  co_return std::move(exchange.answer);
}

// Each server in turn until one answers with more than a failure. In the second round only those that said nothing.
asio::awaitable<Answer> CachingResolver::State::ask_servers(Self self, std::string name, RrType type,
                                                            MonotonicTime deadline) {
  std::vector<std::size_t> turns = self->order(monotonic_now());
  Answer worst;  // a failure that was told is worth more than silence
  for (int round = 0; round < kRounds && !turns.empty(); ++round) {
    std::vector<std::size_t> silent;
    for (const std::size_t index : turns) {
      if (monotonic_now() >= deadline || self->closed) co_return worst;
      auto answer = co_await ask_one(self, index, name, type, deadline);
      if (!is_failure(answer.lookup.status)) co_return answer;
      if (!answer.has_spoken) silent.push_back(index);
      if (!worst.has_spoken) worst = std::move(answer);
    }
    turns = std::move(silent);
  }
  co_return worst;
}

// Goes on asking while the server leaves a CNAME for us to follow.
asio::awaitable<Answer> CachingResolver::State::follow(Self self, Cache::Key key, MonotonicTime deadline) {
  auto [name, type] = std::move(key);
  std::vector<std::string> cnames;
  Duration ttl = kLongestTtl;
  for (;;) {
    auto answer = co_await ask_servers(self, name, type, deadline);
    Lookup& lookup = answer.lookup;
    std::ranges::move(lookup.cnames, std::back_inserter(cnames));
    ttl = answer.ttl = std::min(ttl, answer.ttl);
    const bool is_end = is_failure(lookup.status) || answer.continues_at.empty();
    if (cnames.size() > kMostCnames) {
      co_return too_long_a_chain(lookup.server);
    }
    // What the chain ends with may be no name that can be asked for; then it holds no address either.
    if (is_end || !is_host_name(answer.continues_at)) {
      lookup.cnames = std::move(cnames);
      co_return answer;
    }
    name = std::move(answer.continues_at);
  }
}

void CachingResolver::State::land(const Cache::Key& key, Flight& flight, std::exception_ptr error, Answer answer) {
  if (closed) return;
  if (error) {  // no memory, most likely: this look-up is lost, the daemon is not
    log::error("name look-up failed inside", {{"name", key.first}});
    answer = Answer{};
    answer.lookup.status = Status::other;
  }
  const Duration ttl = is_failure(answer.lookup.status) ? kFailureTtl : answer.ttl;
  const MonotonicTime now = monotonic_now();
  cache.put(key, answer.lookup, now, now + ttl);
  flight.lookup = std::move(answer.lookup);
  flight.landed.cancel();
  flights.erase(key);
}

std::shared_ptr<Flight> CachingResolver::State::take_off(const Self& self, const Cache::Key& key) {
  auto flight = std::make_shared<Flight>(self->executor, monotonic_now() + self->timeout);
  self->flights.emplace(key, flight);
  asio::co_spawn(self->executor, follow(self, key, flight->deadline),
                 [self, key, flight](std::exception_ptr error, Answer answer) {
                   self->land(key, *flight, error, std::move(answer));
                 });
  return flight;
}

asio::awaitable<Lookup> CachingResolver::State::lookup(Self self, std::string name, RrType type) {
  if (name.ends_with('.')) name.pop_back();
  const Cache::Key key(to_lower(name), type);
  if (!is_host_name(key.first) || key.first.ends_with(kNeverInDns)) co_return lookup_that_ended(Status::nx_domain);
  if (const Lookup* known = self->cache.find(key, monotonic_now())) co_return *known;
  const auto found = self->flights.find(key);
  if (found == self->flights.end() && self->flights.size() >= kMostFlights) co_return Lookup{};
  const std::shared_ptr<Flight> flight = found == self->flights.end() ? take_off(self, key) : found->second;
  co_await flight->landed.async_wait(asio::experimental::as_tuple(asio::use_awaitable));
  co_return flight->lookup;
}

void CachingResolver::State::close() {
  closed = true;
  observer = nullptr;
  for (const auto& [key, flight] : flights) flight->landed.cancel();
  flights.clear();
  servers.clear();
}

CachingResolver::CachingResolver(asio::any_io_executor executor, std::vector<config::Resolver::Server> servers,
                                 Duration timeout, Observer* observer)
    : state_(std::make_shared<State>(std::move(executor), std::move(servers), timeout, observer)) {}

CachingResolver::~CachingResolver() { state_->close(); }

asio::awaitable<Lookup> CachingResolver::lookup(std::string name, RrType type) {
  return State::lookup(state_, std::move(name), type);
}

}  // namespace mailsonde::dns
