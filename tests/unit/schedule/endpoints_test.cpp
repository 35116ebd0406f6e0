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
  for (const auto& endpoint : schedule::endpoints_of(route, cycle)) addresses.push_back(endpoint.address.to_string());
  return addresses;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_SUITE_BEGIN("schedule.endpoints");

TEST_CASE("IPv4 and IPv6 of one host are two endpoints, in the order of preference") {
  dns::Route route;
  route.hosts = {host("mx1", {"192.0.2.1", "2001:db8::1"}), host("mx2", {"192.0.2.2"}), host("dead", {})};
  CHECK(dialled(route, 0) == Texts{"192.0.2.1", "2001:db8::1", "192.0.2.2"});
  CHECK(schedule::endpoints_of(route, 0)[1].key() == "mx1 ipv6");
}

TEST_CASE("a host with many addresses is walked one address a cycle and family") {
  dns::Route route;
  route.hosts = {host("mx1", {"192.0.2.1", "192.0.2.2", "192.0.2.3", "2001:db8::1"})};
  CHECK(dialled(route, 0) == Texts{"192.0.2.1", "2001:db8::1"});
  CHECK(dialled(route, 1) == Texts{"192.0.2.2", "2001:db8::1"});
  CHECK(dialled(route, 3) == Texts{"192.0.2.1", "2001:db8::1"});
  CHECK(schedule::endpoints_of(route, 0)[0].key() == schedule::endpoints_of(route, 1)[0].key());
}

TEST_SUITE_END();
