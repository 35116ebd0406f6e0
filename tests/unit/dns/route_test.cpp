// SPDX-License-Identifier: Apache-2.0
#include "dns/route.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <initializer_list>
#include <map>

#include "unit/dns/run.hpp"

using namespace mailsonde;
using namespace mailsonde::dns;
using namespace mailsonde::dns::test;
using namespace std::chrono_literals;

namespace {

// Answers from a table; what is not in it does not exist. Remembers what was asked.
class TableResolver : public Resolver {
 public:
  TableResolver& mx(const std::string& name, std::vector<MxRecord> records) {
    Lookup& lookup = set(name, RrType::mx, Status::ok);
    lookup.mx = std::move(records);
    return *this;
  }
  TableResolver& host(const std::string& name, const std::vector<std::string>& addresses) {
    set(name, RrType::a, Status::no_data);
    set(name, RrType::aaaa, Status::no_data);
    for (const std::string& text : addresses) {
      const IpAddress address = *IpAddress::parse(text);
      Lookup& lookup = table_[{name, address.family() == Family::ipv4 ? RrType::a : RrType::aaaa}];
      lookup.status = Status::ok;
      lookup.addresses.push_back(address);
    }
    return *this;
  }
  TableResolver& cname(const std::string& name, RrType type, const std::string& target) {
    table_[{name, type}].cnames.push_back(target);
    return *this;
  }
  Lookup& set(const std::string& name, RrType type, Status status) {
    Lookup& lookup = table_[{name, type}];
    lookup.status = status;
    lookup.server = "192.0.2.53:53";
    return lookup;
  }
  void slow_down_addresses(Duration delay) { delay_ = delay; }

  asio::awaitable<Lookup> lookup(std::string name, RrType type) override {
    asked.push_back(name + " " + std::string(to_string(type)));
    if (delay_ != Duration{} && type != RrType::mx) {
      asio::steady_timer timer(co_await asio::this_coro::executor);
      timer.expires_after(std::chrono::duration_cast<asio::steady_timer::duration>(delay_));
      co_await timer.async_wait(asio::use_awaitable);
    }
    const auto found = table_.find({name, type});
    if (found != table_.end()) co_return found->second;
    Lookup none;
    none.status = Status::nx_domain;
    co_return none;
  }

  std::vector<std::string> asked;

 private:
  std::map<std::pair<std::string, RrType>, Lookup> table_;
  Duration delay_{};
};

Route to_domain(TableResolver& resolver, std::string domain, RouteLimits limits = {}) {
  asio::io_context loop;
  return run(loop, route_to_domain(resolver, std::move(domain), limits));
}

Route to_host(TableResolver& resolver, std::string host, RouteLimits limits = {}) {
  asio::io_context loop;
  return run(loop, route_to_host(resolver, std::move(host), limits));
}

std::vector<std::string> texts(const std::vector<IpAddress>& addresses) {
  std::vector<std::string> result;
  for (const IpAddress& address : addresses) result.push_back(address.to_string());
  return result;
}

std::vector<std::string> names(const Route& route) {
  std::vector<std::string> result;
  for (const MxHost& host : route.hosts) result.push_back(host.name);
  return result;
}

using Texts = std::vector<std::string>;
constexpr const char* kGlobal4 = "198.18.0.1";
constexpr const char* kGlobal6 = "2001:db8::1";

}  // namespace

TEST_SUITE_BEGIN("dns.route");

TEST_CASE("MX hosts come by preference, then by name, with IPv4 before IPv6") {
  TableResolver resolver;
  resolver.mx("example.com", {{20, "c.example.com"}, {10, "b.example.com"}, {10, "a.example.com"}});
  resolver.host("a.example.com", {kGlobal4, kGlobal6})
      .host("b.example.com", {kGlobal4})
      .host("c.example.com", {kGlobal6});
  const Route route = to_domain(resolver, "Example.com.");
  CHECK(route.fault == RouteFault::none);
  CHECK(names(route) == Texts{"a.example.com", "b.example.com", "c.example.com"});
  CHECK(texts(route.hosts[0].addresses) == Texts{kGlobal4, kGlobal6});
  CHECK(texts(route.hosts[2].addresses) == Texts{kGlobal6});
  CHECK(route.hosts[2].preference == 20);
  CHECK(route.mx_total == 3);
  CHECK(route.notes.empty());
}

