// SPDX-License-Identifier: Apache-2.0
#include "web/front.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <latch>
#include <thread>

#include "unit/web/client.hpp"

using namespace mailsonde;
using namespace mailsonde::web;
using namespace mailsonde::web::test;

namespace {

std::string ok(std::string_view body, AfterAnswer after) {
  return "HTTP/1.1 200 OK\r\n" + std::string(after == AfterAnswer::close ? "Connection: close\r\n" : "") +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

// Answers with what it was asked.
std::string echo(const Request& request, AfterAnswer after) {
  return ok(request.method + " " + request.target + " " + request.body, after);
}

const std::vector<ListenAddress> kAnyPort{*parse_listen_address("127.0.0.1:0")};

std::unique_ptr<Front> started(Answerer answerer, const FrontLimits& limits = {.farewell = 100ms}) {
  auto front = Front::start(kAnyPort, std::move(answerer), limits);
  REQUIRE(front);
  return *std::move(front);
}

}  // namespace

TEST_SUITE_BEGIN("web.front.loopback");

TEST_CASE("one connection carries several requests, bodies and pipelined ones included") {
  const auto front = started(echo);
  Client client(front->bound()[0].port);
  client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\nPOST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi");
  client.send("POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\ny\r\n0\r\n\r\n");
  client.send("GET /d HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  for (const char* expected : {"GET /a ", "POST /b hi", "POST /c y", "GET /d "}) {
    const auto answer = client.read_answer();
    REQUIRE(answer);
    CHECK(answer->body == expected);
  }
  CHECK(client.closes_within(2s));
}

TEST_CASE("a broken request is answered with its status, and the connection ends") {
  const auto front = started(echo);
  const auto port = front->bound()[0].port;
  CHECK(ask(port, "nonsense\r\n")->status == 400);
  CHECK(ask(port, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\n")->status == 413);
  Client client(port);
  client.send("GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(9000, 'a'));
  const auto answer = client.read_answer();
  REQUIRE(answer);
  CHECK(answer->status == 431);
  CHECK(answer->has("X-Content-Type-Options: nosniff\r\n"));
  CHECK(answer->has("Connection: close\r\n"));
  CHECK(client.closes_within(2s));
}

TEST_CASE("a port that is taken is an error that names address and reason") {
  const auto front = started(echo);
  const std::vector<ListenAddress> same{front->bound()[0]};
  const auto second = Front::start(same, echo);
  REQUIRE_FALSE(second);
  CHECK(second.error().message == same[0].to_string() + ": address already in use");
}

TEST_CASE("several addresses are served, all of both families with a port alone") {
  const std::vector<ListenAddress> addresses{*parse_listen_address("127.0.0.1:0"), *parse_listen_address(":0")};
  const auto front = Front::start(addresses, echo);
  REQUIRE(front);
  REQUIRE((*front)->bound().size() == 2);
  for (const ListenAddress& where : (*front)->bound()) CHECK(get(where.port, "/x")->body == "GET /x ");
}

TEST_CASE("an answerer that throws is a 500") {
  const auto front = started([](const Request&, AfterAnswer) -> std::string { throw std::runtime_error("oops"); });
  CHECK(get(front->bound()[0].port, "/")->status == 500);
}

TEST_CASE("what changes something runs one at a time and does not keep scrapes waiting") {
  std::latch release(1);
  const auto front = started([&](const Request& request, AfterAnswer after) {
    if (request.method == "POST") release.wait();
    return echo(request, after);
  });
  const auto port = front->bound()[0].port;
  std::vector<Client> reloads;
  for (int i = 0; i < 5; ++i) {
    reloads.emplace_back(port);
    reloads.back().send("POST /r HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  CHECK(get(port, "/scrape")->status == 200);
  release.count_down();
  for (Client& reload : reloads) CHECK(reload.read_answer()->status == 200);
}

TEST_CASE("stop lets answers at work finish and closes everything else") {
  std::latch entered(1);
  std::latch release(1);
  const auto front = started([&](const Request& request, AfterAnswer after) {
    entered.count_down();
    release.wait();
    return echo(request, after);
  });
  const auto port = front->bound()[0].port;
  Client idle(port);
  Client busy(port);
  busy.send("GET /whole HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  entered.wait();
  std::thread stopping([&] { front->stop(); });
  CHECK(idle.closes_within(2s));
  release.count_down();
  const auto answer = busy.read_answer();
  REQUIRE(answer);
  CHECK(answer->body == "GET /whole ");
  stopping.join();
}

TEST_CASE("stop does not wait for a client that does not read") {
  const std::string large(64U << 20U, 'x');
  const auto front = started([&](const Request&, AfterAnswer after) { return ok(large, after); }, {.stop = 100ms});
  Client client(front->bound()[0].port);
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto begin = std::chrono::steady_clock::now();
  front->stop();
  CHECK(std::chrono::steady_clock::now() - begin < 3s);
}

TEST_SUITE_END();
