// SPDX-License-Identifier: Apache-2.0
#include "metrics/fault_series.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "unit/metrics/lines.hpp"

using namespace mailsonde;
using namespace mailsonde::metrics;
using namespace mailsonde::metrics::test;
using FaultScope = diagnose::Scope;

namespace {

const std::vector<std::string> kResolvers{"127.0.0.1:53", "[::1]:53"};
const std::vector<std::string> kSources{"pool-a", "pool-b"};

struct Fixture {
  Fixture() { metrics.watch_subjects({.resolvers = kResolvers, .sources = kSources}); }

  std::string text() const { return metrics.render(Format::text); }
  std::string suspected(std::string_view scope, std::string_view subject) const {
    return value(text(), "mailsonde_fault_suspected",
                 "scope=\"" + std::string(scope) + "\",subject=\"" + std::string(subject) + "\"");
  }
  void show(std::vector<diagnose::Fault> faults) { metrics.show_faults(faults, {}); }

  Metrics metrics{{.version = "1.2.3", .revision = "abc", .compiler = "clang"}};
};

}  // namespace

TEST_SUITE_BEGIN("metrics.fault_series");

TEST_CASE_FIXTURE(Fixture, "subjects that are known stand at 0 before anything is suspected") {
  for (const char* subject : {"port_25", "network"}) CHECK(suspected("egress", subject) == "0");
  for (const char* subject : {"ipv4", "ipv6"}) CHECK(suspected("ip_family", subject) == "0");
  for (const char* subject : {"127.0.0.1:53", "[::1]:53"}) CHECK(suspected("resolver", subject) == "0");
  for (const char* subject : {"pool-a", "pool-b"}) CHECK(suspected("source", subject) == "0");
  CHECK(suspected("prober", "all") == "0");
  CHECK(count(text(), "mailsonde_fault_suspected") == 9);
}

TEST_CASE_FIXTURE(Fixture, "a fault is 1, all others are 0, and it stays at 0 when it is over") {
  show({{FaultScope::resolver, "127.0.0.1:53", "3 of 3 look-ups"}, {FaultScope::mx_host, "MX1.example.com", "..."}});
  CHECK(suspected("resolver", "127.0.0.1:53") == "1");
  CHECK(suspected("resolver", "[::1]:53") == "0");
  CHECK(suspected("mx_host", "mx1.example.com") == "1");
  show({{FaultScope::egress, "port_25", "..."}});
  CHECK(suspected("egress", "port_25") == "1");
  CHECK(suspected("resolver", "127.0.0.1:53") == "0");
  CHECK(suspected("mx_host", "mx1.example.com") == "0");
}

TEST_CASE_FIXTURE(Fixture, "providers stand at 0 from when they were seen") {
  CHECK(suspected("provider", "google").empty());
  metrics.show_faults({}, std::vector<std::string>{"google"});
  CHECK(suspected("provider", "google") == "0");
  show({{FaultScope::provider, "google", "..."}});
  CHECK(suspected("provider", "google") == "1");
  show({});
  CHECK(suspected("provider", "google") == "0");
}

TEST_CASE_FIXTURE(Fixture, "resolvers and sources that are no longer configured end, those that are go on") {
  show({{FaultScope::resolver, "[::1]:53", "..."}, {FaultScope::mx_host, "mx.test", "..."}});
  metrics.watch_subjects({.resolvers = std::vector<std::string>{"[::1]:53"}, .sources = {}});
  CHECK(suspected("resolver", "127.0.0.1:53").empty());
  CHECK(suspected("resolver", "[::1]:53") == "1");
  CHECK(suspected("source", "pool-a").empty());
  CHECK(suspected("mx_host", "mx.test") == "1");
  show({{FaultScope::resolver, "127.0.0.1:53", "..."}, {FaultScope::source, "pool-a", "..."}});
  CHECK(suspected("resolver", "127.0.0.1:53").empty());
  CHECK(suspected("source", "pool-a").empty());
}

TEST_CASE_FIXTURE(Fixture, "no address and no nonsense becomes a label") {
  show({{FaultScope::mx_host, "192.0.2.1", "..."}});
  CHECK(suspected("mx_host", "other") == "1");
  CHECK(value(text(), "mailsonde_label_overflow_total") == "0");
  show({{FaultScope::mx_host, "not a host\n", "..."}});
  CHECK(value(text(), "mailsonde_label_overflow_total") == "1");
  CHECK(text().find("not a host") == std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "subjects are bounded: what is one too many becomes other and is counted") {
  std::vector<diagnose::Fault> faults;
  for (std::size_t i = 0; i < kMostSubjects + 20; ++i) {
    faults.push_back({FaultScope::mx_host, "mx" + std::to_string(i) + ".test", "..."});
  }
  show(faults);
  CHECK(suspected("mx_host", "mx0.test") == "1");
  CHECK(suspected("mx_host", "other") == "1");
  CHECK(count(text(), "mailsonde_fault_suspected") == 9 + kMostSubjects + 1);  // nine stand there from the start
  CHECK(value(text(), "mailsonde_label_overflow_total") == "20");
}

TEST_CASE_FIXTURE(Fixture, "a scrape sees one verdict, not half of two") {
  const std::jthread diagnosis([this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      show({{FaultScope::egress, "port_25", "..."}, {FaultScope::resolver, "[::1]:53", "..."}});
      show({{FaultScope::ip_family, "ipv6", "..."}});
    }
  });
  for (int i = 0; i < 50; ++i) {
    const std::string out = text();
    const auto of = [&](std::string_view labels) { return value(out, "mailsonde_fault_suspected", labels); };
    CHECK(of("scope=\"egress\",subject=\"port_25\"") == of("scope=\"resolver\",subject=\"[::1]:53\""));
  }
}

TEST_SUITE_END();
