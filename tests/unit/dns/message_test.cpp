// SPDX-License-Identifier: Apache-2.0
#include "dns/message.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <ctime>
#include <string>

#include "unit/dns/packet.hpp"

using namespace mailsonde;
using namespace mailsonde::dns;
using namespace mailsonde::dns::test;
using namespace std::chrono_literals;

namespace {

constexpr std::uint16_t kId = 0x1234;
const Query kMxQuery{.id = kId, .name = "example.com", .type = RrType::mx};
const Query kAQuery{.id = kId, .name = "example.com", .type = RrType::a};
const Query kAaaaQuery{.id = kId, .name = "example.com", .type = RrType::aaaa};

Message mx_answer(unsigned rcode = 0) { return Message(kId, {.rcode = rcode}).question("example.com", kMx); }
Message a_answer(unsigned rcode = 0) { return Message(kId, {.rcode = rcode}).question("example.com", kA); }

Answer read(const Bytes& packet, const Query& query) {
  const auto answer = read_answer(packet, query);
  REQUIRE(answer.has_value());
  return *answer;
}
Status status_of(const Bytes& packet, const Query& query) { return read(packet, query).lookup.status; }

}  // namespace

TEST_SUITE_BEGIN("dns.message");

TEST_CASE("MX records come with preference, host in lower case and the smallest TTL") {
  Message message = mx_answer().answer("example.com", kMx, mx(10, "MX1.Example.com"), 600);
  message.answer("EXAMPLE.com", kMx, mx(20, "mx2.example.com"), 90);
  const Answer answer = read(message, kMxQuery);
  CHECK(answer.lookup.status == Status::ok);
  CHECK(answer.lookup.mx == std::vector<MxRecord>{{10, "mx1.example.com"}, {20, "mx2.example.com"}});
  CHECK(answer.ttl == 90s);
}

TEST_CASE("addresses of the asked family are read") {
  CHECK(
      read(a_answer().answer("example.com", kA, address("192.0.2.1")), kAQuery).lookup.addresses.front().to_string() ==
      "192.0.2.1");
  const Bytes six = Message(kId).question("example.com", kAaaa).answer("example.com", kAaaa, address("2001:db8::1"));
  CHECK(read(six, kAaaaQuery).lookup.addresses.front().to_string() == "2001:db8::1");
}

TEST_CASE("owners and MX hosts may be compressed") {
  Bytes rdata = u16(10);
  append(rdata, {3, 'm', 'x', '1'});
  append(rdata, pointer(12));
  const Bytes packet = mx_answer().record(6, pointer(12), kMx, rdata, 300);
  CHECK(read(packet, kMxQuery).lookup.mx == std::vector<MxRecord>{{10, "mx1.example.com"}});
}

TEST_CASE("null MX is an MX host without a name (RFC 7505)") {
  CHECK(read(mx_answer().answer("example.com", kMx, mx(0, "")), kMxQuery).lookup.mx == std::vector<MxRecord>{{0, ""}});
}

TEST_CASE("PTR names come in lower case, behind the CNAMEs of a delegated reverse zone (RFC 2317)") {
  const Query query{.id = kId, .name = "10.2.0.192.in-addr.arpa", .type = RrType::ptr};
  Message message = Message(kId).question(query.name, kPtr);
  message.answer(query.name, kCname, name("10.0/25.2.0.192.in-addr.arpa"));
  message.answer("10.0/25.2.0.192.in-addr.arpa", kPtr, name("Out-A.example.org"), 90);
  message.answer("10.0/25.2.0.192.in-addr.arpa", kPtr, name("odd name.example.org"));
  const Answer answer = read(message, query);
  CHECK(answer.lookup.status == Status::ok);
  CHECK(answer.lookup.hosts == std::vector<std::string>{"out-a.example.org", "odd\\032name.example.org"});
  CHECK(answer.lookup.cnames.size() == 1);
  CHECK(answer.ttl == 90s);
}

