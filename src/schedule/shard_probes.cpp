// SPDX-License-Identifier: Apache-2.0
// The shard's side that dials.
#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "schedule/report_log.hpp"
#include "schedule/shard.hpp"
#include "schedule/subject.hpp"

namespace mailsonde::schedule {
namespace {

// Of a reply that looks like greylisting, and after every retry still came: the cause is another one, and not told.
classify::Verdict never_passed() {
  return {.outcome = Outcome::unclassified, .retry = Retry::later, .rule = "greylisting that never passed"};
}

}  // namespace

// A probe's claims on what it shares with others, given back however it ends, also by an exception.
struct Shard::Claim {
  std::shared_ptr<Agenda> agenda;
  ProbeId probe;
  std::shared_ptr<Gate> gate;
  std::string target;
  std::string mx;
  std::string source;
  bool entered = false;
  bool judged = false;  // the agenda knows the end
  // Who was told of the start and must hear of the end, if it still watches: a target that was removed meanwhile, or
  // has moved to another provider, has counted this probe out.
  std::weak_ptr<TargetObserver> observer = {};
  // Whom it also counts for, and under which name.
  std::vector<std::pair<std::string, std::weak_ptr<TargetObserver>>> sharers = {};

  ~Claim() {
    if (entered) gate->leave(mx);
    if (!judged) (void)judge({.counted = false});
    if (const auto told = observer.lock()) told->finished(lost_report(), {});
  }

  Judgement judge(const ProbeEnd& end) {
    judged = true;
    return agenda->finished(probe, end, monotonic_now());
  }

  // What a probe that never finished counts as: nothing about the peer.
  [[nodiscard]] probe::Report lost_report() const {
    probe::Report report;
    report.target = target;
    report.source = source;
    report.mx = mx;
    report.counted = false;
    report.detail = "internal error";
    return report;
  }
};

asio::awaitable<void> Shard::probe_endpoint(WatchedPtr watched, probe::Request request, Dial dial) {
  co_await asio::this_coro::throw_if_cancelled(false);
  Claim claim{.agenda = agenda_,
              .probe = dial.probe,
              .gate = gate_,
              .target = watched->target->name,
              .mx = request.mx,
              .source = request.source};
  claim.entered = co_await claim.gate->enter(claim.mx);
  // What is left out here is given back, and the pacer runs after that: it is only told to.
  wake();
  if (!claim.entered || watched->views.empty() || stopping_) co_return;
  // The account is the same from every source: a refusal keeps the target's other endpoints back too.
  if (watched->caution.forbids(monotonic_now())) {
    watched->view_from(claim.source).observer->suppressed(Suppression::backoff);
    co_return;
  }

  begin(*watched, dial, claim);
  probe::Report report = co_await probe::run(std::move(request), dialer_);
  const Judgement judgement = claim.judge(end_of(report));
  if (judgement.greylisting.something_else) report.judge_anew(never_passed());
  log_report(report, judgement);
  note_source(report);
  watched->caution.note(report, watched->target->interval, monotonic_now());
  tell(report, judgement, claim);
  wake();
}

// Who is a member now hears of the end, though it may share no more by then.
void Shard::begin(const Watched& watched, const Dial& dial, Claim& claim) {
  observer_.lagged(std::max(monotonic_now() - dial.granted, Duration::zero()));
  const auto& own = watched.view_from(claim.source).observer;
  own->started();
  claim.observer = own;
  for (const Member& member : agenda_->members_of(dial.endpoint)) {
    if (member.target == watched.key) continue;
    const Watched& sharer = *targets_.at(member.target);
    const auto& observer = sharer.view_from(claim.source).observer;
    observer->suppressed(Suppression::shared);
    claim.sharers.emplace_back(sharer.target->name, observer);
  }
}

void Shard::tell(const probe::Report& report, const Judgement& judgement, Claim& claim) {
  if (const auto own = std::exchange(claim.observer, {}).lock()) {
    own->finished(report, judgement);
    if (!report.counted && !stopping_) own->suppressed(Suppression::resources);
  }
  if (claim.sharers.empty()) return;
  probe::Report copy = report;
  for (const auto& [name, sharer] : claim.sharers) {
    const auto observer = sharer.lock();
    if (!observer) continue;
    copy.target = name;
    observer->shared(copy, judgement);
  }
}

// A source without its address is told once, and once more when the address is there.
void Shard::note_source(const probe::Report& report) {
  const std::string family(to_string(report.family));
  const std::string key = report.source + ' ' + family;
  if (report.source_missing) {
    if (!missing_sources_.insert(key).second) return;
    log::warn("source missing", {{"source", report.source}, {"family", family}, {"reason", report.detail}});
  } else if (report.counted && missing_sources_.erase(key) > 0) {
    log::info("source back", {{"source", report.source}, {"family", family}});
  }
}

}  // namespace mailsonde::schedule
