// SPDX-License-Identifier: Apache-2.0
#include "schedule/report_log.hpp"

#include <fmt/format.h>

#include "base/log.hpp"

namespace mailsonde::schedule {

void log_report(const probe::Report& report, const Judgement& judgement) {
  if (!report.counted) return;
  const smtp::Reply* reply = report.deciding_reply();
  log::write(report.success() ? log::Level::debug : log::Level::info, report.success() ? "probe ok" : "probe failed",
             {{"target", report.target},
              {"mx", report.mx},
              {"source", report.source},
              {"address", report.address ? report.address->to_string() : ""},
              {"stage", std::string(to_string(report.stage))},
              {"outcome", std::string(to_string(report.verdict.outcome))},
              {"throttled", std::string(to_string(judgement.throttle))},
              {"reason", reply != nullptr ? reply->one_line() : report.detail},
              {"seconds", fmt::format("{:.3f}", to_seconds(report.duration))},
              {"report_id", report.id}});
}

}  // namespace mailsonde::schedule
