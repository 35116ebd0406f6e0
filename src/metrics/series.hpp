// SPDX-License-Identifier: Apache-2.0
// One family of the table as a prometheus-cpp family that holds the children of one owner: a target, or the process.
// Each target has its own, so that a target's series go with it at once (Family::Remove is linear in the family:
// 157 us a child at 25,000) and its labels are kept once, not in every child.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include <string>
#include <type_traits>

#include "metrics/exposition.hpp"
#include "metrics/table.hpp"

namespace mailsonde::metrics {

// Adding and removing children is thread-safe by prometheus-cpp, but the count is not: an owner that adds children on
// several threads locks. References to children are valid until they are removed or the Series ends.
template <typename Metric>
class Series {
 public:
  Series(Id id, const prometheus::Labels& owner) : id_(id), family_(std::string(row(id).name), "", owner) {}

  // The child with these labels, made at 0 if it is new.
  Metric& child(const prometheus::Labels& labels = {}) {
    if (!family_.Has(labels)) ++size_;
    if constexpr (std::is_same_v<Metric, prometheus::Histogram>) {
      const auto buckets = buckets_of(id_);
      return family_.Add(labels, prometheus::Histogram::BucketBoundaries(buckets.begin(), buckets.end()));
    } else {
      return family_.Add(labels);
    }
  }

  // Ends a child and forgets it. Nothing happens when there is none.
  void remove(Metric*& child) {
    if (child == nullptr) return;
    family_.Remove(child);
    --size_;
    child = nullptr;
  }

  [[nodiscard]] std::size_t size() const { return size_; }

  void render(Exposition& out, const Exemplars* exemplars = nullptr) const {
    for (auto& collected : family_.Collect()) out.add(id_, std::move(collected), exemplars);
  }

 private:
  Id id_;
  prometheus::Family<Metric> family_;
  std::size_t size_ = 0;
};

using Counters = Series<prometheus::Counter>;
using Gauges = Series<prometheus::Gauge>;
using Histograms = Series<prometheus::Histogram>;

// A gauge without labels of its own that is absent until it is first set.
class Single {
 public:
  Single(Id id, const prometheus::Labels& owner) : gauges_(id, owner) {}

  void set(double value) {
    if (gauge_ == nullptr) gauge_ = &gauges_.child();
    gauge_->Set(value);
  }
  void render(Exposition& out) const { gauges_.render(out); }

 private:
  Gauges gauges_;
  prometheus::Gauge* gauge_ = nullptr;
};

}  // namespace mailsonde::metrics
