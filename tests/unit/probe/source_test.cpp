// SPDX-License-Identifier: Apache-2.0
// The source that a probe leaves from.
#include <doctest/doctest.h>

#include "unit/probe/play.hpp"

using namespace mailsonde;

namespace {

struct Gone {
  probe::Report report;
  std::vector<net::DialRequest> dials;
};

// A probe of depth ehlo from the source pool-a at 192.0.2.10.
Gone probe_from_pool(const fixture::Staging& staging) {
  test::Scene scene(Stage::ehlo);
  auto target = std::make_shared<config::Target>(scene.target);
  target->module = std::make_shared<const config::Module>(scene.module);
  probe::Request request;
  request.target = target;
  request.tls = *net::TlsContext::make(config::TlsVersion::tls1_2, std::nullopt);
  request.classifier = std::make_shared<const classify::Classifier>();
  request.helo = "out-a.example.org";
  request.source = "pool-a";
  request.local_address = IpAddress::parse("192.0.2.10");
  request.mx = "mx.example.com";
  request.address = *IpAddress::parse("192.0.2.1");

  fixture::ScriptedDialer dialer({staging});
  Gone gone;
  asio::io_context context;
  asio::co_spawn(context, probe::run(std::move(request), dialer),
                 [&](const std::exception_ptr& error, probe::Report report) {
                   REQUIRE_FALSE(error);
                   gone.report = std::move(report);
                 });
  context.run();
  gone.dials = dialer.requests();
  return gone;
}

fixture::Staging staging_of(const char* script) { return {.script = *fixture::parse_script(script)}; }

}  // namespace

TEST_SUITE_BEGIN("probe.source");

TEST_CASE("a probe leaves from its source's address, says its HELO name, and its report names it") {
  const auto gone = probe_from_pool(staging_of("S: 220 mx\nC: EHLO out-a.example.org\nS: 250 mx\nC: QUIT\nS: 221 bye"));
  CHECK(gone.report.verdict.outcome == Outcome::ok);
  CHECK(gone.report.source == "pool-a");
  CHECK_FALSE(gone.report.source_missing);
  REQUIRE(gone.dials.size() == 1);
  CHECK(gone.dials[0].local_address == IpAddress::parse("192.0.2.10"));
}

TEST_CASE("a source whose address is missing is told as such, and says nothing about the peer") {
  fixture::Staging staging = staging_of("S: 220 mx");
  staging.fail_at = 0;
  staging.failure = {net::Failure::source, "192.0.2.10 is not an address of this host"};
  const auto gone = probe_from_pool(staging);
  CHECK_FALSE(gone.report.counted);
  CHECK(gone.report.source_missing);
  CHECK(gone.report.stage == Stage::connect);
  CHECK(gone.report.detail == "source pool-a: 192.0.2.10 is not an address of this host");
  CHECK_FALSE(gone.report.success());
}

TEST_CASE("a lack of resources is not the source's fault") {
  fixture::Staging staging = staging_of("S: 220 mx");
  staging.fail_at = 0;
  staging.failure = {net::Failure::resources, "too many open files"};
  const auto gone = probe_from_pool(staging);
  CHECK_FALSE(gone.report.counted);
  CHECK_FALSE(gone.report.source_missing);
}

TEST_SUITE_END();
