// SPDX-License-Identifier: Apache-2.0
// mailsonde_smtp_replies_total of one target. The labels come from the network, so the children are bounded; they are
// found by one packed integer, without a label look-up.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "config/config.hpp"
#include "metrics/label.hpp"
#include "metrics/series.hpp"
#include "probe/report.hpp"

namespace mailsonde::metrics {

// Owned by one TargetSeries, under its lock.
class ReplySeries {
 public:
  // `overflow` must outlive this.
  ReplySeries(const prometheus::Labels& target, prometheus::Counter& overflow);

  // Makes the children at 0 that an alert on 4xx rates looks at first: the usual temporary replies at the banner, at
  // EHLO, and at the envelope as far as the module goes.
  void expect(const config::Module& module);

  // `at` is the moment of the exemplar, in seconds since 1970.
  void count(const probe::StageReply& reply, const std::string& report_id, double at);

  void render(Exposition& out) const;

 private:
  struct Child {
    prometheus::Counter* counter = nullptr;
    std::string exemplar_key;
  };
  struct Kind {
    Stage stage;
    int code;
    std::optional<smtp::EnhancedCode> enhanced;
    Outcome outcome;
  };

  static std::uint64_t pack(const Kind& kind);
  Child make(const Kind& kind, std::string code, std::string enhanced);
  Child& child_of(const Kind& kind);
  Child& other_of(const Kind& kind);

  prometheus::Counter& overflow_;
  Counters replies_;
  std::unordered_map<std::uint64_t, Child> children_;
  std::unordered_map<std::uint64_t, Child> others_;  // code and enhanced code `other`: at most stages x outcomes
  Exemplars exemplars_;
};

}  // namespace mailsonde::metrics
