// SPDX-License-Identifier: Apache-2.0
#include "dns/cache.hpp"

#include <doctest/doctest.h>

using namespace mailsonde;
using namespace mailsonde::dns;
using namespace std::chrono_literals;

namespace {

constexpr MonotonicTime kStart{1000s};

Lookup lookup(Status status, std::size_t records = 0) {
  Lookup result;
  result.status = status;
  result.mx.resize(records);
  return result;
}

}  // namespace

TEST_SUITE_BEGIN("dns.cache");

TEST_CASE("an answer is there until its time is over") {
  Cache cache;
  cache.put({"a.example", RrType::a}, lookup(Status::ok), kStart, kStart + 10s);
  REQUIRE(cache.find({"a.example", RrType::a}, kStart + 9s) != nullptr);
  CHECK(cache.find({"a.example", RrType::a}, kStart + 9s)->status == Status::ok);
  CHECK(cache.find({"a.example", RrType::a}, kStart + 10s) == nullptr);
}

TEST_CASE("name and type make the key") {
  Cache cache;
  cache.put({"a.example", RrType::a}, lookup(Status::ok), kStart, kStart + 10s);
  CHECK(cache.find({"a.example", RrType::aaaa}, kStart) == nullptr);
  CHECK(cache.find({"b.example", RrType::a}, kStart) == nullptr);
}

TEST_CASE("answers that say no are kept too") {
  Cache cache;
  cache.put({"a.example", RrType::a}, lookup(Status::nx_domain), kStart, kStart + 10s);
  CHECK(cache.find({"a.example", RrType::a}, kStart)->status == Status::nx_domain);
}

TEST_CASE("a newer answer replaces the older one and its time") {
  Cache cache;
  cache.put({"a.example", RrType::a}, lookup(Status::serv_fail), kStart, kStart + 5s);
  cache.put({"a.example", RrType::a}, lookup(Status::ok), kStart, kStart + 60s);
  CHECK(cache.size() == 1);
  REQUIRE(cache.find({"a.example", RrType::a}, kStart + 30s) != nullptr);
  CHECK(cache.find({"a.example", RrType::a}, kStart + 30s)->status == Status::ok);
}

TEST_CASE("when it is full, what expires first goes first") {
  Cache cache(3);
  cache.put({"long", RrType::a}, lookup(Status::ok), kStart, kStart + 60s);
  cache.put({"short", RrType::a}, lookup(Status::ok), kStart, kStart + 10s);
  cache.put({"middle", RrType::a}, lookup(Status::ok), kStart, kStart + 30s);
  cache.put({"more", RrType::a}, lookup(Status::ok), kStart, kStart + 40s);
  CHECK(cache.size() == 3);
  CHECK(cache.find({"short", RrType::a}, kStart) == nullptr);
  CHECK(cache.find({"long", RrType::a}, kStart) != nullptr);
}

TEST_CASE("an entry weighs what it holds, so that big answers cannot fill the memory") {
  Cache cache(100);
  for (int i = 0; i < 10; ++i) {
    cache.put({"name" + std::to_string(i), RrType::mx}, lookup(Status::ok, 49), kStart, kStart + 10s + i * 1s);
  }
  CHECK(cache.size() == 2);
  cache.put({"huge", RrType::mx}, lookup(Status::ok, 500), kStart, kStart + 90s);
  CHECK(cache.size() == 0);
}

TEST_CASE("what has expired is dropped with the next entry") {
  Cache cache;
  for (int i = 0; i < 10; ++i) {
    cache.put({"name" + std::to_string(i), RrType::a}, lookup(Status::ok), kStart, kStart + 10s);
  }
  cache.put({"later", RrType::a}, lookup(Status::ok), kStart + 20s, kStart + 30s);
  CHECK(cache.size() == 1);
}

TEST_SUITE_END();
