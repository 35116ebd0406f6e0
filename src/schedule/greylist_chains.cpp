// SPDX-License-Identifier: Apache-2.0
#include "schedule/greylist_chains.hpp"

#include <algorithm>

namespace mailsonde::schedule {
namespace {

bool is_greylisting(const AttemptEnd& end) { return end.outcome == Outcome::greylisted && end.stage >= Stage::rcpt; }

// A hint is exact, a second is for the server's clock. Without one the wait grows with the time that has passed, so
// that the delay that is measured is never more than a fifth too long once it is above 25 minutes.
Duration wait_after(std::optional<Duration> hint, Duration passed) {
  if (hint) return std::max(*hint + std::chrono::seconds(1), GreylistChains::kLeastWait);
  return std::max(GreylistChains::kFirstWait, passed / 5);
}

// Its rest is over, or nobody went on with it in time: an acceptance now would tell no delay.
bool is_stale(const GreylistChains::Chain& chain, MonotonicTime now) {
  using Chains = GreylistChains;
  return now >= (chain.over ? chain.next : chain.since + Chains::kLongestSpan + Chains::kFirstWait);
}

}  // namespace

GreylistChains::Finding GreylistChains::note(const Attempt& attempt, const AttemptEnd& end, MonotonicTime now) {
  auto known = chains_.find(attempt);
  if (known != chains_.end() && is_stale(known->second, now)) {
    chains_.erase(known);
    known = chains_.end();
    ++revision_;
  }
  if (known == chains_.end()) {
    if (!is_greylisting(end) || chains_.size() >= kMostChains) return {};
    const auto fresh = chains_.emplace(attempt, Chain{end.stage, now, now}).first;
    return go_on(fresh->second, end, now);
  }

  Chain& chain = known->second;
  const bool accepted = end.outcome == Outcome::ok || end.stage > chain.stage;
  if (chain.over) {
    if (!accepted) return {.something_else = is_greylisting(end)};
    chains_.erase(known);  // too late to be a delay, but whatever it was has gone
    ++revision_;
    return {};
  }
  if (accepted) {
    const Finding finding{.delay = now - chain.since};
    chains_.erase(known);
    ++revision_;
    return finding;
  }
  // Before that stage nothing was learnt: a connect that failed says nothing about greylisting.
  if (is_greylisting(end) || end.stage < chain.stage) return go_on(chain, end, now);
  return give_up(chain, end, now);
}

GreylistChains::Finding GreylistChains::go_on(Chain& chain, const AttemptEnd& end, MonotonicTime now) {
  const Duration wait = wait_after(end.hint, now - chain.since);
  const bool too_long = now + wait > chain.since + kLongestSpan;
  if (chain.next != chain.since) ++chain.retries;  // else this is the first reply
  if (too_long || chain.retries >= kMostRetries) return give_up(chain, end, now);
  chain.next = now + wait;
  ++revision_;
  return {};
}

GreylistChains::Finding GreylistChains::give_up(Chain& chain, const AttemptEnd& end, MonotonicTime now) {
  chain.over = true;
  chain.next = now + kRest;
  ++revision_;
  return {.something_else = is_greylisting(end)};
}

std::optional<MonotonicTime> GreylistChains::next(const Attempt& attempt) const {
  const auto known = chains_.find(attempt);
  if (known == chains_.end() || known->second.over) return std::nullopt;
  return known->second.next;
}

void GreylistChains::tidy(MonotonicTime now) {
  const auto dropped = std::erase_if(chains_, [now](const auto& entry) { return is_stale(entry.second, now); });
  if (dropped > 0) ++revision_;
}

void GreylistChains::restore(const Attempt& attempt, Chain chain, MonotonicTime now) {
  chain.since = std::min(chain.since, now);
  chain.next = std::min(chain.next, now + (chain.over ? kRest : kLongestSpan));
  if (is_stale(chain, now) || chains_.size() >= kMostChains) return;
  chains_.insert_or_assign(attempt, chain);
}

}  // namespace mailsonde::schedule