TEST_CASE("NXDOMAIN of the domain: no such name") {
  TableResolver resolver;
  const Route route = to_domain(resolver, "example.com");
  CHECK(route.fault == RouteFault::no_name);
  CHECK(route.hosts.empty());
  CHECK(route.detail == "example.com does not exist (NXDOMAIN)");
}

TEST_CASE("no MX, but an address: the domain is the host (RFC 5321 5.1)") {
  TableResolver resolver;
  resolver.set("example.com", RrType::mx, Status::no_data);
  resolver.host("example.com", {kGlobal4});
  const Route route = to_domain(resolver, "example.com");
  CHECK(route.fault == RouteFault::none);
  CHECK(names(route) == Texts{"example.com"});
  CHECK(route.hosts[0].preference == 0);
  CHECK(route.mx_total == 1);
}

TEST_CASE("no MX and no address: nowhere to go") {
  TableResolver resolver;
  resolver.set("example.com", RrType::mx, Status::no_data);
  resolver.host("example.com", {});
  const Route route = to_domain(resolver, "example.com");
  CHECK(route.fault == RouteFault::no_address);
  CHECK(route.hosts.empty());
}

TEST_CASE("no MX, and the domain's address is not known for now: failed") {
  TableResolver resolver;
  resolver.set("example.com", RrType::mx, Status::no_data);
  resolver.set("example.com", RrType::a, Status::timeout);
  resolver.set("example.com", RrType::aaaa, Status::no_data);
  CHECK(to_domain(resolver, "example.com").fault == RouteFault::failed);
}

TEST_CASE("a failed MX look-up is a failure, with no falling back to A") {
  for (const Status status : {Status::serv_fail, Status::refused, Status::other, Status::timeout, Status::malformed}) {
    CAPTURE(to_string(status));
    TableResolver resolver;
    resolver.host("example.com", {kGlobal4});
    resolver.set("example.com", RrType::mx, status);
    const Route route = to_domain(resolver, "example.com");
    CHECK(route.fault == RouteFault::failed);
    CHECK(route.detail == "MX of example.com: " + std::string(to_string(status)) + " from 192.0.2.53:53");
    CHECK(resolver.asked == Texts{"example.com MX"});
  }
}

TEST_CASE("the sentence about a failure says what stands behind it") {
  TableResolver resolver;
  resolver.set("example.com", RrType::mx, Status::other).detail = "UNREACHABLE";
  CHECK(to_domain(resolver, "example.com").detail == "MX of example.com: UNREACHABLE from 192.0.2.53:53");
}

TEST_CASE("null MX, with any preference: not dialled, addresses not even asked for (RFC 7505)") {
  for (const auto preference : std::initializer_list<std::uint16_t>{0, 10}) {
    TableResolver resolver;
    resolver.mx("example.com", {{preference, ""}}).host("example.com", {kGlobal4});
    const Route route = to_domain(resolver, "example.com");
    CHECK(route.fault == RouteFault::null_mx);
    CHECK(route.hosts.empty());
    CHECK(resolver.asked == Texts{"example.com MX"});
  }
}

TEST_CASE("null MX beside real ones is left out, with a note") {
  TableResolver resolver;
  resolver.mx("example.com", {{0, ""}, {10, "mx.example.com"}}).host("mx.example.com", {kGlobal4});
  const Route route = to_domain(resolver, "example.com");
  CHECK(names(route) == Texts{"mx.example.com"});
  CHECK(route.mx_total == 1);
  CHECK(route.notes == Texts{"null MX beside real ones ignored"});
}

TEST_CASE("an MX host that is no host name is a host without address, and its name is not passed on") {
  std::string too_long = "com";
  while (too_long.size() <= 253) too_long = "aaaaaaa." + too_long;
  for (const std::string& bad : {std::string("192.0.2.1"), std::string("2001:db8::1"), std::string("a\\034b.example"),
                                 std::string("a b.example"), std::string("a\nb.example"), std::string("a\0b", 3),
                                 std::string("b\xfc"
                                             "cher.example"),
                                 too_long, std::string(kOverlongHost)}) {
    CAPTURE(bad);
    TableResolver resolver;
    resolver.mx("example.com", {{5, bad}, {10, "mx.example.com"}}).host("mx.example.com", {kGlobal4});
    const Route route = to_domain(resolver, "example.com");
    CHECK(route.fault == RouteFault::none);
    REQUIRE(names(route) == Texts{"invalid", "mx.example.com"});
    CHECK(route.hosts[0].fault == RouteFault::no_address);
    CHECK(route.hosts[0].addresses.empty());
    CHECK(route.hosts[0].detail.find(bad) == std::string::npos);
    CHECK(route.hosts[1].fault == RouteFault::none);
    CHECK(resolver.asked.size() == 3);
  }
}

