// SPDX-License-Identifier: Apache-2.0
#include "cli/identity_watch.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>

#include "base/log.hpp"
#include "identity/self_check.hpp"

namespace mailsonde::cli {

using identity::Finding;
using identity::SourceReport;
using identity::Verdict;

IdentityWatch::IdentityWatch(metrics::Metrics& metrics, ResolverMaker make_resolver, Tell tell)
    : metrics_(metrics), make_resolver_(std::move(make_resolver)), tell_(std::move(tell)) {
  pause_.expires_at(asio::steady_timer::time_point::max());
  auto ended = [this](const std::exception_ptr& error) {
    if (error && !stopping_) log::error("internal error", {{"in", "identity"}});
  };
  asio::co_spawn(context_, go_round(), asio::bind_cancellation_slot(end_.slot(), std::move(ended)));
  thread_ = std::thread([this] { context_.run(); });
}

void IdentityWatch::stop() {
  if (!thread_.joinable()) return;
  asio::post(context_, [this] {
    stopping_ = true;
    keep_running_.reset();
    end_.emit(asio::cancellation_type::terminal);
  });
  thread_.join();
}

void IdentityWatch::config_loaded(std::shared_ptr<const schedule::Plan> plan) {
  asio::post(context_, [this, plan = std::move(plan)]() mutable {
    plan_ = std::move(plan);
    pause_.expires_at(asio::steady_timer::time_point::min());
  });
}

bool IdentityWatch::wait_for_first(Duration limit) const {
  return first_round_.wait_for(limit) == std::future_status::ready;
}

asio::awaitable<void> IdentityWatch::go_round() {
  while (!stopping_) {
    (void)co_await pause_.async_wait(asio::experimental::as_tuple(asio::use_awaitable));
    if (stopping_) co_return;
    const auto plan = plan_;
    if (!plan) continue;
    // A little off the hour, so that many probers that start together do not go on together.
    constexpr Duration kOff = kPeriod / 20;
    std::uniform_int_distribution<Duration::rep> off(-kOff.count(), kOff.count());
    pause_.expires_after(std::chrono::duration_cast<asio::steady_timer::duration>(kPeriod + Duration(off(random_))));
    try {
      co_await look_at_all(plan);
    } catch (const std::exception& failure) {  // no memory, most likely: this round is lost, the next is not
      if (!stopping_) log::error("internal error", {{"in", "identity"}, {"what", failure.what()}});
    }
  }
}

// One source after the other: nobody waits for it but the start, and our own name servers need no rush of questions.
asio::awaitable<void> IdentityWatch::look_at_all(std::shared_ptr<const schedule::Plan> plan) {
  const auto resolver = make_resolver_(context_, plan->config().resolver);
  std::vector<SourceReport> reports;
  for (const auto& source : config::all_sources(plan->config())) {
    SourceReport report = co_await identity::check_source(resolver, source, plan->helo_of(*source));
    reports.push_back(std::move(report));
  }
  if (plan == plan_) take(std::move(reports));  // else a reload has made it pointless, and the next round begins
}

void IdentityWatch::take(std::vector<SourceReport> reports) {
  std::map<std::string, SourceReport> known;
  std::set<std::string> unconfirmed;
  for (SourceReport& report : reports) {
    const auto before = known_.find(report.source);
    const SourceReport* const last = before == known_.end() ? nullptr : &before->second;
    if (last != nullptr) report = carry_over(std::move(report), *last);
    note_changes(report, last);
    if (report.is_unconfirmed()) unconfirmed.insert(report.source);
    known.emplace(report.source, report);
  }
  known_ = std::move(known);
  metrics_.show_identities(reports);
  tell_(std::move(unconfirmed));
  if (!first_is_over_) first_.set_value();
  first_is_over_ = true;
}

void IdentityWatch::note_changes(const SourceReport& report, const SourceReport* before) const {
  for (const identity::Check check : identity::kChecks) {
    const Finding finding = report.verdict_of(check);
    if (before != nullptr && before->verdict_of(check).verdict == finding.verdict) continue;
    const log::Level level = finding.verdict == Verdict::failed ? log::Level::warn : log::Level::info;
    log::write(level, "identity check",
               {{"source", report.source},
                {"check", std::string(to_string(check))},
                {"verdict", std::string(to_string(finding.verdict))},
                {"reason", finding.detail}});
  }
}

}  // namespace mailsonde::cli
