// SPDX-License-Identifier: Apache-2.0
#include "dns/caching_resolver.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <asio/experimental/as_tuple.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <memory>
#include <optional>

#include "unit/dns/dns_server.hpp"
#include "unit/dns/run.hpp"

using namespace mailsonde;
using namespace mailsonde::dns;
using namespace mailsonde::dns::test;
using namespace std::chrono_literals;

namespace {

constexpr Duration kSlack = 500ms;  // hostile cases, rule 2
using Steps = std::vector<Step>;

Steps good_answer(const Asked& asked) {
  if (asked.type == kMx) return {{reply_to(asked).answer(asked.name, kMx, mx(10, "mx.example.com"))}};
  return {{reply_to(asked).answer(asked.name, kA, address("192.0.2.1"))}};
}
Steps silence(const Asked&) { return {}; }
Script rcode(unsigned code) {
  return [code](const Asked& asked) { return Steps{{reply_to(asked, {.rcode = code})}}; };
}

struct Told {
  std::string server;
  std::string name;
  RrType type;
  Status status;
  Duration elapsed;
};
struct RecordingObserver : Observer {
  void lookup_finished(const FinishedLookup& lookup) override {
    told.push_back({std::string(lookup.server), std::string(lookup.name), lookup.type, lookup.status, lookup.elapsed});
  }
  std::vector<Told> told;
};

// Servers with their scripts, and a resolver that asks them in that order.
struct Scene {
  explicit Scene(std::vector<Script> scripts, Duration timeout = 2s) {
    std::vector<config::Resolver::Server> addresses;
    for (Script& script : scripts) {
      servers.push_back(std::make_unique<DnsServer>(loop, std::move(script)));
      addresses.push_back(servers.back()->address());
    }
    resolver.emplace(loop.get_executor(), addresses, timeout, &observer);
  }

  Lookup ask(std::string name = "example.com", RrType type = RrType::a) {
    return run(loop, resolver->lookup(std::move(name), type));
  }
  [[nodiscard]] std::size_t asked(std::size_t server = 0) const { return servers[server]->asked().size(); }
  [[nodiscard]] std::string label(std::size_t server) const { return servers[server]->address().to_string(); }

  asio::io_context loop;
  RecordingObserver observer;
  std::vector<std::unique_ptr<DnsServer>> servers;
  std::optional<CachingResolver> resolver;
};

struct Timed {
  Lookup lookup;
  Duration elapsed;
};
Timed timed_ask(Scene& scene) {
  const auto start = monotonic_now();
  Lookup lookup = scene.ask();
  return {std::move(lookup), monotonic_now() - start};
}

// Waits for a look-up or a timer, whichever is first: how a probe gives up.
asio::awaitable<bool> look_up_for(CachingResolver& resolver, Duration patience) {
  using asio::experimental::awaitable_operators::operator||;
  asio::steady_timer timer(co_await asio::this_coro::executor);
  timer.expires_after(std::chrono::duration_cast<asio::steady_timer::duration>(patience));
  auto first = co_await (resolver.lookup("example.com", RrType::a) || timer.async_wait(asio::use_awaitable));
  co_return first.index() == 0;
}

}  // namespace

TEST_SUITE_BEGIN("dns.caching_resolver.loopback");

TEST_CASE("an answer names its server, and the observer is told of it") {
  Scene scene({good_answer});
  const Lookup lookup = scene.ask("example.com", RrType::mx);
  CHECK(lookup.status == Status::ok);
  CHECK(lookup.mx == std::vector<MxRecord>{{10, "mx.example.com"}});
  CHECK(lookup.server == scene.label(0));
  REQUIRE(scene.observer.told.size() == 1);
  CHECK(scene.observer.told[0].server == scene.label(0));
  CHECK(scene.observer.told[0].name == "example.com");
  CHECK(scene.observer.told[0].type == RrType::mx);
  CHECK(scene.observer.told[0].status == Status::ok);
  CHECK(scene.observer.told[0].elapsed > 0ms);
}

TEST_CASE("the same is asked once and then kept, in any spelling") {
  Scene scene({good_answer});
  CHECK(scene.ask("example.com").status == Status::ok);
  CHECK(scene.ask("Example.COM.").status == Status::ok);
  CHECK(scene.asked() == 1);
  CHECK(scene.ask("example.com", RrType::mx).status == Status::ok);
  CHECK(scene.asked() == 2);
}

TEST_CASE("no, TTL 0 and failures are kept too: no look-up storm") {
  Scene scene({[](const Asked& asked) -> Steps {
    if (asked.name == "none.example") return {{reply_to(asked, {.rcode = 3})}};
    if (asked.name == "broken.example") return {{reply_to(asked, {.rcode = 2})}};
    return {{reply_to(asked).answer(asked.name, kA, address("192.0.2.1"), 0)}};
  }});
  for (int i = 0; i < 20; ++i) {
    CHECK(scene.ask("none.example").status == Status::nx_domain);
    CHECK(scene.ask("broken.example").status == Status::serv_fail);
    CHECK(scene.ask("zero.example").status == Status::ok);
  }
  CHECK(scene.asked() == 3);
}

