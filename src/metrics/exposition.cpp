// SPDX-License-Identifier: Apache-2.0
#include "metrics/exposition.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <span>

namespace mailsonde::metrics {
namespace {

using Label = prometheus::ClientMetric::Label;

constexpr std::size_t kTargetLabels = 4;             // kind, provider, source, target
constexpr std::size_t kLongestExemplarLabels = 128;  // OpenMetrics 1.0, "Exemplars": name and value together
constexpr std::string_view kReportId = "report_id";
constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// Length of the UTF-8 sequence at the start of `text`, 0 if it is not valid (RFC 3629 section 4).
std::size_t valid_sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const std::size_t length = lead >= 0xc2 && lead <= 0xdf   ? 2
                             : (lead & 0xf0U) == 0xe0       ? 3
                             : lead >= 0xf0 && lead <= 0xf4 ? 4
                                                            : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return 0;
  }
  const bool overlong = (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xf0 && byte(1) < 0x90);
  const bool surrogate = lead == 0xed && byte(1) >= 0xa0;
  const bool beyond = lead == 0xf4 && byte(1) >= 0x90;
  return overlong || surrogate || beyond ? 0 : length;
}

void append_integer(std::string& out, std::uint64_t value) {
  std::array<char, 24> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), end);
}

void append_label(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append("=\"");
  append_label_value(out, value);
  out += '"';
}

// `a="b",c="d"`
std::string labels_of(const prometheus::ClientMetric& metric) {
  std::string out;
  for (const Label& label : metric.label) {
    if (!out.empty()) out += ',';
    append_label(out, label.name, label.value);
  }
  return out;
}

void append_in_braces(std::string& out, std::string_view labels) {
  if (!labels.empty()) out.append("{").append(labels).append("}");
}

bool needs_no_escape(char c) { return c >= 0x20 && c < 0x7f && c != '\\' && c != '"'; }

// The labels after those of the target, which are the same for all children of a target.
std::span<const Label> own_labels(const prometheus::ClientMetric& metric, Scope scope) {
  const std::span all(metric.label);
  return scope == Scope::target && all.size() >= kTargetLabels ? all.subspan(kTargetLabels) : all;
}

std::string key_of(const prometheus::ClientMetric& metric) {
  std::string key;
  for (std::size_t i = kTargetLabels; i < metric.label.size(); ++i) key.append(metric.label[i].value).append("\n");
  return key;
}

// The unit that a family's name ends in, if it is one of those that OpenMetrics wants declared.
std::string_view unit_of(std::string_view name) {
  for (const std::string_view unit : {std::string_view("seconds"), std::string_view("bytes")}) {
    if (name.size() > unit.size() && name.ends_with(unit) && name[name.size() - unit.size() - 1] == '_') return unit;
  }
  return {};
}

}  // namespace

void append_number(std::string& out, double value, bool force_point) {
  if (std::isnan(value)) {
    out += "NaN";
    return;
  }
  if (std::isinf(value)) {
    out += value > 0 ? "+Inf" : "-Inf";
    return;
  }
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  const std::string_view written(text.data(), static_cast<std::size_t>(end - text.data()));
  out += written;
  if (force_point && written.find_first_of(".e") == std::string_view::npos) out += ".0";
}

void append_label_value(std::string& out, std::string_view value) {
  for (;;) {
    const auto plain = static_cast<std::size_t>(std::ranges::find_if_not(value, needs_no_escape) - value.begin());
    out += value.substr(0, plain);
    value.remove_prefix(plain);
    if (value.empty()) return;
    const auto c = static_cast<unsigned char>(value.front());
    std::size_t taken = 1;
    if (c == '\\' || c == '"') {
      out += '\\';
      out += value.front();
    } else if (c == '\n') {
      out += "\\n";
    } else if (const std::size_t length = c < 0x80 ? 0 : valid_sequence(value); length > 0) {
      out += value.substr(0, length);
      taken = length;
    } else {
      out += kReplacement;
    }
    value.remove_prefix(taken);
  }
}

std::string exemplar_key(std::initializer_list<std::string_view> values) {
  std::string key;
  for (const std::string_view value : values) key.append(value).append("\n");
  return key;
}

void Exposition::add_number(std::string& out, double value) const {
  append_number(out, value, format_ == Format::openmetrics);
}

