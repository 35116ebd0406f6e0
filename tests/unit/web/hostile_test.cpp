// SPDX-License-Identifier: Apache-2.0
// hostile-cases section 8, as far as the front is concerned: whatever clients do, a scrape answers within half a
// second.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "unit/web/client.hpp"
#include "web/server.hpp"

using namespace mailsonde;
using namespace mailsonde::web;
using namespace mailsonde::web::test;

namespace {

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

// Hostile-cases rule 4, with an allowance for sanitizers.
constexpr std::chrono::milliseconds kPatience = kSanitized ? 3s : 500ms;
constexpr std::size_t kScrapeSize = 300'000;

struct Fixture {
  explicit Fixture(const FrontLimits& limits = {.head = 400ms, .exchange = 1500ms, .farewell = 100ms}) {
    const std::vector<ListenAddress> where{*parse_listen_address("127.0.0.1:0")};
    auto started = Server::start(where,
                                 {.metrics = [this](metrics::Format) { return body; },
                                  .ready = [] { return true; },
                                  .reload = []() -> Result<void> { return {}; }},
                                 limits);
    REQUIRE(started);
    server = *std::move(started);
    port = server->bound()[0].port;
  }

  void check_scrape() const {
    const auto begin = std::chrono::steady_clock::now();
    const auto answer = get(port, "/metrics");
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->body.size() == kScrapeSize);
    CHECK(std::chrono::steady_clock::now() - begin < kPatience);
  }

  std::string body = std::string(kScrapeSize, 'x');
  std::unique_ptr<Server> server;
  std::uint16_t port = 0;
};

std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  file >> total >> resident;
  return resident * 4096;
}

}  // namespace

TEST_SUITE_BEGIN("web.hostile.loopback");

TEST_CASE_FIXTURE(Fixture, "a head that drips ends at its deadline, not later for each byte") {
  Client slow(port);
  slow.send("GET / HTTP/1.1\r\n");
  std::atomic<bool> closed = false;
  std::thread dripping([&] {
    while (!closed && slow.send("A: b\r\n")) std::this_thread::sleep_for(50ms);
  });
  CHECK(slow.closes_within(1500ms));
  closed = true;
  dripping.join();
}

TEST_CASE_FIXTURE(Fixture, "a connection that says nothing ends at the deadline of the head") {
  Client silent(port);
  CHECK(silent.closes_within(1500ms));
}

TEST_CASE_FIXTURE(Fixture, "a body that never comes ends with the exchange") {
  Client client(port);
  client.send("POST /-/reload HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
  CHECK(client.closes_within(3s));
}

TEST_CASE_FIXTURE(Fixture, "200 connections that drip headers do not keep scrapes out") {
  std::vector<Client> slow;
  for (int i = 0; i < 200; ++i) {
    slow.emplace_back(port);
    slow.back().send("GET /metrics HTTP/1.1\r\nHost: x\r\n");
  }
  for (int i = 0; i < 5; ++i) {
    for (Client& client : slow) client.send("A: b\r\n");
    check_scrape();
  }
}

TEST_CASE_FIXTURE(Fixture, "a flood of half requests does not keep scrapes out") {
  std::atomic<int> sent = 0;
  std::jthread flood([&](const std::stop_token& done) {
    std::vector<Client> half;
    while (!done.stop_requested()) {
      half.emplace_back(port);
      half.back().send("GET / HT");
      if (half.size() > 300) half.clear();
      ++sent;
      std::this_thread::sleep_for(1ms);
    }
  });
  while (sent < 600) check_scrape();
}

TEST_CASE_FIXTURE(Fixture, "2,000 idle connections do not keep scrapes out, and few are kept") {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const std::size_t count = std::min<std::size_t>(2000, limit.rlim_cur / 2);
  std::vector<Client> idle;
  idle.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    idle.emplace_back(port);
    if (i % 500 == 499) check_scrape();
  }
  check_scrape();
}