TEST_CASE("those who want the same at the same time share one question") {
  Scene scene({[](const Asked& asked) { return Steps{{good_answer(asked).front().bytes, 20ms}}; }});
  std::size_t answered = 0;
  for (int i = 0; i < 50; ++i) {
    asio::co_spawn(scene.loop, scene.resolver->lookup("example.com", RrType::a),
                   [&](std::exception_ptr, Lookup lookup) {
                     CHECK(lookup.status == Status::ok);
                     if (++answered == 50) scene.loop.stop();
                   });
  }
  scene.loop.run();
  CHECK(answered == 50);
  CHECK(scene.asked() == 1);
}

TEST_CASE("a name that cannot exist is asked of nobody") {
  Scene scene({good_answer});
  for (const char* name : {"", "a b.example", "192.0.2.1", "a..b", "x.onion", "mx\n.example"}) {
    CAPTURE(name);
    CHECK(scene.ask(name).status == Status::nx_domain);
  }
  CHECK(scene.asked() == 0);
}

TEST_CASE("SERVFAIL, REFUSED, NOTIMP and a closed port are told apart") {
  CHECK(Scene({rcode(2)}).ask().status == Status::serv_fail);
  CHECK(Scene({rcode(5)}).ask().status == Status::refused);
  CHECK(Scene({rcode(4)}).ask().status == Status::other);
  CHECK(Scene({rcode(4)}).ask().detail == "NOTIMP");
  Scene closed({good_answer});
  closed.servers[0]->stop();
  const Timed timed = timed_ask(closed);
  CHECK(timed.lookup.status == Status::other);
  CHECK(timed.lookup.detail == "UNREACHABLE");
  CHECK(timed.elapsed < kSlack);
}

TEST_CASE("a failing server is followed by the next one, and a success ends it") {
  for (const unsigned code : {2U, 4U, 5U}) {
    CAPTURE(code);
    Scene scene({rcode(code), good_answer});
    CHECK(scene.ask().status == Status::ok);
    CHECK(scene.observer.told.size() == 2);
    CHECK(scene.observer.told[1].server == scene.label(1));
  }
}

TEST_CASE("NXDOMAIN is an answer: no other server is asked") {
  Scene scene({rcode(3), good_answer});
  CHECK(scene.ask().status == Status::nx_domain);
  CHECK(scene.asked(1) == 0);
}

TEST_CASE("a server that failed in words is asked once only") {
  Scene scene({rcode(2)});
  CHECK(scene.ask().status == Status::serv_fail);
  CHECK(scene.asked() == 1);
}

TEST_CASE("a dead first server costs its share of the time, and is asked last from then on") {
  Scene scene({silence, good_answer}, 800ms);
  const Timed first = timed_ask(scene);
  CHECK(first.lookup.status == Status::ok);
  CHECK(first.lookup.server == scene.label(1));
  CHECK(first.elapsed < 800ms);
  CHECK(scene.asked(0) == 1);
  CHECK(scene.observer.told[0].status == Status::timeout);
  CHECK(scene.ask("other.example").status == Status::ok);
  CHECK(scene.asked(0) == 1);
}

TEST_CASE("silence is asked a second time: a lost packet is no failure") {
  bool is_first = true;
  Scene scene({[&](const Asked& asked) { return std::exchange(is_first, false) ? Steps{} : good_answer(asked); }},
              800ms);
  CHECK(scene.ask().status == Status::ok);
  CHECK(scene.asked() == 2);
}

TEST_CASE("nobody answers: a time-out within the total deadline, whatever the number of servers") {
  Scene scene({silence, silence, silence}, 300ms);
  const Timed timed = timed_ask(scene);
  CHECK(timed.lookup.status == Status::timeout);
  CHECK(timed.elapsed < 300ms + kSlack);
  CHECK_FALSE(timed.lookup.server.empty());
  CHECK(scene.asked(0) == 2);
}

TEST_CASE("what was said counts more than silence") {
  Scene scene({rcode(5), silence}, 300ms);
  const Lookup lookup = scene.ask();
  CHECK(lookup.status == Status::refused);
  CHECK(lookup.server == scene.label(0));
}

TEST_CASE("broken answers lead to the next server, and are told if there is none") {
  const auto broken = [](const Asked& asked) { return Steps{{reply_to(asked).announce(6, 9)}}; };
  CHECK(Scene({broken, good_answer}, 300ms).ask().status == Status::ok);
  CHECK(Scene({broken}, 300ms).ask().status == Status::malformed);
}

TEST_CASE("a packet that keeps coming restarts no deadline") {
  Scene scene({[](const Asked& asked) {
                Steps steps;
                for (int i = 0; i < 100; ++i) steps.push_back({reply_to(asked).announce(6, 9), i * 10ms});
                return steps;
              }},
              300ms);
  const Timed timed = timed_ask(scene);
  CHECK(timed.lookup.status == Status::malformed);
  CHECK(timed.elapsed < 300ms + kSlack);
}

