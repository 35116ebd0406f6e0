// SPDX-License-Identifier: Apache-2.0
#include "dns/transport.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <filesystem>

#include "unit/dns/dns_server.hpp"
#include "unit/dns/run.hpp"

using namespace mailsonde;
using namespace mailsonde::dns;
using namespace mailsonde::dns::test;
using namespace std::chrono_literals;

namespace {

constexpr Duration kTry = 150ms;
constexpr Duration kSlack = 500ms;  // hostile cases, rule 2

Message good_answer(const Asked& asked) { return reply_to(asked).answer(asked.name, kA, address("192.0.2.1")); }

// One question to one server with that script.
struct Scene {
  explicit Scene(Script script, Tcp tcp = Tcp::closed, Duration timeout = kTry)
      : server(loop, std::move(script), tcp), transport(loop.get_executor(), server.address(), timeout) {}

  Exchange ask(Duration total = 10s) {
    return run(loop, transport.ask("example.com", RrType::a, monotonic_now() + total));
  }

  asio::io_context loop;
  DnsServer server;
  Transport transport;
};

// The true answer comes behind a packet that is none.
Status status_after(const std::function<Bytes(const Asked&)>& bad) {
  Scene scene([&](const Asked& asked) { return std::vector<Step>{{bad(asked)}, {good_answer(asked), 20ms}}; },
              Tcp::closed, 5s);
  const Exchange exchange = scene.ask();
  CHECK(scene.server.asked().size() == 1);
  return exchange.answer.lookup.status;
}

Status status_without_true_answer(const std::function<Bytes(const Asked&)>& bad) {
  Scene scene([&](const Asked& asked) { return std::vector<Step>{{bad(asked)}}; });
  const Exchange exchange = scene.ask();
  CHECK(exchange.elapsed >= kTry - 5ms);
  CHECK(exchange.elapsed < kTry + kSlack);
  return exchange.answer.lookup.status;
}

Bytes cut_packet(const Asked& asked) {
  Bytes bytes = good_answer(asked);
  bytes.resize(bytes.size() - 2);
  return bytes;
}

Bytes too_long_record(const Asked& asked) {
  Bytes bytes = good_answer(asked);
  bytes[bytes.size() - 5] = 200;
  return bytes;
}

}  // namespace

TEST_SUITE_BEGIN("dns.transport.loopback");

TEST_CASE("an answer is told with the time that it took") {
  Scene scene([](const Asked& asked) { return std::vector<Step>{{good_answer(asked), 20ms}}; }, Tcp::closed, 2s);
  const Exchange exchange = scene.ask();
  CHECK(exchange.asked);
  CHECK(exchange.answer.lookup.status == Status::ok);
  CHECK(exchange.answer.lookup.addresses.size() == 1);
  CHECK(exchange.elapsed >= 20ms);
  REQUIRE(scene.server.asked().size() == 1);
  CHECK(scene.server.asked()[0].with_edns);
}

TEST_CASE("every error code comes through as what it is") {
  for (const auto& [rcode, status] : std::vector<std::pair<unsigned, Status>>{{2, Status::serv_fail},
                                                                              {3, Status::nx_domain},
                                                                              {4, Status::other},
                                                                              {5, Status::refused},
                                                                              {9, Status::other}}) {
    CAPTURE(rcode);
    Scene scene([&](const Asked& asked) { return std::vector<Step>{{reply_to(asked, {.rcode = rcode})}}; });
    CHECK(scene.ask().answer.lookup.status == status);
  }
}

TEST_CASE("an error without its question is known by its id") {
  Scene scene([](const Asked& asked) { return std::vector<Step>{{Message(asked.id, {.rcode = 5})}}; });
  CHECK(scene.ask().answer.lookup.status == Status::refused);
}

TEST_CASE("nobody answers: a time-out, in time") {
  CHECK(status_without_true_answer([](const Asked&) { return Bytes{1}; }) == Status::timeout);
}