TEST_CASE("several invalid MX hosts are one host at the best preference, but all are counted") {
  TableResolver resolver;
  resolver.mx("example.com", {{30, "192.0.2.1"}, {20, "192.0.2.2"}});
  const Route route = to_domain(resolver, "example.com");
  CHECK(names(route) == Texts{"invalid"});
  CHECK(route.hosts[0].preference == 20);
  CHECK(route.mx_total == 2);
}

TEST_CASE("the same host many times in mixed case is there once, at its best preference") {
  TableResolver resolver;
  std::vector<MxRecord> records;
  for (std::uint16_t i = 0; i < 20; ++i) {
    records.push_back({static_cast<std::uint16_t>(40 - i), i % 2 == 0 ? "MX.example.com" : "mx.Example.COM"});
  }
  resolver.mx("example.com", records).host("mx.example.com", {kGlobal4});
  const Route route = to_domain(resolver, "example.com");
  CHECK(names(route) == Texts{"mx.example.com"});
  CHECK(route.hosts[0].preference == 21);
  CHECK(route.mx_total == 1);
}

TEST_CASE("of 100 MX hosts the best ten are looked up, and all are counted") {
  TableResolver resolver;
  std::vector<MxRecord> records;
  for (std::uint16_t i = 0; i < 100; ++i) {
    const std::string name = "mx" + std::to_string(i) + ".example.com";
    records.push_back({static_cast<std::uint16_t>(100 - i), name});
    resolver.host(name, {kGlobal4});
  }
  resolver.mx("example.com", records);
  const Route route = to_domain(resolver, "example.com");
  REQUIRE(route.hosts.size() == 10);
  CHECK(route.hosts[0].name == "mx99.example.com");
  CHECK(route.hosts[9].name == "mx90.example.com");
  CHECK(route.mx_total == 100);
  CHECK(resolver.asked.size() == 21);
}

TEST_CASE("of many addresses four are kept, of each family some, each once") {
  const auto kept = [](int ipv4, int ipv6, std::size_t most) {
    TableResolver resolver;
    Texts addresses;
    for (int i = 0; i < ipv4; ++i) addresses.push_back("198.18.0." + std::to_string(i + 1));
    for (int i = 0; i < ipv6; ++i) addresses.push_back("2001:db8::" + std::to_string(i + 1));
    Texts twice = addresses;
    twice.insert(twice.end(), addresses.begin(), addresses.end());
    resolver.mx("example.com", {{1, "mx.example.com"}}).host("mx.example.com", twice);
    const Route route = to_domain(resolver, "example.com", {.max_addresses_per_host = most});
    const auto& chosen = route.hosts.at(0).addresses;
    CHECK(std::ranges::is_sorted(chosen, {}, &IpAddress::family));
    const auto fours = std::ranges::count(chosen, Family::ipv4, &IpAddress::family);
    return std::pair(fours, std::ssize(chosen) - fours);
  };
  CHECK(kept(100, 100, 4) == std::pair(2L, 2L));
  CHECK(kept(100, 1, 4) == std::pair(3L, 1L));
  CHECK(kept(1, 100, 4) == std::pair(1L, 3L));
  CHECK(kept(100, 0, 4) == std::pair(4L, 0L));
  CHECK(kept(0, 100, 4) == std::pair(0L, 4L));
  CHECK(kept(2, 1, 4) == std::pair(2L, 1L));
  CHECK(kept(9, 9, 1) == std::pair(1L, 1L));
  CHECK(kept(9, 9, 3) == std::pair(1L, 2L));
}

TEST_CASE("one MX host without address or existence leaves the others") {
  TableResolver resolver;
  resolver.mx("example.com", {{1, "gone.example.com"}, {2, "empty.example.com"}, {3, "mx.example.com"}});
  resolver.host("empty.example.com", {}).host("mx.example.com", {kGlobal4});
  const Route route = to_domain(resolver, "example.com");
  CHECK(route.fault == RouteFault::none);
  REQUIRE(route.hosts.size() == 3);
  CHECK(route.hosts[0].fault == RouteFault::no_name);
  CHECK(route.hosts[0].detail == "gone.example.com does not exist (NXDOMAIN)");
  CHECK(route.hosts[1].fault == RouteFault::no_address);
  CHECK(route.hosts[1].detail == "empty.example.com has neither an A nor an AAAA record");
  CHECK(route.hosts[2].fault == RouteFault::none);
}

