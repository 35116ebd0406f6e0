// SPDX-License-Identifier: Apache-2.0
#include "cli/report_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/duration.hpp"
#include "base/text.hpp"
#include "classify/meaning.hpp"
#include "cli/verdict_text.hpp"

namespace mailsonde::cli {
namespace {

constexpr int kBarWidth = 48;

// Terminal attributes, or nothing.
class Paint {
 public:
  explicit Paint(Colour colour) : on_(colour == Colour::on) {}
  [[nodiscard]] std::string good(std::string_view text) const { return wrap("32", text); }
  [[nodiscard]] std::string bad(std::string_view text) const { return wrap("1;31", text); }
  [[nodiscard]] std::string faint(std::string_view text) const { return wrap("2", text); }
  [[nodiscard]] std::string strong(std::string_view text) const { return wrap("1", text); }

 private:
  [[nodiscard]] std::string wrap(std::string_view code, std::string_view text) const {
    return on_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }
  bool on_;
};

std::string where(const probe::Report& report) {
  if (!report.address) return report.mx.empty() ? std::string("no MX host") : report.mx + " (no address)";
  return fmt::format("{} [{}]:{}", report.mx, report.address->to_string(), report.port);
}

std::string headline(const probe::Report& report, const Paint& paint) {
  const std::string outcome(to_string(report.verdict.outcome));
  const std::string from = report.source == config::kDefaultSource ? "" : " from " + printable(report.source);
  std::string line = fmt::format("{}{} via {}: ", paint.strong(report.target), from, where(report));
  if (!report.counted) return line + paint.bad("not probed") + ", " + report.detail + "\n";
  if (report.success()) return line + paint.good(outcome) + fmt::format(" in {}\n", describe_duration(report.duration));
  return line + paint.bad(outcome) +
         fmt::format(" at {} after {}\n", to_string(report.stage), describe_duration(report.duration));
}

std::string dialogue(const probe::Report& report, const Paint& paint) {
  std::string text;
  for (const probe::DialogueLine& line : report.dialogue) {
    const char mark = line.who == probe::DialogueLine::Who::server   ? 'S'
                      : line.who == probe::DialogueLine::Who::client ? 'C'
                                                                     : '*';
    text +=
        fmt::format("  {} {}: {}\n", paint.faint(fmt::format("{:>9}", describe_duration(line.at))), mark, line.text);
  }
  if (report.dialogue_cut) text += "            (the rest of the dialogue is not kept)\n";
  return text;
}

std::string certificate(const probe::Report& report) {
  if (!report.tls) return {};
  const net::TlsInfo& tls = *report.tls;
  const std::string state = tls.certificate_valid ? "valid" : "NOT valid: " + tls.certificate_problem;
  std::string text = fmt::format("  TLS          {} {}, certificate {}\n", tls.version, tls.cipher, state);
  if (tls.leaf_not_after) {
    text += fmt::format("               {} until {}\n", tls.subject.empty() ? "(no subject)" : tls.subject,
                        to_rfc3339(*tls.leaf_not_after));
  }
  if (!tls.names.empty()) text += fmt::format("               for {}\n", join(tls.names, ", "));
  return text;
}

std::string verdict(const probe::Report& report, const Paint& paint) {
  if (report.success() || !report.counted) return {};
  const classify::Meaning& meaning = classify::meaning_of(report.verdict.outcome);
  const smtp::Reply* reply = report.deciding_reply();
  return labelled("what came", printable(reply != nullptr ? reply->one_line() : report.detail)) +
         labelled("outcome", fmt::format("{}: {}", paint.bad(to_string(report.verdict.outcome)), meaning.definition)) +
         advice_lines(report.verdict);
}

}  // namespace

std::string render_waterfall(const probe::Report& report) {
  const double total = std::max(to_seconds(report.duration), 1e-9);
  std::string text;
  double begin = 0;
  for (const probe::StageTime& time : report.stages) {
    const double length = to_seconds(time.elapsed);
    const int left = std::clamp(static_cast<int>(std::lround(begin / total * kBarWidth)), 0, kBarWidth - 1);
    const int width = std::clamp(static_cast<int>(std::lround(length / total * kBarWidth)), 1, kBarWidth - left);
    text +=
        fmt::format("  {:<9} {:>9}  |{}{}{}|\n", to_string(time.stage), describe_duration(time.elapsed),
                    std::string(static_cast<std::size_t>(left), ' '), std::string(static_cast<std::size_t>(width), '#'),
                    std::string(static_cast<std::size_t>(kBarWidth - left - width), ' '));
    begin += length;
  }
  return text;
}

std::string render_text(const probe::Report& report, Colour colour) {
  const Paint paint(colour);
  std::string text = headline(report, paint);
  text += dialogue(report, paint);
  text += render_waterfall(report);
  text += certificate(report);
  for (const std::string& note : report.notes) text += fmt::format("  note         {}\n", printable(note));
  text += verdict(report, paint);
  return text;
}

}  // namespace mailsonde::cli
