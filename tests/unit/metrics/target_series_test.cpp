// SPDX-License-Identifier: Apache-2.0
#include "metrics/target_series.hpp"

#include <doctest/doctest.h>

#include "unit/metrics/lines.hpp"

using namespace mailsonde;
using namespace mailsonde::metrics;
using namespace mailsonde::metrics::test;
using namespace std::chrono_literals;

namespace {

struct Fixture {
  explicit Fixture(const config::Target& target = destination()) : series(target, overflow) {}

  std::string text(Format format = Format::text) const {
    Exposition out(format);
    series.render(out);
    return std::move(out).finish();
  }

  prometheus::Counter overflow;
  TargetSeries series;
};

net::TlsInfo session(bool valid, WallTime leaf, std::optional<WallTime> chain) {
  net::TlsInfo tls;
  tls.version = "TLSv1.3";
  tls.cipher = "TLS_AES_256_GCM_SHA384";
  tls.certificate_valid = valid;
  tls.leaf_not_after = leaf;
  tls.chain_not_after = chain;
  return tls;
}

}  // namespace

TEST_SUITE_BEGIN("metrics.target_series");

TEST_CASE_FIXTURE(Fixture, "counters that alerts look at stand at 0 before the first probe") {
  const std::string out = text();
  CHECK(count(out, "mailsonde_probes_total") == kOutcomeCount);
  for (const Outcome outcome : all_outcomes()) {
    CHECK(value(out, "mailsonde_probes_total", "outcome=\"" + std::string(to_string(outcome)) + "\"") == "0");
  }
  CHECK(value(out, "mailsonde_smtp_replies_total", "code=\"451\",enhanced_code=\"none\",stage=\"banner\"") == "0");
  CHECK(value(out, "mailsonde_smtp_replies_total", "code=\"421\",enhanced_code=\"4.3.2\",stage=\"banner\"") == "0");
  CHECK(value(out, "mailsonde_probe_failures_total", "stage=\"connect\",outcome=\"connection_refused\"") == "0");
  for (const char* reason : {"budget", "backoff", "shared", "identity", "dead_endpoint", "resources"}) {
    CHECK(value(out, "mailsonde_probes_suppressed_total", "reason=\"" + std::string(reason) + "\"") == "0");
  }
  CHECK(value(out, "mailsonde_tls_handshakes_total", "result=\"not_offered\",version=\"none\"") == "0");
  CHECK(value(out, "mailsonde_mx_changes_total") == "0");
  CHECK(value(out, "mailsonde_probe_interval_seconds") == "120");
  CHECK(value(out, "mailsonde_probe_duration_seconds_count") == "0");
  for (const char* absent :
       {"mailsonde_probe_success", "mailsonde_probe_last_timestamp_seconds", "mailsonde_mx_hosts"}) {
    CHECK(count(out, absent) == 0);
  }
}

TEST_CASE("envelope replies stand at 0 only where the module goes") {
  CHECK(value(Fixture().text(), "mailsonde_smtp_replies_total", "stage=\"rcpt\"").empty());
  const std::string out = Fixture(destination("example.com", Stage::rcpt)).text();
  CHECK(value(out, "mailsonde_smtp_replies_total",
              "stage=\"rcpt\",code=\"451\",enhanced_code=\"4.7.1\",outcome=\"greylisted\"") == "0");
  CHECK(value(out, "mailsonde_smtp_replies_total", "stage=\"eod\"").empty());
}

TEST_CASE_FIXTURE(Fixture, "a report counts once, in every family that it concerns") {
  auto report = report_of("mx1.example.com", Outcome::rate_limited, Stage::banner);
  report.replies = {reply(Stage::banner, 421, "4.7.0", Outcome::rate_limited)};
  series.finished(report);
  const std::string out = text();
  CHECK(value(out, "mailsonde_probes_total", "outcome=\"rate_limited\"") == "1");
  CHECK(value(out, "mailsonde_probes_total", "outcome=\"ok\"") == "0");
  CHECK(value(out, "mailsonde_probe_failures_total", "stage=\"banner\",outcome=\"rate_limited\"") == "1");
  CHECK(value(out, "mailsonde_smtp_replies_total", "code=\"421\",enhanced_code=\"4.7.0\",outcome=\"rate_limited\"") ==
        "1");
  CHECK(value(out, "mailsonde_probe_success") == "0");
  CHECK(value(out, "mailsonde_endpoint_success", "mx=\"mx1.example.com\",family=\"ipv4\"") == "0");
  CHECK(value(out, "mailsonde_probe_duration_seconds_count") == "1");
  CHECK(value(out, "mailsonde_probe_duration_seconds_bucket", "le=\"0.05\"") == "1");
  CHECK(value(out, "mailsonde_probe_duration_seconds_bucket", "le=\"0.025\"") == "0");
  CHECK(value(out, "mailsonde_stage_duration_seconds_sum", "stage=\"banner\"") == "0.03");
  CHECK(value(out, "mailsonde_endpoint_stage_duration_seconds", "stage=\"connect\"") == "0.02");
  CHECK(value(out, "mailsonde_probe_last_timestamp_seconds") == "1000000.05");
  CHECK(count(out, "mailsonde_probe_last_success_timestamp_seconds") == 0);
}