TEST_CASE("the caller's deadline comes before the try's own") {
  Scene scene([](const Asked&) { return std::vector<Step>(); }, Tcp::closed, 5s);
  const Exchange exchange = scene.ask(50ms);
  CHECK(exchange.answer.lookup.status == Status::timeout);
  CHECK(exchange.elapsed < 50ms + kSlack);
}

TEST_CASE("a closed port is told apart from silence, at once") {
  asio::io_context loop;
  Transport transport(loop.get_executor(), closed_port(loop), 5s);
  const Exchange exchange = run(loop, transport.ask("example.com", RrType::a, monotonic_now() + 5s));
  CHECK(exchange.answer.lookup.status == Status::other);
  CHECK(exchange.answer.lookup.detail == "UNREACHABLE");
  CHECK_FALSE(exchange.answer.has_spoken);
  CHECK(exchange.elapsed < kSlack);
}

TEST_CASE("a wrong id is ignored, the true answer is taken") {
  CHECK(status_after([](const Asked& asked) {
          return Message(static_cast<std::uint16_t>(asked.id + 1)).question(asked.name, asked.type);
        }) == Status::ok);
}

TEST_CASE("a wrong question is ignored, the true answer is taken") {
  CHECK(status_after([](const Asked& asked) { return Message(asked.id).question("example.org", asked.type); }) ==
        Status::ok);
  CHECK(status_after([](const Asked& asked) { return Message(asked.id).question(asked.name, kMx); }) == Status::ok);
}

TEST_CASE("random bytes and an empty packet are ignored, the true answer is taken") {
  CHECK(status_after([](const Asked&) { return Bytes{0xde, 0xad, 0xbe, 0xef, 0x42}; }) == Status::ok);
  CHECK(status_after([](const Asked&) { return Bytes(600, 0xa5); }) == Status::ok);
  CHECK(status_after([](const Asked&) { return Bytes(); }) == Status::ok);
}

TEST_CASE("a cut packet, an overlong record and missing records are ignored, the true answer is taken") {
  CHECK(status_after(cut_packet) == Status::ok);
  CHECK(status_after(too_long_record) == Status::ok);
  CHECK(status_after([](const Asked& asked) { return good_answer(asked).announce(6, 7); }) == Status::ok);
}

TEST_CASE("if only broken packets came, that is what is told") {
  CHECK(status_without_true_answer(cut_packet) == Status::malformed);
  CHECK(status_without_true_answer([](const Asked& asked) { return good_answer(asked).announce(6, 7); }) ==
        Status::malformed);
  CHECK(status_without_true_answer([](const Asked& asked) {
          return reply_to(asked).record(6, pointer(29), kA, address("192.0.2.1"), 300);
        }) == Status::malformed);
}

TEST_CASE("a truncated answer is fetched whole over TCP") {
  Scene scene(
      [](const Asked& asked) {
        if (!asked.over_tcp) return std::vector<Step>{{reply_to(asked, {.truncated = true})}};
        Message message = reply_to(asked);
        for (unsigned i = 0; i < 400; ++i) message.answer(asked.name, kA, u32(0xc0000200U + i));
        return std::vector<Step>{{framed(message)}};
      },
      Tcp::open, 2s);
  CHECK(scene.ask().answer.lookup.addresses.size() == 400);
}

