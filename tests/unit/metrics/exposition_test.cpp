// SPDX-License-Identifier: Apache-2.0
#include "metrics/exposition.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace mailsonde::metrics;

namespace {

std::string number(double value, bool force_point) {
  std::string out;
  append_number(out, value, force_point);
  return out;
}

std::string label(std::string_view value) {
  std::string out;
  append_label_value(out, value);
  return out;
}

prometheus::ClientMetric counter(std::vector<prometheus::ClientMetric::Label> labels, double value) {
  prometheus::ClientMetric metric;
  metric.label = std::move(labels);
  metric.counter.value = value;
  return metric;
}

const std::vector<prometheus::ClientMetric::Label> kTarget{
    {"kind", "destination"}, {"provider", "p"}, {"source", "default"}, {"target", "t"}};

std::vector<prometheus::ClientMetric::Label> with(std::vector<prometheus::ClientMetric::Label> more) {
  auto labels = kTarget;
  labels.insert(labels.end(), more.begin(), more.end());
  return labels;
}

}  // namespace

TEST_SUITE_BEGIN("metrics.exposition");

TEST_CASE("numbers are the shortest that read back, with a point where OpenMetrics wants one") {
  CHECK(number(0, false) == "0");
  CHECK(number(1, true) == "1.0");
  CHECK(number(-3, true) == "-3.0");
  CHECK(number(0.1, true) == "0.1");
  CHECK(number(1e300, true) == "1e+300");
  CHECK(number(1763700000.25, false) == "1763700000.25");
  CHECK(number(std::numeric_limits<double>::quiet_NaN(), true) == "NaN");
  CHECK(number(std::numeric_limits<double>::infinity(), true) == "+Inf");
  CHECK(number(-std::numeric_limits<double>::infinity(), false) == "-Inf");
}

TEST_CASE("label values are escaped and always valid UTF-8") {
  CHECK(label("a\"b\\c\nd") == R"(a\"b\\c\nd)");
  CHECK(label("\xc3\xa4\xe2\x82\xac\xf0\x9f\x93\xa7") == "\xc3\xa4\xe2\x82\xac\xf0\x9f\x93\xa7");
  const std::string bad = "\xef\xbf\xbd";
  CHECK(label("\xff") == bad);
  CHECK(label("\xc3") == bad);                      // cut
  CHECK(label("\xc0\xaf") == bad + bad);            // overlong
  CHECK(label("\xed\xa0\x80") == bad + bad + bad);  // surrogate
  CHECK(label("\xf4\x90\x80\x80") == bad + bad + bad + bad);
  CHECK(label(std::string_view("\0", 1)) == bad);  // ends the input of Prometheus' lexer
  CHECK(label("\r\x7f") == bad + bad);
}

TEST_CASE("text 0.0.4: one HELP and TYPE a family, families and samples sorted, no EOF") {
  Exposition out(Format::text);
  out.add(Id::targets, {{"kind", "relay"}}, 2);
  prometheus::MetricFamily family;
  family.metric = {counter(with({{"outcome", "ok"}}), 7), counter(with({{"outcome", "greylisted"}}), 1)};
  out.add(Id::probes_total, family);
  CHECK(std::move(out).finish() ==
        "# HELP mailsonde_probes_total Finished probes by how they ended.\n"
        "# TYPE mailsonde_probes_total counter\n"
        "mailsonde_probes_total{kind=\"destination\",provider=\"p\",source=\"default\",target=\"t\",outcome="
        "\"greylisted\"} 1\n"
        "mailsonde_probes_total{kind=\"destination\",provider=\"p\",source=\"default\",target=\"t\",outcome=\"ok\"} 7\n"
        "# HELP mailsonde_targets Configured targets.\n"
        "# TYPE mailsonde_targets gauge\n"
        "mailsonde_targets{kind=\"relay\"} 2\n");
}