TEST_CASE("a family that fails does not hide the other") {
  for (const auto& [good, bad] : {std::pair(RrType::a, RrType::aaaa), std::pair(RrType::aaaa, RrType::a)}) {
    TableResolver resolver;
    resolver.mx("example.com", {{1, "mx.example.com"}}).host("mx.example.com", {kGlobal4, kGlobal6});
    resolver.set("mx.example.com", bad, Status::timeout).addresses.clear();
    const Route route = to_domain(resolver, "example.com");
    CHECK(route.hosts.at(0).fault == RouteFault::none);
    CHECK(texts(route.hosts.at(0).addresses) == Texts{good == RrType::a ? kGlobal4 : kGlobal6});
  }
}

TEST_CASE("a host whose addresses are not known for now has failed, with who failed") {
  TableResolver resolver;
  resolver.mx("example.com", {{1, "mx.example.com"}});
  resolver.set("mx.example.com", RrType::a, Status::no_data);
  resolver.set("mx.example.com", RrType::aaaa, Status::serv_fail);
  const Route route = to_domain(resolver, "example.com");
  CHECK(route.fault == RouteFault::none);
  CHECK(route.hosts.at(0).fault == RouteFault::failed);
  CHECK(route.hosts.at(0).detail == "AAAA of mx.example.com: SERVFAIL from 192.0.2.53:53");
}

TEST_CASE("private addresses of a public name are dialled only if the file allows it (rule 10)") {
  for (const char* text : {"127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.1.1", "::1", "fd00::1", "fe80::1",
                           "::ffff:127.0.0.1", "64:ff9b::a00:1"}) {
    CAPTURE(text);
    TableResolver resolver;
    resolver.mx("example.com", {{1, "mx.example.com"}}).host("mx.example.com", {text});
    const Route strict = to_domain(resolver, "example.com");
    CHECK(strict.hosts.at(0).fault == RouteFault::bad_address);
    CHECK(strict.hosts.at(0).addresses.empty());
    CHECK(strict.hosts.at(0).detail.find(text) != std::string::npos);
    const Route allowed = to_domain(resolver, "example.com", {.allow_private_addresses = true});
    CHECK(texts(allowed.hosts.at(0).addresses) == Texts{text});
  }
}

TEST_CASE("0.0.0.0, multicast and broadcast are dialled in no case (rule 10)") {
  for (const char* text : {"0.0.0.0", "0.1.2.3", "224.0.0.1", "255.255.255.255", "::", "ff02::1", "::ffff:0.0.0.0"}) {
    CAPTURE(text);
    TableResolver resolver;
    resolver.mx("example.com", {{1, "mx.example.com"}}).host("mx.example.com", {text});
    const Route route = to_domain(resolver, "example.com", {.allow_private_addresses = true});
    CHECK(route.hosts.at(0).fault == RouteFault::bad_address);
    CHECK(route.hosts.at(0).addresses.empty());
  }
}

TEST_CASE("the public addresses of a host are used beside its private ones") {
  TableResolver resolver;
  resolver.mx("example.com", {{1, "mx.example.com"}}).host("mx.example.com", {"10.0.0.1", kGlobal4, "::1"});
  const Route route = to_domain(resolver, "example.com");
  CHECK(route.hosts.at(0).fault == RouteFault::none);
  CHECK(texts(route.hosts.at(0).addresses) == Texts{kGlobal4});
}

TEST_CASE("implicit MX into private space is a fault of the whole domain") {
  TableResolver resolver;
  resolver.set("example.com", RrType::mx, Status::no_data);
  resolver.host("example.com", {"127.0.0.1"});
  const Route route = to_domain(resolver, "example.com");
  CHECK(route.fault == RouteFault::bad_address);
  CHECK(route.hosts.empty());
}

TEST_CASE("CNAMEs of the domain and of an MX host are noted, once each") {
  TableResolver resolver;
  resolver.mx("example.com", {{1, "mx.example.com"}}).host("mx.example.com", {kGlobal4, kGlobal6});
  resolver.cname("example.com", RrType::mx, "example.net");
  resolver.cname("mx.example.com", RrType::a, "host.example.net");
  resolver.cname("mx.example.com", RrType::aaaa, "host.example.net");
  const Route route = to_domain(resolver, "example.com");
  CHECK(names(route) == Texts{"mx.example.com"});
  CHECK(route.notes == Texts{"mx.example.com is a CNAME to host.example.net", "example.com is a CNAME to example.net"});
}