TEST_CASE_FIXTURE(Fixture, "a report that is not counted leaves no trace") {
  const std::string before = text();
  auto report = report_of("mx1.example.com", Outcome::connection_timeout, Stage::connect);
  report.counted = false;
  series.finished(report);
  CHECK(text() == before);
}

TEST_CASE_FIXTURE(Fixture, "the target is a success while one endpoint is") {
  series.finished(report_of("mx1.example.com"));
  series.finished(report_of("mx2.example.com", Outcome::connection_refused, Stage::connect));
  CHECK(value(text(), "mailsonde_probe_success") == "1");
  CHECK(value(text(), "mailsonde_probe_last_success_timestamp_seconds") == "1000000.05");
  series.finished(report_of("mx1.example.com", Outcome::connection_lost, Stage::banner));
  CHECK(value(text(), "mailsonde_probe_success") == "0");
}

TEST_CASE_FIXTURE(Fixture, "a throttled probe is counted as what it is and leaves success as it was") {
  const schedule::Judgement throttled{.throttle = schedule::Throttle::wording, .greylisting = {}};
  const auto limited = report_of("mx1.example.com", Outcome::rate_limited, Stage::banner);
  CHECK(value(text(), "mailsonde_probe_throttled") == "0");
  series.finished(limited, throttled);
  CHECK(count(text(), "mailsonde_probe_success") == 0);
  CHECK(count(text(), "mailsonde_endpoint_success") == 0);
  CHECK(value(text(), "mailsonde_probe_throttled") == "1");

  series.finished(report_of("mx1.example.com"));
  CHECK(value(text(), "mailsonde_probe_throttled") == "0");
  series.finished(limited, throttled);
  const std::string out = text();
  CHECK(value(out, "mailsonde_probe_success") == "1");
  CHECK(value(out, "mailsonde_endpoint_success", "mx=\"mx1.example.com\"") == "1");
  CHECK(value(out, "mailsonde_probe_throttled") == "1");
  CHECK(value(out, "mailsonde_probes_total", "outcome=\"rate_limited\"") == "2");

  series.finished(report_of("mx2.example.com"));
  CHECK(value(text(), "mailsonde_probe_throttled") == "1");
  dns::Route without;
  series.routed(without);
  CHECK(value(text(), "mailsonde_probe_throttled") == "0");
}

TEST_CASE_FIXTURE(Fixture, "a stretched interval is shown until the configuration or the schedule says another") {
  series.paced(10min);
  CHECK(value(text(), "mailsonde_probe_interval_seconds") == "600");
  series.configure(destination());
  CHECK(value(text(), "mailsonde_probe_interval_seconds") == "120");
}

TEST_CASE("the delay of greylisting is a histogram that reaches 8 h, where the module goes to RCPT") {
  CHECK(count(Fixture().text(), "mailsonde_greylist_delay_seconds_count") == 0);
  Fixture to_rcpt(destination("example.com", Stage::rcpt));
  CHECK(value(to_rcpt.text(), "mailsonde_greylist_delay_seconds_count") == "0");
  schedule::Judgement accepted;
  accepted.greylisting.delay = 310s;
  to_rcpt.series.finished(report_of("mx1.example.com"), accepted);
  const std::string out = to_rcpt.text();
  CHECK(value(out, "mailsonde_greylist_delay_seconds_sum") == "310");
  CHECK(value(out, "mailsonde_greylist_delay_seconds_bucket", "le=\"300\"") == "0");
  CHECK(value(out, "mailsonde_greylist_delay_seconds_bucket", "le=\"600\"") == "1");
  CHECK(value(out, "mailsonde_greylist_delay_seconds_bucket", "le=\"28800\"") == "1");
}

TEST_CASE_FIXTURE(Fixture, "a failed look-up makes the target and what it has no success, and keeps the series") {
  series.finished(report_of("mx1.example.com"));
  dns::Route failed;
  failed.fault = dns::RouteFault::failed;
  series.routed(failed);
  auto report = report_of("", Outcome::dns_temporary, Stage::dns);
  report.address.reset();
  series.finished(report);
  const std::string out = text();
  CHECK(value(out, "mailsonde_probe_success") == "0");
  CHECK(value(out, "mailsonde_endpoint_success", "mx=\"mx1.example.com\"") == "0");
  CHECK(value(out, "mailsonde_probe_failures_total", "stage=\"dns\",outcome=\"dns_temporary\"") == "1");
}