TEST_CASE("of more than 50 PTR names the first 50 are kept, and a broken one is malformed") {
  const Query query{.id = kId, .name = "10.2.0.192.in-addr.arpa", .type = RrType::ptr};
  Message many = Message(kId).question(query.name, kPtr);
  for (int i = 0; i < 60; ++i) many.answer(query.name, kPtr, name("h" + std::to_string(i) + ".example"));
  CHECK(read(many, query).lookup.hosts.size() == kMostHosts);
  const Bytes two_in_one = {1, 'a', 0, 1, 'b', 0};
  CHECK(status_of(Message(kId).question(query.name, kPtr).answer(query.name, kPtr, two_in_one), query) ==
        Status::malformed);
}

TEST_CASE("every rcode keeps its own status") {
  CHECK(status_of(mx_answer(2), kMxQuery) == Status::serv_fail);
  CHECK(status_of(mx_answer(3), kMxQuery) == Status::nx_domain);
  CHECK(status_of(mx_answer(5), kMxQuery) == Status::refused);
  CHECK(status_of(mx_answer(4), kMxQuery) == Status::other);
  CHECK(status_of(mx_answer(1), kMxQuery) == Status::other);
  CHECK(status_of(mx_answer(0), kMxQuery) == Status::no_data);
}

TEST_CASE("an error need not repeat the question, an answer must") {
  CHECK(status_of(Message(kId, {.rcode = 5}), kMxQuery) == Status::refused);
  CHECK(status_of(Message(kId), kMxQuery) == Status::malformed);
}

TEST_CASE("the upper bits of an extended rcode are an error (RFC 6891 6.1.3)") {
  CHECK(status_of(mx_answer().additional("", kOpt, {}, 0x01000000), kMxQuery) == Status::other);
  CHECK(status_of(mx_answer().additional("", kOpt, {}, 0), kMxQuery) == Status::no_data);
}

TEST_CASE("another id, another question or no response at all is not ours") {
  CHECK_FALSE(read_answer(Bytes(Message(kId + 1).question("example.com", kMx)), kMxQuery).has_value());
  CHECK_FALSE(read_answer(Bytes(Message(kId).question("example.org", kMx)), kMxQuery).has_value());
  CHECK_FALSE(read_answer(Bytes(Message(kId).question("example.com", kA)), kMxQuery).has_value());
  CHECK_FALSE(read_answer(Bytes(Message(kId).question(name("example.com"), kMx, 3)), kMxQuery).has_value());
  CHECK_FALSE(read_answer(Bytes(Message(kId, {.response = false}).question("example.com", kMx)), kMxQuery).has_value());
  CHECK_FALSE(read_answer(Bytes{0x12, 0x34, 0x81}, kMxQuery).has_value());
  CHECK_FALSE(read_answer(Bytes{}, kMxQuery).has_value());
}

TEST_CASE("the question is compared without case") {
  CHECK(status_of(Message(kId).question("ExAmPlE.cOm", kMx), kMxQuery) == Status::no_data);
}

TEST_CASE("a truncated answer says so and is not read further") {
  const Bytes packet = Message(kId, {.truncated = true}).question("example.com", kMx).announce(6, 40);
  CHECK(read(packet, kMxQuery).truncated);
}

TEST_CASE("records of another owner, class or type are not used") {
  Message message = a_answer().answer("example.org", kA, address("192.0.2.66"));
  message.record(6, name("example.com"), kA, address("192.0.2.67"), 300, 3);
  message.answer("example.com", kMx, mx(1, "mx.example.com"));
  message.additional("example.com", kA, address("192.0.2.68"));
  CHECK(status_of(message, kAQuery) == Status::no_data);
  message = a_answer().answer("example.org", kA, address("192.0.2.66")).answer("example.com", kA, address("192.0.2.1"));
  CHECK(read(message, kAQuery).lookup.addresses == std::vector{*IpAddress::parse("192.0.2.1")});
}

TEST_CASE("a CNAME is followed to its records, in whatever order they stand") {
  Message message = a_answer().answer("b.example.net", kA, address("192.0.2.1"), 600);
  message.answer("a.example.net", kCname, name("b.example.net"), 30);
  message.answer("example.com", kCname, name("a.example.net"), 500);
  const Answer answer = read(message, kAQuery);
  CHECK(answer.lookup.status == Status::ok);
  CHECK(answer.lookup.addresses.size() == 1);
  CHECK(answer.lookup.cnames == std::vector<std::string>{"a.example.net", "b.example.net"});
  CHECK(answer.ttl == 30s);
  CHECK(answer.continues_at.empty());
}

