// SPDX-License-Identifier: Apache-2.0
#include "metrics/metrics.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "unit/metrics/lines.hpp"

using namespace mailsonde;
using namespace mailsonde::metrics;
using namespace mailsonde::metrics::test;
using namespace std::chrono_literals;

namespace {

struct Fixture {
  Metrics metrics{{.version = "1.2.3", .revision = "abc", .compiler = "clang"}};
  std::string text() const { return metrics.render(Format::text); }
};

}  // namespace

TEST_SUITE_BEGIN("metrics.metrics");

TEST_CASE_FIXTURE(Fixture, "before any target the process itself is shown") {
  const std::string out = text();
  CHECK(value(out, "mailsonde_build_info", "version=\"1.2.3\",revision=\"abc\",compiler=\"clang\"") == "1");
  CHECK(value(out, "mailsonde_targets", "kind=\"destination\"") == "0");
  CHECK(value(out, "mailsonde_probes_in_flight") == "0");
  CHECK(value(out, "mailsonde_label_overflow_total") == "0");
  CHECK(value(out, "mailsonde_schedule_lag_seconds_count") == "0");
  CHECK_FALSE(value(out, "mailsonde_log_messages_total", "level=\"error\"").empty());
  CHECK(std::stod(value(out, "process_open_fds")) > 0);
  CHECK(std::stod(value(out, "process_resident_memory_bytes")) > 1e6);
  CHECK(std::stod(value(out, "process_start_time_seconds")) > 1e9);
  CHECK(value(out, "mailsonde_config_last_reload_successful").empty());
}

TEST_CASE_FIXTURE(Fixture, "a target's series live as long as its observer") {
  auto observer = metrics.watch(destination("a.test"));
  const auto other = metrics.watch(destination("b.test"));
  CHECK(value(text(), "mailsonde_targets", "kind=\"destination\"") == "2");
  CHECK(value(text(), "mailsonde_probes_total", "target=\"a.test\",outcome=\"ok\"") == "0");
  observer.reset();
  CHECK(text().find("a.test") == std::string::npos);
  CHECK(text().find("b.test") != std::string::npos);
  CHECK(value(text(), "mailsonde_targets", "kind=\"destination\"") == "1");
}

TEST_CASE_FIXTURE(Fixture, "a probe that was made in another target's name counts, and was never in flight") {
  const auto observer = metrics.watch(destination());
  observer->suppressed(schedule::Suppression::shared);
  observer->shared(report_of("mx1.example.com"), {});
  CHECK(value(text(), "mailsonde_probes_in_flight") == "0");
  CHECK(value(text(), "mailsonde_probes_total", "outcome=\"ok\"") == "1");
  CHECK(value(text(), "mailsonde_probe_success") == "1");
  CHECK(value(text(), "mailsonde_probes_suppressed_total", "reason=\"shared\"") == "1");
}

TEST_CASE_FIXTURE(Fixture, "probes started are the sum of outcomes and those in flight") {
  auto observer = metrics.watch(destination());
  for (int i = 0; i < 3; ++i) observer->started();
  CHECK(value(text(), "mailsonde_probes_in_flight") == "3");
  observer->finished(report_of("mx1.example.com"), {});
  CHECK(value(text(), "mailsonde_probes_in_flight") == "2");
  CHECK(value(text(), "mailsonde_probes_total", "outcome=\"ok\"") == "1");
  auto lost = report_of("mx1.example.com");
  lost.counted = false;
  observer->finished(lost, {});
  observer->suppressed(schedule::Suppression::resources);
  CHECK(value(text(), "mailsonde_probes_total", "outcome=\"ok\"") == "1");
  CHECK(value(text(), "mailsonde_probes_suppressed_total", "reason=\"resources\"") == "1");
  CHECK(value(text(), "mailsonde_probes_in_flight") == "1");
  observer.reset();  // removed while a probe runs: it ends unseen
  CHECK(value(text(), "mailsonde_probes_in_flight") == "0");
}

