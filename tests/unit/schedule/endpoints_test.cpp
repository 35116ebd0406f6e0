// SPDX-License-Identifier: Apache-2.0
#include "schedule/endpoints.hpp"

#include <doctest/doctest.h>

using namespace mailsonde;

namespace {

dns::MxHost host(const std::string& name, const std::vector<std::string>& addresses) {
  dns::MxHost made;
  made.name = name;
  for (const std::string& address : addresses) made.addresses.push_back(*IpAddress::parse(address));
  return made;
}

std::vector<std::string> dialled(const dns::Route& route, std::uint64_t cycle) {
  std::vector<std::string> addresses;
  for (const auto& endpoint : schedule::endpoints_of(route, {config::default_source()}, cycle))
    addresses.push_back(endpoint.address.to_string());
  return addresses;
}

std::vector<std::string> keys(const dns::Route& route, const config::Sources& sources) {
  std::vector<std::string> keys;
  for (const auto& endpoint : schedule::endpoints_of(route, sources, 0)) keys.push_back(endpoint.key());
  return keys;
}

std::shared_ptr<const config::Source> source(const std::string& name, const char* ipv4, const char* ipv6 = "") {
  return std::make_shared<const config::Source>(
      config::Source{.name = name, .ipv4 = IpAddress::parse(ipv4), .ipv6 = IpAddress::parse(ipv6), .helo = ""});
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_SUITE_BEGIN("schedule.endpoints");

TEST_CASE("IPv4 and IPv6 of one host are two endpoints, in the order of preference") {
  dns::Route route;
  route.hosts = {host("mx1", {"192.0.2.1", "2001:db8::1"}), host("mx2", {"192.0.2.2"}), host("dead", {})};
  CHECK(dialled(route, 0) == Texts{"192.0.2.1", "2001:db8::1", "192.0.2.2"});
  CHECK(keys(route, {config::default_source()})[1] == "mx1 ipv6 default");
}

TEST_CASE("a host with many addresses is walked one address a cycle and family") {
  dns::Route route;
  route.hosts = {host("mx1", {"192.0.2.1", "192.0.2.2", "192.0.2.3", "2001:db8::1"})};
  CHECK(dialled(route, 0) == Texts{"192.0.2.1", "2001:db8::1"});
  CHECK(dialled(route, 1) == Texts{"192.0.2.2", "2001:db8::1"});
  CHECK(dialled(route, 3) == Texts{"192.0.2.1", "2001:db8::1"});
  const config::Sources sources{config::default_source()};
  CHECK(schedule::endpoints_of(route, sources, 0)[0].key() == schedule::endpoints_of(route, sources, 1)[0].key());
}

TEST_CASE("each source has its own endpoints, in the families that it has an address of, source by source") {
  dns::Route route;
  route.hosts = {host("mx1", {"192.0.2.1", "2001:db8::1"}), host("mx2", {"192.0.2.2"}), host("mx3", {"2001:db8::3"})};
  CHECK(keys(route, {source("a", "127.0.0.2"), source("b", "127.0.0.3", "::1")}) ==
        Texts{"mx1 ipv4 a", "mx2 ipv4 a", "mx1 ipv4 b", "mx1 ipv6 b", "mx2 ipv4 b", "mx3 ipv6 b"});
  CHECK(keys(route, {source("c", "", "::1")}) == Texts{"mx1 ipv6 c", "mx3 ipv6 c"});
}

TEST_CASE("a source sees the addresses of its families, and every host") {
  dns::Route route;
  route.hosts = {host("mx1", {"192.0.2.1", "2001:db8::1"}), host("mx2", {"192.0.2.2"})};
  const dns::Route seen = schedule::route_from(*source("a", "", "::1"), route);
  REQUIRE(seen.hosts.size() == 2);
  CHECK(seen.hosts[0].addresses == std::vector{*IpAddress::parse("2001:db8::1")});
  CHECK(seen.hosts[1].addresses.empty());
  CHECK(schedule::route_from(*config::default_source(), route).hosts[0].addresses.size() == 2);
}

TEST_SUITE_END();