TEST_CASE("a CNAME that the server left open is followed") {
  Scene scene({[](const Asked& asked) {
    if (asked.name == "example.com") return Steps{{reply_to(asked).answer(asked.name, kCname, name("a.example.net"))}};
    if (asked.name == "a.example.net")
      return Steps{{reply_to(asked).answer(asked.name, kCname, name("b.example.net"))}};
    return good_answer(asked);
  }});
  const Lookup lookup = scene.ask();
  CHECK(lookup.status == Status::ok);
  CHECK(lookup.addresses.size() == 1);
  CHECK(lookup.cnames == std::vector<std::string>{"a.example.net", "b.example.net"});
}

TEST_CASE("CNAMEs that lead in circles over several answers end as a failure") {
  Scene scene({[](const Asked& asked) {
    return Steps{
        {reply_to(asked).answer(asked.name, kCname, name(asked.name == "a.example" ? "b.example" : "a.example"))}};
  }});
  CHECK(scene.ask("a.example").status == Status::malformed);
  CHECK(scene.asked() <= 10);
}

TEST_CASE("a CNAME to what is no host name has no address") {
  Scene scene(
      {[](const Asked& asked) { return Steps{{reply_to(asked).answer(asked.name, kCname, {3, 'a', ' ', 'b', 0})}}; }});
  CHECK(scene.ask().status == Status::no_data);
  CHECK(scene.asked() == 1);
}

TEST_CASE("a caller who gives up ends at once, and the others still get their answer") {
  Scene scene({[](const Asked& asked) { return Steps{{good_answer(asked).front().bytes, 200ms}}; }});
  std::optional<Lookup> other;
  asio::co_spawn(scene.loop, scene.resolver->lookup("example.com", RrType::a), [&](std::exception_ptr, Lookup lookup) {
    other = std::move(lookup);
    scene.loop.stop();
  });
  bool was_answered = true;
  asio::co_spawn(scene.loop, look_up_for(*scene.resolver, 10ms), [&](std::exception_ptr error, bool answered) {
    CHECK(error == nullptr);
    was_answered = answered;
    CHECK_FALSE(other.has_value());
  });
  scene.loop.run();
  CHECK_FALSE(was_answered);
  REQUIRE(other.has_value());
  CHECK(other->status == Status::ok);
  CHECK(scene.asked() == 1);
}

TEST_CASE("look-ups under way end at once when the resolver goes, and tell nobody") {
  Scene scene({silence}, 10s);
  std::size_t ended = 0;
  for (int i = 0; i < 300; ++i) {
    asio::co_spawn(scene.loop, scene.resolver->lookup("n" + std::to_string(i % 250) + ".example", RrType::a),
                   [&](std::exception_ptr error, Lookup lookup) {
                     CHECK(error == nullptr);
                     CHECK(lookup.status == Status::timeout);
                     ++ended;
                   });
  }
  asio::steady_timer timer(scene.loop, 20ms);
  timer.async_wait([&](auto) {
    scene.resolver.reset();
    scene.servers.clear();
  });
  const auto start = monotonic_now();
  scene.loop.run();  // ends by itself: nothing is left
  CHECK(ended == 300);
  CHECK(monotonic_now() - start < 5s);
  CHECK(scene.observer.told.empty());
}

TEST_CASE("the loop may end with look-ups under way") {
  Scene scene({silence}, 10s);
  for (int i = 0; i < 300; ++i) {
    asio::co_spawn(scene.loop, scene.resolver->lookup("n" + std::to_string(i) + ".example", RrType::a),
                   [](std::exception_ptr, Lookup) {});
  }
  while (scene.asked() == 0 && scene.loop.run_one_for(5s) > 0) continue;
  CHECK(scene.asked() > 0);
}

TEST_CASE("a thousand names at once are all answered") {
  Scene scene({good_answer}, 20s);
  std::size_t answered = 0;
  for (int i = 0; i < 1000; ++i) {
    asio::co_spawn(scene.loop, scene.resolver->lookup("n" + std::to_string(i) + ".example", RrType::a),
                   [&](std::exception_ptr, Lookup lookup) {
                     CHECK(lookup.status == Status::ok);
                     if (++answered == 1000) scene.loop.stop();
                   });
  }
  scene.loop.run();
  CHECK(answered == 1000);
  CHECK(scene.observer.told.size() == 1000);
  CHECK(std::ranges::count(scene.observer.told, Status::ok, &Told::status) == 1000);
}

TEST_CASE("without servers a look-up fails at once") {
  asio::io_context loop;
  CachingResolver resolver(loop.get_executor(), {}, 1s, nullptr);
  CHECK(run(loop, resolver.lookup("example.com", RrType::a)).status == Status::timeout);
}

TEST_SUITE_END();
