// SPDX-License-Identifier: Apache-2.0
#include "schedule/gate.hpp"

#include <doctest/doctest.h>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <list>
#include <string>
#include <vector>

using namespace mailsonde;

namespace {

// Visitors of a gate that stay inside until they are told to leave.
class Visitors {
 public:
  explicit Visitors(config::Politeness politeness) : gate_(politeness) {}

  void send(const std::string& name, const std::string& mx) {
    asio::co_spawn(context_, visit(name, mx),
                   asio::bind_cancellation_slot(signals_.emplace_back().slot(),
                                                [](const std::exception_ptr& error) { REQUIRE_FALSE(error); }));
    settle();
  }
  void leave(const std::string& mx) {
    gate_.leave(mx);
    settle();
  }
  void cancel_last() {
    signals_.back().emit(asio::cancellation_type::terminal);
    settle();
  }
  std::vector<std::string> inside;
  std::vector<std::string> turned_away;

 private:
  asio::awaitable<void> visit(std::string name, std::string mx) {
    co_await asio::this_coro::throw_if_cancelled(false);
    const bool entered = co_await gate_.enter(mx);
    (entered ? inside : turned_away).push_back(name);
  }
  void settle() {
    context_.restart();
    context_.poll();
  }
  schedule::Gate gate_;                           // outlives who waits before it
  std::list<asio::cancellation_signal> signals_;  // one a visitor: a slot serves one operation at a time
  asio::io_context context_;
};

using Names = std::vector<std::string>;

}  // namespace

TEST_SUITE_BEGIN("schedule.gate");

TEST_CASE("one MX host sees so many probes at a time and no more, in the order in which they came") {
  Visitors visitors({.per_mx_concurrency = 1, .max_probes_in_flight = 10});
  visitors.send("a", "mx1");
  visitors.send("b", "mx1");
  visitors.send("c", "mx1");
  visitors.send("d", "mx2");
  CHECK(visitors.inside == Names{"a", "d"});
  visitors.leave("mx1");
  CHECK(visitors.inside == Names{"a", "d", "b"});
  visitors.leave("mx1");
  CHECK(visitors.inside == Names{"a", "d", "b", "c"});
}

TEST_CASE("the bound over all holds, and a crowd before one host does not use it up") {
  Visitors visitors({.per_mx_concurrency = 1, .max_probes_in_flight = 2});
  visitors.send("a", "mx1");
  visitors.send("b", "mx1");
  visitors.send("c", "mx1");
  visitors.send("d", "mx2");
  visitors.send("e", "mx3");
  CHECK(visitors.inside == Names{"a", "d"});
  visitors.leave("mx2");
  CHECK(visitors.inside == Names{"a", "d", "e"});
}

TEST_CASE("who is told to stop while waiting leaves no hole behind") {
  Visitors visitors({.per_mx_concurrency = 1, .max_probes_in_flight = 10});
  visitors.send("a", "mx1");
  visitors.send("b", "mx1");
  visitors.cancel_last();
  CHECK(visitors.turned_away == Names{"b"});
  visitors.send("c", "mx1");
  visitors.leave("mx1");
  CHECK(visitors.inside == Names{"a", "c"});
}

TEST_SUITE_END();
