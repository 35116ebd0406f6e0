// SPDX-License-Identifier: Apache-2.0
#include "dns/transport.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <asio/experimental/as_tuple.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <list>
#include <map>
#include <utility>

#include "base/assert.hpp"
#include "dns/ares_channel.hpp"

namespace mailsonde::dns {
namespace {

constexpr auto kToken = asio::experimental::as_tuple(asio::use_awaitable);

// A channel that has heard nothing for so many questions may sit on a socket whose source address is gone.
constexpr int kSilencesBeforeNewChannel = 5;

void set_expiry(asio::steady_timer& timer, MonotonicTime time) {
  timer.expires_at(std::chrono::time_point_cast<asio::steady_timer::duration>(time));
}

std::uint16_t random_id() {
  std::uint16_t id = 0;
  const int status = ::getentropy(&id, sizeof id);
  MAILSONDE_ASSERT(status == 0);
  return id;
}

std::uint16_t id_of(Packet packet) { return static_cast<std::uint16_t>(packet[0] << 8U | packet[1]); }

// Whoever waits for a free place. Lives in the frame of the coroutine that waits.
struct Waiter {
  explicit Waiter(const asio::any_io_executor& executor) : timer(executor) {}
  asio::steady_timer timer;
  bool granted = false;
};

// One question under way. Shared by the coroutine that waits for it and the state, which keeps it until c-ares has
// told the end: the coroutine may be gone by then.
struct Question {
  Question(const asio::any_io_executor& executor, Query asked) : timer(executor), query(std::move(asked)) {}
  asio::steady_timer timer;  // cancelled by the end
  Query query;
  bool was_malformed = false;  // a broken packet came for it
  bool ended = false;
  Answer answer;
};

}  // namespace

struct Transport::State {
  State(asio::any_io_executor loop, config::Resolver::Server where, Duration timeout)
      : executor(std::move(loop)), server(std::move(where)), try_timeout(timeout) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { close(); }

  struct InFlight;

  static asio::awaitable<Exchange> ask(std::shared_ptr<State> self, Query query, MonotonicTime deadline);
  static asio::awaitable<Answer> exchange(std::shared_ptr<State> self, Query query, MonotonicTime deadline);
  static asio::awaitable<bool> take_place(std::shared_ptr<State> self, MonotonicTime deadline);
  void leave_place();
  std::shared_ptr<Question> send(Query query);
  bool open_channel();
  std::size_t sieve(std::span<std::uint8_t> buffer, std::size_t length);
  void end(Question& question, Answer answer);
  void note(Status status);
  void close();

  asio::any_io_executor executor;
  config::Resolver::Server server;
  Duration try_timeout;
  std::shared_ptr<AresChannel> channel;
  std::shared_ptr<AresChannel> retired;  // the one before: what is under way there may still be answered
  std::map<std::uint16_t, std::unique_ptr<InFlight>> in_flight;  // by id
  std::size_t places_taken = 0;
  std::list<Waiter*> waiters;
  bool with_edns = true;
  int silences = 0;
  bool closed = false;
};

// What c-ares tells the end to.
struct Transport::State::InFlight : Listener {
  InFlight(State& owner, std::shared_ptr<Question> asked) : state(owner), question(std::move(asked)) {}

  void finished(Carriage carriage, Packet packet) override {
    Answer answer;
    if (carriage == Carriage::answered) {
      // Over TCP there is no sieve before this, and a truncated answer is as broken as any.
      auto read = read_answer(packet, question->query);
      answer.lookup.status = Status::malformed;
      if (read && !read->truncated) answer = *std::move(read);
    } else if (carriage == Carriage::silent) {
      answer.lookup.status = question->was_malformed ? Status::malformed : Status::timeout;
    } else {
      answer.lookup.status = Status::other;
      answer.lookup.detail = carriage == Carriage::unreachable ? "UNREACHABLE" : "NOT SENT";
    }
    state.end(*question, std::move(answer));
    state.leave_place();
    const std::uint16_t id = question->query.id;
    state.in_flight.erase(id);  // and with it this object
  }