TEST_CASE("100 readers that do not read do not keep scrapes out, and share one answer") {
  Fixture fixture({.admission = {.grace = 300ms}});
  fixture.body.resize(8U << 20U, 'x');  // more than a socket's buffers take
  const std::size_t before = resident_bytes();
  std::vector<Client> slow;
  for (int i = 0; i < 100; ++i) {
    slow.emplace_back(fixture.port);
    slow.back().send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  for (int i = 0; i < 3; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    const auto answer = get(fixture.port, "/metrics");
    REQUIRE(answer);
    CHECK(answer->body.size() == fixture.body.size());
    CHECK(std::chrono::steady_clock::now() - begin < 4 * kPatience);  // copies of 8 MiB in a debug build
  }
  CHECK((kSanitized || resident_bytes() < before + (400U << 20U)));  // not 100 x 8 MiB
}

TEST_CASE("a slow reader that does read keeps its place among 100 that do not") {
  Fixture fixture({.admission = {.grace = 300ms}});
  fixture.body.resize(8U << 20U, 'x');
  Client steady(fixture.port);  // the oldest of all
  steady.send("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  REQUIRE(steady.read_piece());
  std::vector<Client> idle;
  for (int i = 0; i < 100; ++i) {
    idle.emplace_back(fixture.port);
    idle.back().send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  const auto end = std::chrono::steady_clock::now() + 1s;
  while (std::chrono::steady_clock::now() < end) {
    REQUIRE(steady.read_piece());
    std::this_thread::sleep_for(10ms);
  }
  const auto answer = steady.read_answer();
  REQUIRE(answer);
  CHECK(answer->body.size() == fixture.body.size());
}

TEST_CASE_FIXTURE(Fixture, "64 scrapes at once are whole, also when all connect before any asks") {
  std::vector<Client> clients;
  for (int i = 0; i < 64; ++i) clients.emplace_back(port);
  for (Client& client : clients) client.send("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  for (Client& client : clients) {
    const auto answer = client.read_answer();
    REQUIRE(answer);
    CHECK(answer->body.size() == kScrapeSize);
  }
}

TEST_CASE_FIXTURE(Fixture, "lines, headers and chunks without end are cut at the limit and cost no memory") {
  const std::size_t before = resident_bytes();
  constexpr std::size_t kEndless = 64U << 20U;
  const std::string block(16384, 'a');
  Client line(port);
  line.send("GET /");
  CHECK(line.send_repeatedly(block, kEndless) < kEndless);
  Client headers(port);
  headers.send("GET / HTTP/1.1\r\nHost: x\r\n");
  CHECK(headers.send_repeatedly("Name: value\r\n", kEndless) < kEndless);
  Client chunks(port);
  chunks.send("POST /-/reload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  CHECK(chunks.send_repeatedly("10\r\n0123456789abcdef\r\n", kEndless) < kEndless);
  Client trailers(port);
  trailers.send("POST /-/reload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n");
  CHECK(trailers.send_repeatedly("A: b\r\n", kEndless) < kEndless);
  CHECK(ask(port, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9223372036854775808\r\n\r\n")->status == 413);
  CHECK((kSanitized || resident_bytes() < before + (32U << 20U)));
  check_scrape();
}

TEST_CASE("a client beyond its share loses its oldest unfinished connections, also without a new one") {
  Fixture fixture({.admission = {.per_client = 4, .grace = 100ms}});
  std::vector<Client> idle;
  for (int i = 0; i < 8; ++i) idle.emplace_back(fixture.port);
  for (std::size_t i = 0; i < 4; ++i) CHECK(idle[i].closes_within(2s));
  for (std::size_t i = 4; i < 8; ++i) {
    idle[i].send("GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(idle[i].read_answer().has_value());
  }
}

TEST_CASE_FIXTURE(Fixture, "smuggling, tricks with paths and odd methods are refused") {
  const std::string host = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
  CHECK(ask(port, "POST /-/reload" + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab")->status == 400);
  CHECK(
      ask(port, "POST /-/reload" + host + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")->status ==
      400);
  for (const char* path : {"/../etc/passwd", "/%2e%2e/etc/passwd", "/..%5cx", "/metrics%00"}) {
    CAPTURE(path);
    CHECK(get(port, path)->status == 404);
  }
  for (const char* method : {"TRACE", "PUT", "DELETE"}) {
    CAPTURE(method);
    CHECK(ask(port, method + (" /metrics" + host) + "\r\n")->status == 405);
  }
  CHECK(get(port, "/-/reload")->status == 405);
  CHECK(get(port, "/metrics", "Range: bytes=0-9\r\n")->status == 200);
  CHECK(get(port, "/metrics", "Expect: 100-continue\r\nUpgrade: h2c\r\n")->status == 200);
}

TEST_CASE_FIXTURE(Fixture, "scrapes during a stop are whole or not answered at all") {
  std::vector<std::thread> scrapers;
  std::atomic<int> broken = 0;
  std::atomic<int> whole = 0;
  std::atomic<bool> done = false;
  for (int i = 0; i < 4; ++i) {
    scrapers.emplace_back([&] {
      while (!done) {
        Client client(port);
        if (!client.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")) return;
        const auto answer = client.read_answer();
        if (!answer) return;
        (answer->body.size() == kScrapeSize ? whole : broken) += 1;
        if (whole >= 8) done = true;
      }
    });
  }
  while (whole < 4) std::this_thread::yield();
  server->stop();
  done = true;
  for (auto& scraper : scrapers) scraper.join();
  CHECK(broken == 0);
  CHECK(whole >= 4);
}

TEST_SUITE_END();
