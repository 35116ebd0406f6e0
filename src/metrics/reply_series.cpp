// SPDX-License-Identifier: Apache-2.0
#include "metrics/reply_series.hpp"

#include <array>

namespace mailsonde::metrics {
namespace {

struct Usual {
  int code;
  std::optional<smtp::EnhancedCode> enhanced;
  Outcome outcome;
};

// What a server says before it knows who wants what: it is busy, going down, or has had enough of us.
const std::array kUsualAtBanner{
    Usual{421, std::nullopt, Outcome::server_unavailable},
    Usual{421, smtp::EnhancedCode{4, 3, 2}, Outcome::server_unavailable},
    Usual{421, smtp::EnhancedCode{4, 7, 0}, Outcome::rate_limited},
    Usual{450, std::nullopt, Outcome::unclassified},
    Usual{451, std::nullopt, Outcome::unclassified},
    Usual{451, smtp::EnhancedCode{4, 3, 2}, Outcome::server_overloaded},
    Usual{451, smtp::EnhancedCode{4, 7, 1}, Outcome::greylisted},
    Usual{452, std::nullopt, Outcome::server_overloaded},
};

// ... and once it knows: greylisting, limits, full queues and mailboxes, faults behind it.
const std::array kUsualAtEnvelope{
    Usual{421, std::nullopt, Outcome::server_unavailable},
    Usual{421, smtp::EnhancedCode{4, 7, 0}, Outcome::rate_limited},
    Usual{450, std::nullopt, Outcome::unclassified},
    Usual{450, smtp::EnhancedCode{4, 2, 0}, Outcome::greylisted},
    Usual{450, smtp::EnhancedCode{4, 7, 1}, Outcome::greylisted},
    Usual{451, std::nullopt, Outcome::greylisted},
    Usual{451, std::nullopt, Outcome::unclassified},
    Usual{451, smtp::EnhancedCode{4, 3, 0}, Outcome::server_error},
    Usual{451, smtp::EnhancedCode{4, 3, 2}, Outcome::server_overloaded},
    Usual{451, smtp::EnhancedCode{4, 7, 1}, Outcome::greylisted},
    Usual{451, smtp::EnhancedCode{4, 7, 1}, Outcome::rate_limited},
    Usual{451, smtp::EnhancedCode{4, 7, 500}, Outcome::rate_limited},
    Usual{452, std::nullopt, Outcome::server_overloaded},
    Usual{452, smtp::EnhancedCode{4, 2, 2}, Outcome::mailbox_full},
    Usual{452, smtp::EnhancedCode{4, 3, 1}, Outcome::server_overloaded},
};

std::string name_of(const std::optional<smtp::EnhancedCode>& enhanced) {
  return enhanced ? enhanced->to_string() : "none";
}

// RFC 3463 section 2; the parser keeps to it, but a packed key must not depend on that.
bool in_range(const std::optional<smtp::EnhancedCode>& enhanced) {
  if (!enhanced) return true;
  const auto at_most = [](int value, int limit) { return value >= 0 && value <= limit; };
  return at_most(enhanced->class_digit, 9) && at_most(enhanced->subject, 999) && at_most(enhanced->detail, 999);
}

}  // namespace

ReplySeries::ReplySeries(const prometheus::Labels& target, prometheus::Counter& overflow)
    : overflow_(overflow), replies_(Id::smtp_replies_total, target) {}

void ReplySeries::expect(const config::Module& module) {
  for (const Usual& usual : kUsualAtBanner) child_of({Stage::banner, usual.code, usual.enhanced, usual.outcome});
  if (module.depth >= Stage::ehlo) child_of({Stage::ehlo, 421, std::nullopt, Outcome::server_unavailable});
  for (const Stage stage : {Stage::mail, Stage::rcpt, Stage::eod}) {
    const bool walked = stage == Stage::eod ? module.depth >= Stage::data : module.depth >= stage;
    if (!walked) continue;
    for (const Usual& usual : kUsualAtEnvelope) child_of({stage, usual.code, usual.enhanced, usual.outcome});
  }
}

void ReplySeries::count(const probe::StageReply& reply, const std::string& report_id, double at) {
  const Kind kind{reply.stage, reply.reply.code, reply.reply.enhanced, reply.outcome};
  Child& child = child_of(kind);
  child.counter->Increment();
  exemplars_[child.exemplar_key] = {.report_id = report_id, .value = 1, .timestamp = at};
}

// stage 8, outcome 8, code 10, class 4, subject and detail 10 bits each; class 0 stands for no enhanced code.
std::uint64_t ReplySeries::pack(const Kind& kind) {
  const auto bits = [](int value) { return static_cast<std::uint64_t>(value); };
  const smtp::EnhancedCode enhanced = kind.enhanced.value_or(smtp::EnhancedCode{});
  std::uint64_t key = bits(static_cast<int>(kind.stage));
  key = key << 8U | bits(static_cast<int>(kind.outcome));
  key = key << 10U | bits(kind.code);
  key = key << 4U | bits(enhanced.class_digit);
  key = key << 10U | bits(enhanced.subject);
  return key << 10U | bits(enhanced.detail);
}

ReplySeries::Child ReplySeries::make(const Kind& kind, std::string code, std::string enhanced) {
  const std::string outcome(to_string(kind.outcome));
  const std::string stage(to_string(kind.stage));
  Child child;
  child.exemplar_key = exemplar_key({code, enhanced, outcome, stage});
  child.counter =
      &replies_.child({{"code", code}, {"enhanced_code", enhanced}, {"outcome", outcome}, {"stage", stage}});
  return child;
}

ReplySeries::Child& ReplySeries::child_of(const Kind& kind) {
  const LabelValue code = code_label(kind.code);
  if (code.overflowed || !in_range(kind.enhanced)) return other_of(kind);
  const std::uint64_t key = pack(kind);
  const auto found = children_.find(key);
  if (found != children_.end()) return found->second;
  if (children_.size() >= kMostChildren) return other_of(kind);
  return children_.emplace(key, make(kind, code.text, name_of(kind.enhanced))).first->second;
}

ReplySeries::Child& ReplySeries::other_of(const Kind& kind) {
  overflow_.Increment();
  const std::uint64_t key = pack({kind.stage, 0, std::nullopt, kind.outcome});
  const auto found = others_.find(key);
  if (found != others_.end()) return found->second;
  return others_.emplace(key, make(kind, std::string(kOther), std::string(kOther))).first->second;
}

void ReplySeries::render(Exposition& out) const { replies_.render(out, &exemplars_); }

}  // namespace mailsonde::metrics
