// SPDX-License-Identifier: Apache-2.0
#include "config/local_host.hpp"

#include "config/syntax.hpp"
#include "loading.hpp"

using namespace mailsonde::config;

namespace {

std::vector<std::string> names(std::string_view resolv_conf) {
  std::vector<std::string> result;
  for (const auto& server : nameservers_in(resolv_conf)) result.push_back(server.to_string());
  return result;
}

}  // namespace

TEST_SUITE_BEGIN("config.local_host");

TEST_CASE("a qualified host name is taken as it is") {
  CHECK(fqdn_of("mx.example.org", "127.0.0.1 mx.example.org.wrong mx.example.org", "wrong") == "mx.example.org");
}

TEST_CASE("a bare host name is completed from the hosts file, else from the kernel's domain") {
  constexpr std::string_view kHosts =
      "127.0.0.1 localhost\n# 192.0.2.1 mx.wrong mx\n192.0.2.7\tmx.example.org  MX # ours\n";
  CHECK(fqdn_of("mx", kHosts, "(none)\n") == "mx.example.org");
  CHECK(fqdn_of("mx", "192.0.2.7 mx mx.example.org\n", "(none)") == "mx.example.org");
  CHECK(fqdn_of("mx", "192.0.2.7 mx2.example.org mx2\n", "example.net\n") == "mx.example.net");
  CHECK(fqdn_of("mx", "192.0.2.7 mx.example.org\n", "(none)\n") == "mx");
  CHECK(fqdn_of("mx", "", "") == "mx");
}

TEST_CASE("what is no host name never gets into EHLO") {
  CHECK(fqdn_of("", "", "") == "localhost");
  CHECK(fqdn_of("a b", "", "example.org") == "localhost");
  CHECK(fqdn_of("mx", "192.0.2.7 mx mx.exa$mple\n", "a b") == "mx");
  CHECK(helo_mistake(local_fqdn()).empty());
}

TEST_CASE("nameserver lines are the system's resolvers") {
  CHECK(
      names("# x\nsearch example.org\nnameserver 192.0.2.1\n nameserver\t2001:db8::1 # two\nnameserver 192.0.2.1\n") ==
      std::vector<std::string>{"192.0.2.1:53", "[2001:db8::1]:53"});
  CHECK(
      names("nameserver\nnameserver fe80::1%eth0\nnameserver x\nnameservers 192.0.2.1\n;nameserver 192.0.2.1").empty());
  CHECK_FALSE(system_resolvers().empty());
}

TEST_CASE("a list of resolvers without end is cut") {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "nameserver 192.0.2." + std::to_string(i) + "\n";
  CHECK(names(text).size() == 8);
}