TEST_CASE("a chain without an end asks to be followed, unless a SOA says that there is nothing") {
  Message message = a_answer().answer("example.com", kCname, name("a.example.net"));
  CHECK(read(message, kAQuery).continues_at == "a.example.net");
  message.authority("example.net", kSoa, soa(60));
  CHECK(read(message, kAQuery).continues_at.empty());
  CHECK(read(message, kAQuery).lookup.status == Status::no_data);
}

TEST_CASE("NXDOMAIN at the end of a chain is about its last name (RFC 6604)") {
  const Answer answer = read(a_answer(3).answer("example.com", kCname, name("gone.example.net")), kAQuery);
  CHECK(answer.lookup.status == Status::nx_domain);
  CHECK(answer.lookup.cnames == std::vector<std::string>{"gone.example.net"});
  CHECK(answer.continues_at.empty());
}

TEST_CASE("eight CNAMEs are followed, nine and loops are a failure") {
  const auto chain = [](int hops) {
    Message message = a_answer();
    std::string owner = "example.com";
    for (int i = 0; i < hops; ++i) {
      const std::string target = "c" + std::to_string(i) + ".example.net";
      message.answer(owner, kCname, name(target));
      owner = target;
    }
    return Bytes(message.answer(owner, kA, address("192.0.2.1")));
  };
  CHECK(status_of(chain(8), kAQuery) == Status::ok);
  CHECK(status_of(chain(9), kAQuery) == Status::malformed);
  CHECK(status_of(a_answer().answer("example.com", kCname, name("example.com")), kAQuery) == Status::malformed);
  Message circle = a_answer().answer("example.com", kCname, name("b.example.com"));
  circle.answer("b.example.com", kCname, name("example.com"));
  CHECK(status_of(circle, kAQuery) == Status::malformed);
}

TEST_CASE("more records announced than sent, in any section, are malformed") {
  for (const std::size_t counter : {6U, 8U, 10U}) {
    CAPTURE(counter);
    Message message = a_answer().answer("example.com", kA, address("192.0.2.1"));
    CHECK(status_of(message, kAQuery) == Status::ok);
    CHECK(status_of(message.announce(counter, 2), kAQuery) == Status::malformed);
  }
}

TEST_CASE("a record longer than its packet and data of the wrong length are malformed") {
  Bytes packet = a_answer().answer("example.com", kA, address("192.0.2.1"));
  packet[packet.size() - 5] = 200;
  CHECK(status_of(packet, kAQuery) == Status::malformed);
  CHECK(status_of(a_answer().answer("example.com", kA, {1, 2, 3}), kAQuery) == Status::malformed);
  CHECK(status_of(a_answer().answer("example.com", kA, address("2001:db8::1")), kAQuery) == Status::malformed);
  CHECK(status_of(mx_answer().answer("example.com", kMx, {0, 1}), kMxQuery) == Status::malformed);
  Bytes trailing = mx(1, "mx.example.com");
  trailing.push_back(0);
  CHECK(status_of(mx_answer().answer("example.com", kMx, trailing), kMxQuery) == Status::malformed);
  CHECK(status_of(a_answer().answer("example.com", kCname, {9}), kAQuery) == Status::malformed);
}

TEST_CASE("an answer cut at any byte is malformed or not ours, never an answer") {
  const Bytes whole = mx_answer().answer("example.com", kMx, mx(1, "mx.example.com")).authority("com", kSoa, soa(60));
  CHECK(status_of(whole, kMxQuery) == Status::ok);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CAPTURE(length);
    const auto answer = read_answer(Packet(whole).first(length), kMxQuery);
    if (answer) CHECK(answer->lookup.status == Status::malformed);
  }
}

