// SPDX-License-Identifier: Apache-2.0
#include "web/answer_queue.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <latch>
#include <mutex>

using namespace mailsonde::web;

namespace {

Request request_of(const std::string& method, const std::string& target, const std::string& accept = "") {
  Request request;
  request.method = method;
  request.target = target;
  request.headers = {{"Accept", accept}, {"X-Anything", std::to_string(accept.size())}};
  return request;
}

}  // namespace

TEST_SUITE_BEGIN("web.answer_queue");

TEST_CASE("equal GETs that wait together are answered once, whatever differs in an answer is not shared") {
  std::latch busy(1);
  std::latch release(1);
  std::mutex mutex;
  std::vector<std::string> made;
  AnswerQueue queue(
      [&](const Request& request, AfterAnswer) {
        if (request.target == "/block") {
          busy.count_down();
          release.wait();
        }
        const std::lock_guard lock(mutex);
        return made.emplace_back(request.method + request.target + request.header("Accept"));
      },
      1);
  std::latch delivered(9);
  const auto ask = [&](Request request, AfterAnswer after) {
    const std::string expected = request.method + request.target + request.header("Accept");
    queue.ask(std::move(request), after, [&, expected](SharedBytes bytes) {
      CHECK(*bytes == expected);
      delivered.count_down();
    });
  };
  ask(request_of("GET", "/block"), AfterAnswer::close);
  busy.wait();
  for (int i = 0; i < 3; ++i) ask(request_of("GET", "/a"), AfterAnswer::close);
  ask(request_of("GET", "/a"), AfterAnswer::keep_open);
  ask(request_of("GET", "/a", "x"), AfterAnswer::close);
  ask(request_of("HEAD", "/a"), AfterAnswer::close);
  ask(request_of("POST", "/a"), AfterAnswer::close);
  ask(request_of("POST", "/a"), AfterAnswer::close);
  release.count_down();
  delivered.wait();
  CHECK(made == std::vector<std::string>{"GET/block", "GET/a", "GET/a", "GET/ax", "HEAD/a", "POST/a", "POST/a"});
}

TEST_CASE("a request that comes while an equal one is being answered gets an answer of its own") {
  std::latch busy(1);
  std::latch release(1);
  std::atomic<int> made = 0;
  std::latch delivered(2);
  AnswerQueue queue(
      [&](const Request&, AfterAnswer) {
        if (++made == 1) {
          busy.count_down();
          release.wait();
        }
        return std::to_string(made);
      },
      1);
  const auto count = [&](const SharedBytes&) { delivered.count_down(); };
  queue.ask(request_of("GET", "/a"), AfterAnswer::close, count);
  busy.wait();
  queue.ask(request_of("GET", "/a"), AfterAnswer::close, count);
  release.count_down();
  delivered.wait();
  CHECK(made == 2);
}

TEST_SUITE_END();
