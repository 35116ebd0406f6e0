// SPDX-License-Identifier: Apache-2.0
#include "cli/diagnosis.hpp"

#include <doctest/doctest.h>

#include "base/log.hpp"

using namespace mailsonde;

namespace {

config::Target destination(const std::string& name) {
  config::Target target;
  target.name = name;
  target.host = name;
  target.module = std::make_shared<const config::Module>();
  return target;
}

probe::Report ended(const std::string& mx, Outcome outcome, Stage stage) {
  probe::Report report;
  report.mx = mx;
  report.address = IpAddress::parse("192.0.2.1");
  report.provider = "other";
  report.verdict.outcome = outcome;
  report.stage = stage;
  return report;
}

probe::Report passed(const std::string& mx) { return ended(mx, Outcome::ok, Stage::quit); }
probe::Report refused(const std::string& mx) { return ended(mx, Outcome::connection_refused, Stage::connect); }

dns::Route route_to(const std::vector<std::string>& hosts, dns::RouteFault fault = dns::RouteFault::none) {
  dns::Route route;
  for (const std::string& host : hosts) {
    auto& added = route.hosts.emplace_back(dns::MxHost{.name = host, .fault = fault});
    if (fault == dns::RouteFault::none) added.addresses.push_back(*IpAddress::parse("192.0.2.1"));
  }
  return route;
}

// A destination with two MX hosts of which the first has failed often enough to be blamed.
struct Fixture {
  Fixture() {
    config.targets.push_back(destination("a.test"));
    config.resolver.servers = {{.address = *IpAddress::parse("127.0.0.1"), .port = 53}};
    diagnosis.config_loaded(config);
    watching = diagnosis.watch(config.targets.front());
    watching->finished(passed("mx2.a.test"), {});
    for (int i = 0; i < 4; ++i) watching->finished(refused("mx1.a.test"), {});
  }

  // "1", "0", or "" where there is no such series.
  std::string suspected(const std::string& scope, const std::string& subject) const {
    const std::string out = metrics.render(metrics::Format::text);
    const std::string series = "mailsonde_fault_suspected{scope=\"" + scope + "\",subject=\"" + subject + "\"} ";
    const auto found = out.find(series);
    return found == std::string::npos ? "" : out.substr(found + series.size(), 1);
  }

  metrics::Metrics metrics{{.version = "1", .revision = "r", .compiler = "c"}};
  cli::Diagnosis diagnosis{metrics};
  config::Config config;
  std::unique_ptr<schedule::TargetObserver> watching;
};

}  // namespace

TEST_SUITE_BEGIN("cli.diagnosis");

TEST_CASE_FIXTURE(Fixture, "before the first evaluation all that is configured stands at 0") {
  CHECK(suspected("resolver", "127.0.0.1:53") == "0");
  CHECK(suspected("source", "default") == "0");
  CHECK(suspected("mx_host", "mx1.a.test").empty());
}

TEST_CASE_FIXTURE(Fixture, "a host that fails is suspected, and is not when it works again") {
  diagnosis.evaluate();
  CHECK(suspected("mx_host", "mx1.a.test") == "1");
  CHECK(suspected("mx_host", "mx2.a.test").empty());
  watching->finished(passed("mx1.a.test"), {});
  diagnosis.evaluate();
  CHECK(suspected("mx_host", "mx1.a.test") == "0");
}

TEST_CASE_FIXTURE(Fixture, "throttling by its words or by experiment is the prober's, one source that is hit is not") {
  using schedule::Throttle;
  const auto all_end_with = [&](Throttle throttle) {
    for (int i = 0; i < 4; ++i) {
      for (const char* mx : {"mx1.a.test", "mx2.a.test"}) {
        watching->finished(ended(mx, Outcome::server_overloaded, Stage::banner), {.throttle = throttle});
      }
    }
    diagnosis.evaluate();
    return suspected("prober", "a.test") == "1";
  };
  CHECK_FALSE(all_end_with(Throttle::one_source));
  CHECK(all_end_with(Throttle::vanished));
  CHECK_FALSE(all_end_with(Throttle::none));
  CHECK(all_end_with(Throttle::wording));
}

TEST_CASE_FIXTURE(Fixture, "one line tells that a fault appeared, and one that it went") {
  const auto warnings = log::written(log::Level::warn);
  diagnosis.evaluate();
  diagnosis.evaluate();
  CHECK(log::written(log::Level::warn) == warnings + 1);
  const auto infos = log::written(log::Level::info);
  watching->finished(passed("mx1.a.test"), {});
  diagnosis.evaluate();
  diagnosis.evaluate();
  CHECK(log::written(log::Level::info) == infos + 1);
  CHECK(log::written(log::Level::warn) == warnings + 1);
}

TEST_CASE_FIXTURE(Fixture, "a host that left the route is no longer suspected, one whose look-up failed is") {
  watching->routed(route_to({"mx1.a.test", "mx2.a.test"}, dns::RouteFault::failed));
  diagnosis.evaluate();
  CHECK(suspected("mx_host", "mx1.a.test") == "1");
  dns::Route unknown;
  unknown.fault = dns::RouteFault::failed;
  watching->routed(unknown);
  diagnosis.evaluate();
  CHECK(suspected("mx_host", "mx1.a.test") == "1");
  watching->routed(route_to({"mx2.a.test"}));
  diagnosis.evaluate();
  CHECK(suspected("mx_host", "mx1.a.test") == "0");
}

TEST_CASE_FIXTURE(Fixture, "a target that was removed is forgotten") {
  diagnosis.evaluate();
  watching.reset();
  diagnosis.evaluate();
  CHECK(suspected("mx_host", "mx1.a.test") == "0");
}

TEST_CASE_FIXTURE(Fixture, "a resolver that does not answer is suspected until it does") {
  const auto ask = [&](dns::Status status) {
    diagnosis.lookup_finished({.server = "127.0.0.1:53", .name = "a.test", .status = status});
  };
  for (const auto status : {dns::Status::timeout, dns::Status::other, dns::Status::refused}) ask(status);
  diagnosis.evaluate();
  CHECK(suspected("resolver", "127.0.0.1:53") == "1");
  ask(dns::Status::nx_domain);
  diagnosis.evaluate();
  CHECK(suspected("resolver", "127.0.0.1:53") == "0");
}

TEST_CASE_FIXTURE(Fixture, "providers of destinations stand at 0 once they were met") {
  auto report = passed("mx3.a.test");
  report.provider = "google";
  watching->finished(report, {});
  diagnosis.evaluate();
  CHECK(suspected("provider", "google") == "0");
  CHECK(suspected("provider", "other").empty());
}

TEST_SUITE_END();
