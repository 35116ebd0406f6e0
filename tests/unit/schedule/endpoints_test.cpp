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

// "mx1 192.0.2.1 pool-a" for each.
std::vector<std::string> texts(const dns::Route& route, const config::Sources& sources) {
  std::vector<std::string> texts;
  for (const auto& endpoint : schedule::endpoints_of(route, sources))
    texts.push_back(endpoint.mx + ' ' + endpoint.address.to_string() + ' ' + endpoint.source->name);
  return texts;
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
  CHECK(texts(route, {config::default_source()}) ==
        Texts{"mx1 192.0.2.1 default", "mx1 2001:db8::1 default", "mx2 192.0.2.2 default"});
}

TEST_CASE("each source has its own endpoints, in the families that it has an address of, source by source") {
  dns::Route route;
  route.hosts = {host("mx1", {"192.0.2.1", "2001:db8::1"}), host("mx2", {"192.0.2.2"}), host("mx3", {"2001:db8::3"})};
  CHECK(texts(route, {source("a", "127.0.0.2"), source("b", "127.0.0.3", "::1")}) ==
        Texts{"mx1 192.0.2.1 a", "mx2 192.0.2.2 a", "mx1 192.0.2.1 b", "mx1 2001:db8::1 b", "mx2 192.0.2.2 b",
              "mx3 2001:db8::3 b"});
  CHECK(texts(route, {source("c", "", "::1")}) == Texts{"mx1 2001:db8::1 c", "mx3 2001:db8::3 c"});
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
