// SPDX-License-Identifier: Apache-2.0
#include "identity/self_check.hpp"

#include <doctest/doctest.h>

#include "fixture/name_table.hpp"
#include "unit/dns/run.hpp"

using namespace mailsonde;
using namespace mailsonde::identity;

namespace {

IpAddress ip(std::string_view text) { return *IpAddress::parse(text); }

struct Scene {
  std::shared_ptr<fixture::NameTable> names = std::make_shared<fixture::NameTable>();
  config::Source source{.name = "pool-a", .ipv4 = ip("192.0.2.10"), .ipv6 = {}, .helo = ""};

  SourceReport check(std::string helo = "out-a.example.org") {
    asio::io_context loop;
    return dns::test::run(loop, check_source(names, std::make_shared<const config::Source>(source), std::move(helo)));
  }
};

}  // namespace

TEST_SUITE_BEGIN("identity.self_check");

TEST_CASE("a source whose names are right is confirmed by three look-ups") {
  Scene scene;
  scene.names->add_address("out-a.example.org", ip("192.0.2.10"));
  scene.names->add_ptr(ip("192.0.2.10"), "out-a.example.org");
  const SourceReport report = scene.check();
  CHECK(report.source == "pool-a");
  CHECK(report.verdict_of(Check::helo).verdict == Verdict::ok);
  CHECK(report.verdict_of(Check::ptr).verdict == Verdict::ok);
  CHECK_FALSE(report.is_unconfirmed());
  CHECK(scene.names->lookups() == 3);
}

TEST_CASE("names are looked up until one leads back") {
  Scene scene;
  scene.names->add_address("out-a.example.org", ip("192.0.2.10"));
  for (const std::string_view name : {"a.example", "b.example", "c.example"})
    scene.names->add_ptr(ip("192.0.2.10"), name);
  scene.names->add_address("b.example", ip("192.0.2.10"));
  const SourceReport report = scene.check();
  CHECK(report.verdict_of(Check::ptr).verdict == Verdict::ok);
  CHECK(scene.names->lookups() == 4);
}

TEST_CASE("each address of a source is checked in its own family, and one that fails makes the source fail") {
  Scene scene;
  scene.source.ipv6 = ip("2001:db8::10");
  scene.names->add_address("out-a.example.org", ip("192.0.2.10"));
  scene.names->add_address("out-a.example.org", ip("2001:db8::10"));
  scene.names->add_ptr(ip("192.0.2.10"), "out-a.example.org");
  const SourceReport report = scene.check();
  REQUIRE(report.addresses.size() == 2);
  CHECK(report.addresses[0].of(Check::ptr).verdict == Verdict::ok);
  CHECK(report.addresses[1].of(Check::ptr).verdict == Verdict::failed);
  CHECK(report.verdict_of(Check::helo).verdict == Verdict::ok);
  CHECK(report.verdict_of(Check::ptr).verdict == Verdict::failed);
  CHECK(report.is_unconfirmed());
}

TEST_CASE("nobody is asked about a private address, and it is never held against the source") {
  for (const std::string_view address : {"127.0.0.2", "10.0.0.1", "192.168.1.1", "100.64.0.1"}) {
    CAPTURE(address);
    Scene scene;
    scene.source.ipv4 = ip(address);
    const SourceReport report = scene.check();
    CHECK(report.verdict_of(Check::helo).verdict == Verdict::unknown);
    CHECK(report.verdict_of(Check::ptr).verdict == Verdict::unknown);
    CHECK_FALSE(report.is_unconfirmed());
    CHECK(scene.names->lookups() == 0);
  }
}

TEST_CASE("an address literal needs no look-up, its address still needs a PTR record") {
  Scene scene;
  const SourceReport report = scene.check("[192.0.2.10]");
  CHECK(report.verdict_of(Check::helo).verdict == Verdict::ok);
  CHECK(report.verdict_of(Check::ptr).verdict == Verdict::failed);
  CHECK(scene.names->lookups() == 1);
}

TEST_CASE("servers that fail leave everything unknown") {
  Scene scene;
  scene.names->set_status("out-a.example.org", dns::RrType::a, dns::Status::timeout);
  scene.names->set_status("10.2.0.192.in-addr.arpa", dns::RrType::ptr, dns::Status::serv_fail);
  CHECK_FALSE(scene.check().is_unconfirmed());
  CHECK(scene.check().verdict_of(Check::ptr).verdict == Verdict::unknown);
}
