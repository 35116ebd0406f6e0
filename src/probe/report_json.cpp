// SPDX-License-Identifier: Apache-2.0
#include "probe/report_json.hpp"

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "classify/meaning.hpp"

namespace mailsonde::probe {
namespace {

using Json = nlohmann::ordered_json;

Json reply_json(const smtp::Reply* reply) {
  if (reply == nullptr) return nullptr;
  return {{"code", reply->code},
          {"enhanced_code", reply->enhanced ? Json(reply->enhanced->to_string()) : Json(nullptr)},
          {"text", printable(reply->text())}};
}

Json moment_json(const std::optional<WallTime>& moment) { return moment ? Json(to_rfc3339(*moment)) : Json(nullptr); }

Json tls_json(const Report& report) {
  if (!report.tls) return nullptr;
  const net::TlsInfo& tls = *report.tls;
  return {{"version", tls.version},
          {"cipher", tls.cipher},
          {"certificate_valid", tls.certificate_valid},
          {"certificate_problem", tls.certificate_problem},
          {"subject", tls.subject},
          {"issuer", tls.issuer},
          {"names", tls.names},
          {"not_after", moment_json(tls.leaf_not_after)}};
}

std::string_view who_name(DialogueLine::Who who) {
  switch (who) {
    case DialogueLine::Who::server:
      return "server";
    case DialogueLine::Who::client:
      return "client";
    case DialogueLine::Who::note:
      return "note";
  }
  return "note";
}

Json dialogue_json(const Report& report) {
  Json lines = Json::array();
  for (const DialogueLine& line : report.dialogue) {
    lines.push_back({{"seconds", to_seconds(line.at)}, {"who", who_name(line.who)}, {"text", line.text}});
  }
  if (report.dialogue_cut) lines.push_back({{"seconds", nullptr}, {"who", "note"}, {"text", "(cut here)"}});
  return lines;
}

Json stages_json(const Report& report) {
  Json stages = Json::array();
  for (const StageTime& time : report.stages) {
    stages.push_back({{"stage", to_string(time.stage)}, {"seconds", to_seconds(time.elapsed)}});
  }
  return stages;
}

Json notes_json(const Report& report) {
  Json notes = Json::array();
  for (const std::string& note : report.notes) notes.push_back(printable(note));
  return notes;
}

}  // namespace

nlohmann::ordered_json to_json(const Report& report) {
  const classify::Meaning& meaning = classify::meaning_of(report.verdict.outcome);
  return {{"target", report.target},
          {"mx", report.mx},
          {"address", report.address ? Json(report.address->to_string()) : Json(nullptr)},
          {"family", report.address ? Json(to_string(report.family)) : Json(nullptr)},
          {"source", report.source},
          {"outcome", to_string(report.verdict.outcome)},
          {"stage", to_string(report.stage)},
          {"success", report.success()},
          {"duration_seconds", to_seconds(report.duration)},
          {"stages", stages_json(report)},
          {"reply", reply_json(report.deciding_reply())},
          {"tls", tls_json(report)},
          {"dialogue", dialogue_json(report)},
          {"advice", meaning.advice},
          {"id", report.id},
          {"kind", config::to_string(report.kind)},
          {"provider", report.provider},
          {"port", report.port},
          {"started", to_rfc3339(report.started_at)},
          {"fault", to_string(meaning.fault)},
          {"retry", to_string(report.verdict.retry)},
          {"rule", report.verdict.rule},
          {"counted", report.counted},
          {"detail", printable(report.detail)},
          {"notes", notes_json(report)}};
}

}  // namespace mailsonde::probe