TEST_CASE_FIXTURE(Fixture, "a target that is watched anew before the old observer goes keeps its counters") {
  auto old_observer = metrics.watch(destination());
  old_observer->started();
  old_observer->finished(report_of("mx1.example.com"), {});
  auto changed = destination();
  changed.interval = 10s;
  const auto new_observer = metrics.watch(changed);
  CHECK(count(text(), "mailsonde_probe_interval_seconds") == 1);
  CHECK(value(text(), "mailsonde_probe_interval_seconds") == "10");
  old_observer.reset();
  CHECK(value(text(), "mailsonde_probes_total", "outcome=\"ok\"") == "1");
}

TEST_CASE_FIXTURE(Fixture, "a target that moves to another provider begins anew, at 0") {
  auto moving = destination();
  auto observer = metrics.watch(moving);
  for (int i = 0; i < 2; ++i) observer->started();
  observer->finished(report_of("mx1.example.com"), {});
  moving.provider = "google";
  observer = metrics.watch(moving);
  const std::string out = text();
  CHECK(value(out, "mailsonde_probes_total", "provider=\"google\",outcome=\"ok\"") == "0");
  CHECK(out.find("provider=\"other\"") == std::string::npos);
  CHECK(value(out, "mailsonde_targets", "kind=\"destination\"") == "1");
  CHECK(value(out, "mailsonde_probes_in_flight") == "0");
}

TEST_CASE_FIXTURE(Fixture, "look-ups of configured servers stand at 0, and end with the server") {
  const std::vector<config::Resolver::Server> servers{{.address = *IpAddress::parse("127.0.0.1"), .port = 53}};
  metrics.config_loaded(WallTime(5000s), servers);
  CHECK(value(text(), "mailsonde_dns_lookups_total", "server=\"127.0.0.1:53\",rrtype=\"MX\",rcode=\"SERVFAIL\"") ==
        "0");
  metrics.lookup_finished({"127.0.0.1:53", "a.test", dns::RrType::mx, dns::Status::serv_fail, 20ms});
  CHECK(value(text(), "mailsonde_dns_lookups_total", "rrtype=\"MX\",rcode=\"SERVFAIL\"") == "1");
  CHECK(value(text(), "mailsonde_dns_lookup_duration_seconds_sum", "rrtype=\"MX\"") == "0.02");
  metrics.lookup_finished({"[::1]:53", "a.test", dns::RrType::a, dns::Status::ok, 1ms});
  CHECK(value(text(), "mailsonde_dns_lookups_total", "server=\"[::1]:53\",rrtype=\"A\",rcode=\"NOERROR\"") == "1");
  metrics.config_loaded(WallTime(6000s), {});
  CHECK(count(text(), "mailsonde_dns_lookups_total") == 0);
  CHECK(count(text(), "mailsonde_dns_lookup_duration_seconds_count") == 0);
}

TEST_CASE_FIXTURE(Fixture, "a refused configuration drops the gauge and keeps the moment of the last good one") {
  metrics.config_loaded(WallTime(5000s), {});
  metrics.config_refused();
  CHECK(value(text(), "mailsonde_config_last_reload_successful") == "0");
  CHECK(value(text(), "mailsonde_config_last_reload_success_timestamp_seconds") == "5000");
  metrics.config_loaded(WallTime(6000s), {});
  CHECK(value(text(), "mailsonde_config_last_reload_successful") == "1");
  metrics.config_loaded(WallTime(7000s), {}, false);
  CHECK(value(text(), "mailsonde_config_last_reload_successful") == "0");
  CHECK(value(text(), "mailsonde_config_last_reload_success_timestamp_seconds") == "6000");
}