TEST_CASE("any byte changed leaves an answer within the limits") {
  const Bytes whole = mx_answer().answer("example.com", kMx, mx(1, "mx.example.com")).authority("com", kSoa, soa(60));
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (unsigned value = 0; value < 256; ++value) {
      Bytes changed = whole;
      changed[at] = static_cast<std::uint8_t>(value);
      const auto answer = read_answer(changed, kMxQuery);
      if (!answer) continue;
      CHECK(answer->ttl >= kShortestTtl);
      CHECK(answer->ttl <= kLongestTtl);
      CHECK((answer->lookup.status == Status::ok) == !answer->lookup.mx.empty());
    }
  }
}

TEST_CASE("500 answer records are read, 501 are over the limit") {
  Message message = a_answer();
  for (unsigned i = 0; i < 500; ++i) message.record(6, pointer(12), kA, u32(0xc0000200U + i), 300);
  CHECK(read(message, kAQuery).lookup.addresses.size() == 500);
  message.record(6, pointer(12), kA, u32(1), 300);
  CHECK(status_of(message, kAQuery) == Status::malformed);
}

TEST_CASE("the TTL is kept between 5 s and an hour, and one over 2^31 is none (RFC 2181 8)") {
  const auto ttl = [](std::uint32_t seconds) {
    return read(a_answer().answer("example.com", kA, address("192.0.2.1"), seconds), kAQuery).ttl;
  };
  CHECK(ttl(0) == 5s);
  CHECK(ttl(4) == 5s);
  CHECK(ttl(6) == 6s);
  CHECK(ttl(3600) == 1h);
  CHECK(ttl(0x7fffffff) == 1h);
  CHECK(ttl(0x80000000) == 5s);
  CHECK(ttl(0xffffffff) == 5s);
}

TEST_CASE("no for an answer lives as long as the SOA says, by TTL and by minimum (RFC 2308 5)") {
  CHECK(read(a_answer(3).authority("com", kSoa, soa(60), 900), kAQuery).ttl == 60s);
  CHECK(read(a_answer(3).authority("com", kSoa, soa(900), 50), kAQuery).ttl == 50s);
  CHECK(read(a_answer(0).authority("example.com", kSoa, soa(70), 900), kAQuery).ttl == 70s);
  CHECK(read(a_answer(3), kAQuery).ttl == 5s);
  CHECK(read(a_answer(3).authority("example.org", kSoa, soa(900), 900), kAQuery).ttl == 5s);
}

TEST_CASE("an MX host that is an address, has odd bytes or is too long spoils no other") {
  Message message = mx_answer().answer("example.com", kMx, mx(1, "192.0.2.1"));
  message.answer("example.com", kMx, mx(2, Bytes{5, 'a', '"', '\n', ' ', 0, 0}));
  std::string long_name = "com";
  while (long_name.size() < 300) long_name = "aaaaaaa." + long_name;
  message.answer("example.com", kMx, mx(3, long_name));
  message.answer("example.com", kMx, mx(4, "mx.example.com"));
  const Lookup lookup = read(message, kMxQuery).lookup;
  REQUIRE(lookup.mx.size() == 4);
  CHECK(lookup.mx[0].host == "192.0.2.1");
  CHECK(lookup.mx[1].host == "a\\034\\010\\032\\000");
  CHECK(lookup.mx[2].host == kOverlongHost);
  CHECK(lookup.mx[3].host == "mx.example.com");
}

TEST_CASE("the worst of packets is read in under 50 ms") {
  // 64 KiB: a chain of pointers, then as many records as fit, each with the longest way to its name.
  Message message = a_answer();
  message.record(
      6, {0}, 99,
      [] {
        Bytes chain;
        for (unsigned i = 0; i < 8000; ++i) append(chain, pointer(i == 0 ? 29 : 40 + (i - 1) * 2));
        return chain;
      }(),
      0);
  unsigned records = 0;
  while (message.size() < 65'000) {
    message.record(10, pointer(40 + 2 * 120), kA, {}, 0);
    ++records;
  }
  REQUIRE(records > 3000);
  const Bytes packet = message;
  const std::clock_t start = std::clock();
  const auto answer = read_answer(packet, kAQuery);
  const double cpu_seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  CHECK(cpu_seconds < 0.05);
  REQUIRE(answer.has_value());
  CHECK(answer->lookup.status == Status::no_data);  // it was read to its end
}

TEST_SUITE_END();