TEST_CASE("OpenMetrics: counters declared without _total, UNIT, points, exemplars, EOF last") {
  Exposition out(Format::openmetrics);
  prometheus::MetricFamily family;
  family.metric = {counter(with({{"outcome", "ok"}}), 7), counter(with({{"outcome", "greylisted"}}), 1)};
  Exemplars exemplars;
  exemplars[exemplar_key({"ok"})] = {.report_id = "00ff", .value = 1, .timestamp = 1700000000.5};
  out.add(Id::probes_total, family, &exemplars);
  out.add(Id::probe_interval_seconds, {}, 60);
  CHECK(std::move(out).finish() ==
        "# HELP mailsonde_probe_interval_seconds Time between probes of an endpoint of the target: the configured "
        "interval, "
        "or what politeness makes of it.\n"
        "# TYPE mailsonde_probe_interval_seconds gauge\n"
        "# UNIT mailsonde_probe_interval_seconds seconds\n"
        "mailsonde_probe_interval_seconds 60.0\n"
        "# HELP mailsonde_probes Finished probes by how they ended.\n"
        "# TYPE mailsonde_probes counter\n"
        "mailsonde_probes_total{kind=\"destination\",provider=\"p\",source=\"default\",target=\"t\",outcome="
        "\"greylisted\"} 1.0\n"
        "mailsonde_probes_total{kind=\"destination\",provider=\"p\",source=\"default\",target=\"t\",outcome=\"ok\"} 7.0"
        " # {report_id=\"00ff\"} 1.0 1700000000.5\n"
        "# EOF\n");
}

TEST_CASE("exemplars appear in OpenMetrics only, and only when they are short enough") {
  prometheus::MetricFamily family;
  family.metric = {counter(with({{"outcome", "ok"}}), 7)};
  Exemplars exemplars;
  exemplars[exemplar_key({"ok"})] = {.report_id = "00ff", .value = 1, .timestamp = 1};
  Exposition text(Format::text);
  text.add(Id::probes_total, family, &exemplars);
  CHECK(std::move(text).finish().find("00ff") == std::string::npos);
  exemplars[exemplar_key({"ok"})].report_id = std::string(120, 'a');
  Exposition open(Format::openmetrics);
  open.add(Id::probes_total, family, &exemplars);
  CHECK(std::move(open).finish().find("report_id") == std::string::npos);
}

TEST_CASE("histograms have cumulative buckets, sum and count, and exemplars on their buckets") {
  prometheus::ClientMetric metric;
  metric.label = kTarget;
  metric.histogram = {
      .sample_count = 3, .sample_sum = 1.5, .bucket = {{1, 1.0}, {3, std::numeric_limits<double>::infinity()}}};
  prometheus::MetricFamily family;
  family.metric = {metric};
  Exemplars exemplars;
  exemplars[exemplar_key({"0"})] = {.report_id = "ab", .value = 0.5, .timestamp = 2};
  Exposition out(Format::openmetrics);
  out.add(Id::probe_duration_seconds, family, &exemplars);
  const std::string text = std::move(out).finish();
  const std::string labels = R"({kind="destination",provider="p",source="default",target="t")";
  CHECK(text.find("_bucket" + labels +
                  R"(,le="1.0"} 1 # {report_id="ab"} 0.5 2.0)"
                  "\n") != std::string::npos);
  CHECK(text.find("_bucket" + labels +
                  R"(,le="+Inf"} 3)"
                  "\n") != std::string::npos);
  CHECK(text.find("_sum" + labels + "} 1.5\n") != std::string::npos);
  CHECK(text.find("_count" + labels + "} 3\n") != std::string::npos);
}

TEST_CASE("no samples at all is an empty text, and just the end in OpenMetrics") {
  CHECK(Exposition(Format::text).finish().empty());
  CHECK(Exposition(Format::openmetrics).finish() == "# EOF\n");
}

TEST_SUITE_END();