TEST_CASE("an address literal needs no look-up, and rule 10 holds for it too") {
  TableResolver resolver;
  CHECK(texts(to_domain(resolver, "[198.18.0.1]").hosts.at(0).addresses) == Texts{kGlobal4});
  CHECK(texts(to_domain(resolver, "[IPv6:2001:db8::1]").hosts.at(0).addresses) == Texts{kGlobal6});
  CHECK(to_domain(resolver, "[127.0.0.1]").fault == RouteFault::bad_address);
  CHECK(to_domain(resolver, "[127.0.0.1]", {.allow_private_addresses = true}).fault == RouteFault::none);
  CHECK(resolver.asked.empty());
}

TEST_CASE("a domain that is no domain name is not asked for") {
  TableResolver resolver;
  for (const char* domain : {"", "a b.example", "198.18.0.1", "a..b", "x\n.example", "[no address]"}) {
    CAPTURE(domain);
    CHECK(to_domain(resolver, domain).fault == RouteFault::no_name);
  }
  CHECK(resolver.asked.empty());
}

TEST_CASE("a relay is dialled as the file says: no MX, no address forbidden") {
  TableResolver resolver;
  resolver.host("relay.example.org", {"10.0.0.1", "::1"}).mx("relay.example.org", {{1, "mx.example.org"}});
  const Route route = to_host(resolver, "Relay.example.org");
  CHECK(names(route) == Texts{"relay.example.org"});
  CHECK(texts(route.hosts[0].addresses) == Texts{"10.0.0.1", "::1"});
  CHECK(texts(to_host(resolver, "127.0.0.1").hosts.at(0).addresses) == Texts{"127.0.0.1"});
  CHECK(to_host(resolver, "::1").hosts.at(0).name == "::1");
  CHECK(texts(to_host(resolver, "[::1]").hosts.at(0).addresses) == Texts{"::1"});
  CHECK(resolver.asked == Texts{"relay.example.org A", "relay.example.org AAAA"});
}

TEST_CASE("localhost is loopback without a look-up (RFC 6761 6.3)") {
  TableResolver resolver;
  CHECK(texts(to_host(resolver, "localhost").hosts.at(0).addresses) == Texts{"127.0.0.1", "::1"});
  CHECK(resolver.asked.empty());
}

TEST_CASE("a relay's fault is the fault of its route") {
  TableResolver resolver;
  CHECK(to_host(resolver, "gone.example.org").fault == RouteFault::no_name);
  CHECK(to_host(resolver, "gone.example.org").hosts.empty());
  CHECK(to_host(resolver, "a b").fault == RouteFault::no_name);
  resolver.set("slow.example.org", RrType::a, Status::timeout);
  resolver.set("slow.example.org", RrType::aaaa, Status::timeout);
  const Route route = to_host(resolver, "slow.example.org");
  CHECK(route.fault == RouteFault::failed);
  CHECK(route.detail == "A of slow.example.org: TIMEOUT from 192.0.2.53:53");
}

TEST_CASE("all hosts and families are asked at once: slow look-ups do not add up") {
  TableResolver resolver;
  std::vector<MxRecord> records;
  for (std::uint16_t i = 0; i < 10; ++i) {
    const std::string name = "mx" + std::to_string(i) + ".example.com";
    records.push_back({i, name});
    resolver.host(name, {kGlobal4});
  }
  resolver.mx("example.com", records);
  resolver.slow_down_addresses(50ms);
  const auto start = monotonic_now();
  CHECK(to_domain(resolver, "example.com").hosts.size() == 10);
  CHECK(monotonic_now() - start < 500ms);  // one after the other would be over a second
}

TEST_CASE("a caller who gives up takes its look-ups along") {
  asio::io_context loop;
  TableResolver resolver;
  resolver.mx("example.com", {{1, "mx1.example.com"}, {2, "mx2.example.com"}, {3, "mx3.example.com"}});
  resolver.slow_down_addresses(10s);
  asio::cancellation_signal give_up;
  bool has_ended = false;
  asio::co_spawn(
      loop, route_to_domain(resolver, "example.com", {}),
      asio::bind_cancellation_slot(give_up.slot(), [&](std::exception_ptr, const Route&) { has_ended = true; }));
  asio::steady_timer timer(loop, 20ms);
  timer.async_wait([&](auto) { give_up.emit(asio::cancellation_type::all); });
  const auto start = monotonic_now();
  loop.run();
  CHECK(has_ended);
  CHECK(monotonic_now() - start < 5s);
}

TEST_SUITE_END();