TEST_CASE_FIXTURE(Fixture, "endpoints that the route no longer has lose their series, families apart") {
  auto over_ipv6 = report_of("mx1.example.com");
  over_ipv6.family = Family::ipv6;
  over_ipv6.tls = session(true, WallTime(2000s), WallTime(1000s));
  over_ipv6.tls_result = probe::TlsResult::ok;
  over_ipv6.starttls_advertised = true;
  series.finished(report_of("mx1.example.com"));
  series.finished(over_ipv6);
  series.finished(report_of("MX2.example.com"));
  series.routed(route_of({mx_host("mx1.example.com", {"2001:db8::1"})}));
  std::string out = text();
  CHECK(count(out, "mailsonde_endpoint_success") == 1);
  CHECK(value(out, "mailsonde_endpoint_success", "family=\"ipv6\",mx=\"mx1.example.com\"") == "1");
  CHECK(count(out, "mailsonde_endpoint_stage_duration_seconds") == 2);
  CHECK(count(out, "mailsonde_tls_certificate_valid") == 1);
  series.routed(route_of({mx_host("mx3.example.com", {"192.0.2.9"})}));
  out = text();
  for (const char* name : {"mailsonde_endpoint_success", "mailsonde_endpoint_stage_duration_seconds",
                           "mailsonde_tls_certificate_valid", "mailsonde_tls_certificate_not_after_timestamp_seconds",
                           "mailsonde_tls_session_info", "mailsonde_starttls_advertised"}) {
    CAPTURE(name);
    CHECK(count(out, name) == 0);
  }
}

TEST_CASE_FIXTURE(Fixture, "a host whose address look-up fails for now keeps its series") {
  series.finished(report_of("mx1.example.com"));
  series.routed(route_of({mx_host("mx1.example.com", {}, dns::RouteFault::failed)}));
  CHECK(count(text(), "mailsonde_endpoint_success") == 1);
  series.routed(route_of({mx_host("mx1.example.com", {}, dns::RouteFault::no_address)}));
  CHECK(count(text(), "mailsonde_endpoint_success") == 0);
}

TEST_CASE_FIXTURE(Fixture, "a stage that the last probe did not reach has no duration") {
  series.finished(report_of("mx1.example.com"));
  auto shorter = report_of("mx1.example.com", Outcome::connection_timeout, Stage::connect);
  shorter.stages = {{Stage::connect, 10s}};
  series.finished(shorter);
  CHECK(count(text(), "mailsonde_endpoint_stage_duration_seconds") == 1);
  CHECK(value(text(), "mailsonde_endpoint_stage_duration_seconds", "stage=\"connect\"") == "10");
}

TEST_CASE_FIXTURE(Fixture, "a certificate's expiry stays when it expires, and when the host is down") {
  auto report = report_of("mx1.example.com");
  report.tls_result = probe::TlsResult::ok;
  report.tls = session(true, WallTime(2000s), WallTime(1000s));
  series.finished(report);
  CHECK(value(text(), "mailsonde_tls_certificate_valid") == "1");
  report.tls = session(false, WallTime(2000s), std::nullopt);
  series.finished(report);
  series.finished(report_of("mx1.example.com", Outcome::connection_refused, Stage::connect));
  const std::string out = text();
  CHECK(value(out, "mailsonde_tls_certificate_valid", "mx=\"mx1.example.com\"") == "0");
  CHECK(value(out, "mailsonde_tls_certificate_not_after_timestamp_seconds", "chain=\"leaf\"") == "2000");
  CHECK(value(out, "mailsonde_tls_certificate_not_after_timestamp_seconds", "chain=\"verified\"") == "1000");
  CHECK(value(out, "mailsonde_tls_handshakes_total", "result=\"ok\",version=\"TLSv1.3\"") == "2");
}

TEST_CASE_FIXTURE(Fixture, "TLS facts follow the last handshake") {
  auto report = report_of("mx1.example.com");
  report.starttls_advertised = true;
  report.tls_result = probe::TlsResult::ok;
  report.tls = session(true, WallTime(2000s), WallTime(1000s));
  series.finished(report);
  CHECK(value(text(), "mailsonde_starttls_advertised") == "1");
  CHECK(value(text(), "mailsonde_tls_session_info", "version=\"TLSv1.3\",cipher=\"TLS_AES_256_GCM_SHA384\"") == "1");
  report.tls->version = "TLSv1.2";
  series.finished(report);
  CHECK(value(text(), "mailsonde_tls_session_info", "version=\"TLSv1.2\"") == "1");
  CHECK(count(text(), "mailsonde_tls_session_info") == 1);
  report.starttls_advertised = false;
  report.tls_result = probe::TlsResult::not_offered;
  report.tls.reset();
  series.finished(report);
  CHECK(count(text(), "mailsonde_tls_session_info") == 0);
  CHECK(value(text(), "mailsonde_starttls_advertised") == "0");
  CHECK(value(text(), "mailsonde_tls_handshakes_total", "result=\"not_offered\",version=\"none\"") == "1");
}