  State& state;
  std::shared_ptr<Question> question;
};

void Transport::State::end(Question& question, Answer answer) {
  if (question.ended) return;
  question.ended = true;
  question.answer = std::move(answer);
  question.timer.cancel();
}

void Transport::State::close() {
  closed = true;
  for (Waiter* waiter : waiters) waiter->timer.cancel();
  waiters.clear();
  if (channel) channel->close();
  if (retired) retired->close();
}

// A place that becomes free goes to whoever waits longest; it stays taken then.
void Transport::State::leave_place() {
  if (waiters.empty()) {
    --places_taken;
    return;
  }
  waiters.front()->granted = true;
  waiters.front()->timer.cancel();
  waiters.pop_front();
}

asio::awaitable<bool> Transport::State::take_place(std::shared_ptr<State> self, MonotonicTime deadline) {
  if (self->places_taken < kMostInFlight) {
    ++self->places_taken;
    co_return true;
  }
  Waiter waiter(self->executor);
  set_expiry(waiter.timer, deadline);
  self->waiters.push_back(&waiter);
  // The frame may be destroyed while it waits, with the loop.
  const auto leave = [&self](Waiter* gone) { std::erase(self->waiters, gone); };
  const std::unique_ptr<Waiter, decltype(leave)> place(&waiter, leave);
  co_await waiter.timer.async_wait(kToken);
  co_return waiter.granted;
}

bool Transport::State::open_channel() {
  if (channel && silences >= kSilencesBeforeNewChannel) {
    if (retired) retired->close();
    retired = std::exchange(channel, nullptr);
  }
  if (channel) return true;
  silences = 0;
  with_edns = true;
  const auto look = [this](std::span<std::uint8_t> buffer, std::size_t length) { return sieve(buffer, length); };
  channel = AresChannel::open(executor, server, try_timeout, look);
  return channel != nullptr;
}

// Puts the question on its way; null if it cannot be. Its place is left when c-ares is done with it.
std::shared_ptr<Question> Transport::State::send(Query query) {
  do {
    query.id = random_id();
  } while (in_flight.contains(query.id));
  if (!open_channel()) return nullptr;
  const auto packet = make_query(query, with_edns);
  if (!packet) return nullptr;
  const auto question = std::make_shared<Question>(executor, std::move(query));
  auto& listener = in_flight[question->query.id];
  listener = std::make_unique<InFlight>(*this, question);
  channel->send(*packet, *listener);
  return question;
}

std::size_t Transport::State::sieve(std::span<std::uint8_t> buffer, std::size_t length) {
  constexpr std::size_t kHeaderLength = 12;
  const Packet packet = buffer.first(length);
  if (length < kHeaderLength) return 0;
  const auto found = in_flight.find(id_of(packet));
  if (found == in_flight.end()) return 0;
  Question& question = *found->second->question;
  const auto answer = read_answer(packet, question.query);
  if (!answer) return 0;
  if (answer->lookup.status == Status::malformed && !answer->truncated) {
    question.was_malformed = true;
    return 0;
  }
  const bool lacks_question = packet[4] == 0 && packet[5] == 0;
  if (!lacks_question) return length;
  // An error whose sender did not repeat the question. c-ares would not know it again: put the question back.
  const std::string name = to_wire(question.query.name);
  const auto type = code_of(question.query.type);
  const std::size_t whole = kHeaderLength + name.size() + 5;
  if (whole > buffer.size()) return 0;
  std::ranges::fill(buffer.subspan(5, 7), std::uint8_t{0});
  buffer[5] = 1;
  std::ranges::copy(name, buffer.subspan(kHeaderLength).begin());
  const std::array<std::uint8_t, 5> rest{0, static_cast<std::uint8_t>(type >> 8U), static_cast<std::uint8_t>(type), 0,
                                         1};
  std::ranges::copy(rest, buffer.subspan(whole - rest.size()).begin());
  return whole;
}

asio::awaitable<Answer> Transport::State::exchange(std::shared_ptr<State> self, Query query, MonotonicTime deadline) {
  const auto question = self->send(std::move(query));
  if (!question) {
    self->leave_place();
    Answer failed;
    failed.lookup.status = Status::other;
    failed.lookup.detail = "NOT SENT";
    co_return failed;
  }
  if (!question->ended) {
    set_expiry(question->timer, deadline);
    co_await question->timer.async_wait(kToken);
  }
  if (!question->ended) {
    question->ended = true;  // c-ares may still wait for it, we do not
    question->answer.lookup.status = question->was_malformed ? Status::malformed : Status::timeout;
  }
  self->note(question->answer.lookup.status);
  co_return std::move(question->answer);
}

void Transport::State::note(Status status) { silences = status == Status::timeout ? silences + 1 : 0; }

asio::awaitable<Exchange> Transport::State::ask(std::shared_ptr<State> self, Query query, MonotonicTime deadline) {
  Exchange result;
  for (;;) {
    const MonotonicTime place_deadline = std::min(deadline, monotonic_now() + self->try_timeout);
    const bool has_place = co_await take_place(self, place_deadline);
    if (!has_place || self->closed) co_return result;
    const MonotonicTime sent = monotonic_now();
    const bool sent_edns = self->with_edns;
    result.asked = true;
    result.answer = co_await exchange(self, query, std::min(deadline, sent + self->try_timeout));
    result.elapsed = monotonic_now() - sent;
    // RFC 6891 section 7: FORMERR is how an old server says that it does not know EDNS. c-ares repeats the question
    // without it on its own the first time, and leaves later ones to us.
    const bool may_be_edns = result.answer.rcode == Rcode::form_err && sent_edns && !self->closed && self->channel;
    if (!may_be_edns || self->channel->uses_edns()) co_return result;
    self->with_edns = false;
  }
}

Transport::Transport(asio::any_io_executor executor, config::Resolver::Server server, Duration try_timeout)
    : state_(std::make_shared<State>(std::move(executor), std::move(server), try_timeout)) {}
Transport::Transport(Transport&&) noexcept = default;

Transport::~Transport() {
  if (state_) state_->close();
}

asio::awaitable<Exchange> Transport::ask(std::string name, RrType type, MonotonicTime deadline) {
  return State::ask(state_, Query{.id = 0, .name = std::move(name), .type = type}, deadline);
}

}  // namespace mailsonde::dns
