// SPDX-License-Identifier: Apache-2.0
#include "diagnose/resolver_window.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "diagnose/rules.hpp"

namespace mailsonde::diagnose {

TEST_SUITE_BEGIN("diagnose.resolver_window");

namespace {

const std::string kServer = "127.0.0.1:53";

struct Fixture {
  Fixture() { window.configure(std::vector<std::string>{kServer}); }

  void count(LookupEnding ending, std::size_t times = 1) {
    for (std::size_t i = 0; i < times; ++i) window.count(kServer, "mx.a.test", ending);
  }
  ResolverObservation take_step() {
    auto taken = window.take_step();
    REQUIRE(taken.size() == 1);
    return taken.front();
  }

  ResolverWindow window;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "endings are summed over the window and leave it after its last step") {
  count(LookupEnding::answered, 2);
  count(LookupEnding::failed, 3);
  for (std::size_t step = 0; step < ResolverWindow::kSteps; ++step) {
    CAPTURE(step);
    const auto seen = take_step();
    CHECK(seen.server == kServer);
    CHECK(seen.answered == 2);
    CHECK(seen.failed == 3);
  }
  CHECK(take_step().failed == 0);
}

TEST_CASE_FIXTURE(Fixture, "steps add up") {
  count(LookupEnding::failed);
  (void)take_step();
  count(LookupEnding::failed);
  (void)take_step();
  count(LookupEnding::failed);
  CHECK(is_broken(take_step()));
}

TEST_CASE_FIXTURE(Fixture, "one answer in ten clears a server that was silent") {
  count(LookupEnding::failed, 8);
  CHECK(is_broken(take_step()));
  count(LookupEnding::answered);
  const auto seen = take_step();
  CHECK_FALSE(is_broken(seen));
  CHECK(is_answering(seen));
}

TEST_CASE_FIXTURE(Fixture, "SERVFAIL counts by domains, each once over the whole window") {
  for (const char* name : {"A.test", "mx1.a.test", "mx2.a.test"}) window.count(kServer, name, LookupEnding::servfail);
  CHECK(take_step().servfail_domains == 1);
  window.count(kServer, "a.test", LookupEnding::servfail);
  window.count(kServer, "deep.down.b.test", LookupEnding::servfail);
  window.count(kServer, "test", LookupEnding::servfail);
  const auto seen = take_step();
  CHECK(seen.servfail_domains == 3);
  CHECK(seen.answered + seen.failed == 0);
}

TEST_CASE_FIXTURE(Fixture, "domains are bounded, whatever zones there are") {
  for (int i = 0; i < 1000; ++i) {
    window.count(kServer, "d" + std::to_string(i) + ".test", LookupEnding::servfail);
  }
  CHECK(take_step().servfail_domains == ResolverWindow::kMostDomainsAStep);
}

TEST_CASE_FIXTURE(Fixture, "names of any form are taken") {
  for (const char* name : {"", ".", "..", "a.", ".a"}) window.count(kServer, name, LookupEnding::servfail);
  CHECK(take_step().servfail_domains > 0);
}

TEST_CASE_FIXTURE(Fixture, "servers that are not configured are not counted, and go when they no longer are") {
  window.count("[::1]:53", "a.test", LookupEnding::failed);
  CHECK(window.take_step().size() == 1);
  count(LookupEnding::failed, 3);
  window.configure(std::vector<std::string>{kServer, "[::1]:53"});
  CHECK(window.take_step().size() == 2);
  window.configure(std::vector<std::string>{"[::1]:53"});
  CHECK(take_step().server == "[::1]:53");
}

TEST_CASE_FIXTURE(Fixture, "threads count while another takes steps") {
  {
    std::vector<std::jthread> shards;
    for (int shard = 0; shard < 2; ++shard) shards.emplace_back([this] { count(LookupEnding::answered, 1000); });
    for (std::size_t i = 0; i + 1 < ResolverWindow::kSteps; ++i) CHECK(take_step().answered <= 2000);
  }
  CHECK(take_step().answered == 2000);
}

TEST_SUITE_END();

}  // namespace mailsonde::diagnose