TEST_CASE("TCP that is closed, silent, dripping, cut or truncated again fails within the deadline") {
  const auto truncated = [](const Asked& asked) { return Step{reply_to(asked, {.truncated = true})}; };
  SUBCASE("closed") {
    Scene scene([&](const Asked& asked) { return std::vector<Step>{truncated(asked)}; }, Tcp::closed, 2s);
    CHECK(scene.ask().answer.lookup.detail == "UNREACHABLE");
  }
  SUBCASE("silent") {
    Scene scene(
        [&](const Asked& asked) { return asked.over_tcp ? std::vector<Step>() : std::vector{truncated(asked)}; },
        Tcp::open);
    const Exchange exchange = scene.ask();
    CHECK(exchange.answer.lookup.status == Status::timeout);
    CHECK(exchange.elapsed < kTry + kSlack);
  }
  SUBCASE("dripping") {
    Scene scene(
        [&](const Asked& asked) {
          std::vector<Step> steps;
          if (!asked.over_tcp) return std::vector{truncated(asked)};
          for (const std::uint8_t byte : framed(good_answer(asked))) steps.push_back({{byte}, 20ms});
          return steps;
        },
        Tcp::open);
    const Exchange exchange = scene.ask();
    CHECK(exchange.answer.lookup.status == Status::timeout);
    CHECK(exchange.elapsed < kTry + kSlack);
  }
  SUBCASE("cut") {
    Scene scene(
        [&](const Asked& asked) {
          return std::vector{asked.over_tcp ? Step{framed(cut_packet(asked))} : truncated(asked)};
        },
        Tcp::open, 2s);
    CHECK(scene.ask().answer.lookup.status == Status::malformed);
  }
  SUBCASE("truncated again") {
    Scene scene(
        [&](const Asked& asked) {
          return std::vector{asked.over_tcp ? Step{framed(reply_to(asked, {.truncated = true}))} : truncated(asked)};
        },
        Tcp::open, 2s);
    CHECK(scene.ask().answer.lookup.status == Status::malformed);
  }
}

TEST_CASE("a server without EDNS is asked without it, from the second question on at the first go (RFC 6891 7)") {
  Scene scene(
      [](const Asked& asked) {
        if (asked.with_edns) return std::vector<Step>{{Message(asked.id, {.rcode = 1})}};
        return std::vector<Step>{{good_answer(asked)}};
      },
      Tcp::closed, 2s);
  for (int i = 0; i < 4; ++i) CHECK(scene.ask().answer.lookup.status == Status::ok);
  int with_edns = 0;
  for (const Asked& asked : scene.server.asked()) with_edns += asked.with_edns ? 1 : 0;
  CHECK(with_edns <= 2);
  CHECK_FALSE(scene.server.asked().back().with_edns);
}

TEST_CASE("FORMERR that has nothing to do with EDNS is a failure") {
  Scene scene([](const Asked& asked) { return std::vector<Step>{{reply_to(asked, {.rcode = 1})}}; }, Tcp::closed, 2s);
  CHECK(scene.ask().answer.lookup.status == Status::other);
}

TEST_CASE("a name that DNS does not know how to carry is not asked (RFC 7686)") {
  asio::io_context loop;
  DnsServer server(loop, [](const Asked& asked) { return std::vector<Step>{{good_answer(asked)}}; });
  Transport transport(loop.get_executor(), server.address(), kTry);
  const Exchange exchange = run(loop, transport.ask("x.onion", RrType::a, monotonic_now() + 5s));
  CHECK(exchange.answer.lookup.status == Status::other);
  CHECK(server.asked().empty());
}

TEST_CASE("over 200 questions under way the others wait for their turn, and all are answered") {
  constexpr std::size_t kQuestions = 1000;
  std::size_t open = 0;
  std::size_t most_open = 0;
  Scene scene(
      [&](const Asked& asked) {
        most_open = std::max(most_open, ++open);
        return std::vector<Step>{{good_answer(asked), 5ms}};
      },
      Tcp::closed, 20s);
  std::size_t answered = 0;
  std::size_t ended = 0;
  for (std::size_t i = 0; i < kQuestions; ++i) {
    asio::co_spawn(scene.loop, scene.transport.ask("example.com", RrType::a, monotonic_now() + 20s),
                   [&](std::exception_ptr, Exchange exchange) {
                     --open;
                     answered += exchange.answer.lookup.status == Status::ok ? 1 : 0;
                     if (++ended == kQuestions) scene.loop.stop();
                   });
  }
  scene.loop.run();
  CHECK(answered == kQuestions);
  CHECK(most_open <= Transport::kMostInFlight);
}