void Exposition::end_sample(std::string& out, const Exemplars* exemplars, const std::string& key) const {
  const auto found = exemplars != nullptr ? exemplars->find(key) : Exemplars::const_iterator{};
  const bool shown = exemplars != nullptr && found != exemplars->end() &&
                     found->second.report_id.size() + kReportId.size() <= kLongestExemplarLabels;
  if (shown) {
    out += " # {";
    append_label(out, kReportId, found->second.report_id);
    out += "} ";
    add_number(out, found->second.value);
    out += ' ';
    add_number(out, found->second.timestamp);
  }
  out += '\n';
}

void Exposition::add(Id id, prometheus::MetricFamily family, const Exemplars* exemplars) {
  const Row& described = row(id);
  if (format_ == Format::text) exemplars = nullptr;
  std::vector<std::size_t> order(family.metric.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    const auto left = own_labels(family.metric[a], described.scope);
    const auto right = own_labels(family.metric[b], described.scope);
    return std::lexicographical_compare(left.begin(), left.end(), right.begin(), right.end());
  });
  std::string& out = samples_[static_cast<std::size_t>(id)];
  for (const std::size_t i : order) {
    const prometheus::ClientMetric& metric = family.metric[i];
    if (described.type == Type::histogram) {
      add_histogram(id, metric, exemplars);
      continue;
    }
    out += described.name;
    append_in_braces(out, labels_of(metric));
    out += ' ';
    add_number(out, described.type == Type::counter ? metric.counter.value : metric.gauge.value);
    end_sample(out, exemplars, exemplars != nullptr ? key_of(metric) : std::string());
  }
}

void Exposition::add(Id id, const Labels& labels, double value) {
  prometheus::ClientMetric metric;
  for (const auto& [name, text] : labels) metric.label.push_back({std::string(name), text});
  (row(id).type == Type::counter ? metric.counter.value : metric.gauge.value) = value;
  prometheus::MetricFamily family;
  family.metric.push_back(std::move(metric));
  add(id, std::move(family));
}

void Exposition::add_histogram(Id id, const prometheus::ClientMetric& metric, const Exemplars* exemplars) {
  const std::string_view name = row(id).name;
  const std::string labels = labels_of(metric);
  std::string& out = samples_[static_cast<std::size_t>(id)];
  std::size_t index = 0;
  for (const auto& bucket : metric.histogram.bucket) {
    out.append(name).append("_bucket{").append(labels).append(labels.empty() ? "le=\"" : ",le=\"");
    add_number(out, bucket.upper_bound);
    out += "\"} ";
    append_integer(out, bucket.cumulative_count);
    end_sample(out, exemplars, exemplars != nullptr ? key_of(metric) + std::to_string(index) + "\n" : std::string());
    ++index;
  }
  out.append(name).append("_sum");
  append_in_braces(out, labels);
  out += ' ';
  add_number(out, metric.histogram.sample_sum);
  out.append("\n").append(name).append("_count");
  append_in_braces(out, labels);
  out += ' ';
  append_integer(out, metric.histogram.sample_count);
  out += '\n';
}

void Exposition::add_head(std::string& out, const Row& described) const {
  std::string_view name = described.name;
  // OpenMetrics: a counter family is declared without the suffix that its samples have.
  constexpr std::string_view kTotal = "_total";
  if (format_ == Format::openmetrics && described.type == Type::counter) name.remove_suffix(kTotal.size());
  out.append("# HELP ").append(name).append(" ").append(described.help).append("\n");
  out.append("# TYPE ").append(name).append(" ").append(to_string(described.type)).append("\n");
  const std::string_view unit = unit_of(name);
  if (format_ != Format::openmetrics || unit.empty()) return;
  out.append("# UNIT ").append(name).append(" ").append(unit).append("\n");
}

std::string Exposition::finish() && {
  std::array<const Row*, kFamilyCount> sorted{};
  std::ranges::transform(rows(), sorted.begin(), [](const Row& described) { return &described; });
  std::ranges::sort(sorted, {}, [](const Row* described) { return described->name; });
  std::string out;
  std::size_t size = 0;
  for (const std::string& lines : samples_) size += lines.size();
  constexpr std::size_t kHeads = 12 * 1024;
  out.reserve(size + kHeads);
  for (const Row* described : sorted) {
    std::string& lines = samples_[static_cast<std::size_t>(described->id)];
    if (lines.empty()) continue;
    add_head(out, *described);
    out += lines;
    std::string().swap(lines);
  }
  if (format_ == Format::openmetrics) out += "# EOF\n";
  return out;
}

}  // namespace mailsonde::metrics