TEST_CASE_FIXTURE(Fixture, "MX hosts, addresses and changes follow the route") {
  series.routed(route_of({mx_host("a.test", {"192.0.2.1", "2001:db8::1"}), mx_host("b.test", {"192.0.2.2"})}));
  CHECK(value(text(), "mailsonde_mx_hosts") == "2");
  CHECK(value(text(), "mailsonde_mx_addresses") == "3");
  series.routed(route_of({mx_host("b.test", {"192.0.2.3"}), mx_host("a.test", {"192.0.2.1"})}));
  CHECK(value(text(), "mailsonde_mx_changes_total") == "0");  // the same set in another order, with other addresses
  dns::Route failed;
  failed.fault = dns::RouteFault::failed;
  series.routed(failed);
  series.routed(route_of({mx_host("a.test", {"192.0.2.1"})}));
  CHECK(value(text(), "mailsonde_mx_changes_total") == "1");
  CHECK(value(text(), "mailsonde_mx_hosts") == "1");
}

TEST_CASE("a relay has no MX families") {
  auto relay = destination();
  relay.kind = config::TargetKind::relay;
  Fixture fixture(relay);
  fixture.series.routed(route_of({mx_host("relay1.example.org", {"192.0.2.1"})}));
  CHECK(fixture.text().find("mailsonde_mx_") == std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "host names that are no host names become other, and are counted") {
  series.finished(report_of("evil\"} 1\nmailsonde_probe_success 1"));
  CHECK(value(text(), "mailsonde_endpoint_success", "mx=\"other\"") == "1");
  CHECK(overflow.Value() == 1);
  series.finished(report_of("192.0.2.7"));  // by intention: no label holds an address
  CHECK(overflow.Value() == 1);
}

TEST_CASE_FIXTURE(Fixture, "hosts and their stages are bounded") {
  for (int i = 0; i < 300; ++i) series.finished(report_of("mx" + std::to_string(i) + ".example.com"));
  const std::string out = text();
  CHECK(count(out, "mailsonde_endpoint_success") == 101);
  CHECK(value(out, "mailsonde_endpoint_success", "mx=\"other\"") == "1");
  CHECK(count(out, "mailsonde_endpoint_stage_duration_seconds") <= 202);
  CHECK(overflow.Value() == 200);
}

TEST_CASE_FIXTURE(Fixture, "reply labels are bounded, and the usual ones go on counting") {
  auto report = report_of("mx1.example.com");
  for (int detail = 0; detail < 999; ++detail) {
    report.replies = {reply(Stage::banner, 451, "4.9." + std::to_string(detail), Outcome::unclassified)};
    series.finished(report);
  }
  report.replies = {reply(Stage::banner, 451, "", Outcome::unclassified),
                    reply(Stage::ehlo, 999, "", Outcome::unclassified)};
  series.finished(report);
  const std::string out = text();
  CHECK(count(out, "mailsonde_smtp_replies_total") <= 202);
  CHECK(value(out, "mailsonde_smtp_replies_total", "code=\"451\",enhanced_code=\"none\",stage=\"banner\"") == "1");
  CHECK(value(out, "mailsonde_smtp_replies_total", "code=\"other\",enhanced_code=\"other\",stage=\"ehlo\"") == "1");
  CHECK(overflow.Value() > 700);
}

TEST_CASE_FIXTURE(Fixture, "exemplars lead from counters and buckets to the report") {
  auto report = report_of("mx1.example.com", Outcome::greylisted, Stage::rcpt);
  report.replies = {reply(Stage::rcpt, 451, "4.7.1", Outcome::greylisted)};
  series.finished(report);
  const std::string out = text(Format::openmetrics);
  const std::string exemplar = " # {report_id=\"00000000000000aa\"} 1.0 1000000.05";
  CHECK(value(out, "mailsonde_probes_total", "outcome=\"greylisted\"") == "1.0" + exemplar);
  CHECK(value(out, "mailsonde_probe_failures_total", "outcome=\"greylisted\",stage=\"rcpt\"") == "1.0" + exemplar);
  CHECK(value(out, "mailsonde_smtp_replies_total", "code=\"451\",stage=\"rcpt\"") == "1.0" + exemplar);
  CHECK(value(out, "mailsonde_probe_duration_seconds_bucket", "le=\"0.05\"") ==
        "1 # {report_id=\"00000000000000aa\"} 0.05 1000000.05");
}

TEST_SUITE_END();