TEST_CASE_FIXTURE(Fixture, "each source of a target has its own series, from 0 to its end; the target is one") {
  const auto from = [](const char* source) {
    auto target = destination("a.test");
    target.sources = {std::make_shared<const config::Source>(
        config::Source{.name = source, .ipv4 = IpAddress::parse("192.0.2.10"), .ipv6 = {}, .helo = ""})};
    return target;
  };
  const auto a = metrics.watch(from("pool-a"));
  auto b = metrics.watch(from("pool-b"));
  CHECK(value(text(), "mailsonde_targets", "kind=\"destination\"") == "1");
  a->started();
  auto report = report_of("mx.a.test");
  report.source = "pool-a";
  a->finished(report, {});
  std::string out = text();
  CHECK(value(out, "mailsonde_probes_total", "source=\"pool-a\",outcome=\"ok\"") == "1");
  CHECK(value(out, "mailsonde_probes_total", "source=\"pool-b\",outcome=\"ok\"") == "0");
  CHECK(value(out, "mailsonde_probe_success", "source=\"pool-a\"") == "1");
  CHECK(value(out, "mailsonde_probe_success", "source=\"pool-b\"").empty());
  CHECK(out.find("source=\"default\"") == std::string::npos);
  b.reset();
  out = text();
  CHECK(out.find("pool-b") == std::string::npos);
  CHECK(value(out, "mailsonde_probes_total", "source=\"pool-a\",outcome=\"ok\"") == "1");
  CHECK(value(out, "mailsonde_targets", "kind=\"destination\"") == "1");
}

TEST_CASE_FIXTURE(Fixture, "lag is observed") {
  metrics.lagged(3s);
  CHECK(value(text(), "mailsonde_schedule_lag_seconds_bucket", "le=\"2.5\"") == "0");
  CHECK(value(text(), "mailsonde_schedule_lag_seconds_bucket", "le=\"5\"") == "1");
}

TEST_CASE_FIXTURE(Fixture, "2,000 targets come and go quickly") {
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::unique_ptr<schedule::TargetObserver>> observers;
  for (int i = 0; i < 2000; ++i) {
    observers.push_back(metrics.watch(destination("t" + std::to_string(i) + ".test")));
    observers.back()->started();
    observers.back()->finished(report_of("mx.test"), {});
  }
  observers.clear();
  // Removing from shared families, linear in 2,000 x 27 children each, would take minutes.
  CHECK(std::chrono::steady_clock::now() - begin < 20s);
  CHECK(value(text(), "mailsonde_targets", "kind=\"destination\"") == "0");
}

TEST_CASE_FIXTURE(Fixture, "scrapes while shards report, watch and forget are whole") {
  std::vector<std::jthread> shards;
  for (int shard = 0; shard < 2; ++shard) {
    shards.emplace_back([this, shard](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        const auto observer = metrics.watch(destination("t" + std::to_string(shard) + ".test", Stage::rcpt));
        for (int i = 0; i < 20; ++i) {
          observer->routed(route_of({mx_host("mx" + std::to_string(i % 3) + ".test", {"192.0.2.1"})}));
          observer->started();
          auto report = report_of("mx" + std::to_string(i % 3) + ".test", Outcome::greylisted, Stage::rcpt);
          report.replies = {reply(Stage::rcpt, 451, "4.7." + std::to_string(i), Outcome::greylisted)};
          observer->finished(report, {});
          metrics.lookup_finished({"127.0.0.1:53", "a.test", dns::RrType::a, dns::Status::ok, 1ms});
          metrics.lagged(1ms);
        }
      }
    });
  }
  for (int i = 0; i < 50; ++i) {
    const std::string out = metrics.render(Format::openmetrics);
    CHECK(out.ends_with("\n# EOF\n"));
    // One report shows in all its families or in none.
    for (const char* target : {"t0.test", "t1.test"}) {
      const std::string label = "target=\"" + std::string(target) + "\"";
      const std::string probes = value(out, "mailsonde_probes_total", label + ",outcome=\"greylisted\"");
      const std::string observed = value(out, "mailsonde_probe_duration_seconds_count", label);
      if (!probes.empty()) CHECK(std::stod(probes) == std::stod(observed));
    }
  }
}

TEST_SUITE_END();