TEST_CASE("waiting for a turn ends in time too") {
  Scene scene([](const Asked&) { return std::vector<Step>(); });
  std::size_t ended = 0;
  std::size_t unasked = 0;
  const auto start = monotonic_now();
  for (std::size_t i = 0; i < 300; ++i) {
    asio::co_spawn(scene.loop, scene.transport.ask("example.com", RrType::a, start + 100ms),
                   [&](std::exception_ptr, Exchange exchange) {
                     unasked += exchange.asked ? 0 : 1;
                     if (++ended == 300) scene.loop.stop();
                   });
  }
  scene.loop.run();
  CHECK(unasked == 100);
  CHECK(monotonic_now() - start < 100ms + kSlack);
}

TEST_CASE("after silence the server is asked anew, and answers when it is back") {
  bool is_silent = true;
  Scene scene(
      [&](const Asked& asked) { return is_silent ? std::vector<Step>() : std::vector<Step>{{good_answer(asked)}}; },
      Tcp::closed, 30ms);
  for (int i = 0; i < 7; ++i) CHECK(scene.ask().answer.lookup.status == Status::timeout);
  is_silent = false;
  CHECK(scene.ask().answer.lookup.status == Status::ok);
}

TEST_CASE("questions under way end at once when the transport goes") {
  asio::io_context loop;
  DnsServer server(loop, [](const Asked&) { return std::vector<Step>(); });
  std::optional<Transport> transport(std::in_place, loop.get_executor(), server.address(), 10s);
  std::size_t ended = 0;
  for (int i = 0; i < 250; ++i) {
    asio::co_spawn(loop, transport->ask("example.com", RrType::a, monotonic_now() + 10s),
                   [&](std::exception_ptr error, Exchange exchange) {
                     CHECK(error == nullptr);
                     CHECK(exchange.answer.lookup.status == Status::timeout);
                     if (++ended == 250) loop.stop();
                   });
  }
  asio::steady_timer timer(loop, 20ms);
  timer.async_wait([&](auto) { transport.reset(); });
  const auto start = monotonic_now();
  loop.run();
  CHECK(ended == 250);
  CHECK(monotonic_now() - start < 5s);
}

TEST_CASE("no descriptor is left behind, after UDP, TCP and silence") {
  const auto open_descriptors = [] { return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}); };
  Scene scene(
      [](const Asked& asked) -> std::vector<Step> {
        if (asked.over_tcp) return {{framed(good_answer(asked))}};
        if (asked.type == kMx) return {};
        return {{reply_to(asked, {.truncated = asked.type == kA})}};
      },
      Tcp::open);
  const auto before = open_descriptors();
  for (const RrType type : {RrType::a, RrType::aaaa, RrType::mx}) {
    run(scene.loop, scene.transport.ask("example.com", type, monotonic_now() + 10s));
  }
  scene.loop.restart();
  // The server's end of the TCP connection closes when it has seen ours close.
  while (open_descriptors() > before && scene.loop.run_one_for(2s) > 0) continue;
  CHECK(open_descriptors() == before);
}

TEST_CASE("the loop may end with questions under way") {
  auto loop = std::make_unique<asio::io_context>();
  auto server = std::make_unique<DnsServer>(*loop, [](const Asked&) { return std::vector<Step>(); });
  auto transport = std::make_unique<Transport>(loop->get_executor(), server->address(), 10s);
  for (int i = 0; i < 250; ++i) {
    asio::co_spawn(*loop, transport->ask("example.com", RrType::a, monotonic_now() + 10s),
                   [](std::exception_ptr, Exchange) {});
  }
  while (server->asked().size() < Transport::kMostInFlight && loop->run_one_for(5s) > 0) continue;
  CHECK(server->asked().size() == Transport::kMostInFlight);
  transport.reset();
  server.reset();
  loop.reset();
}

TEST_SUITE_END();
