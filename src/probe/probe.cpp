// SPDX-License-Identifier: Apache-2.0
#include "probe/probe.hpp"

#include <asio/this_coro.hpp>

#include "probe/session.hpp"

namespace mailsonde::probe {

asio::awaitable<Report> run(Request request, net::Dialer& dialer) {
  // A stop cancels the operation that waits; it must not end the coroutine before it has said QUIT.
  co_await asio::this_coro::throw_if_cancelled(false);
  Session session(std::move(request));
  co_await session.walk(dialer);
  // The stop was for the walk. What cancels from here on is meant for QUIT.
  co_await asio::this_coro::reset_cancellation_state();
  co_await session.quit();
  co_return session.finish();
}

Report failed_route(const config::Target& target, std::string id, std::string mx, std::string provider,
                    dns::RouteFault fault, std::string detail, Duration dns_elapsed, std::vector<std::string> notes) {
  const Fault reason = judge_route(fault, std::move(detail));
  Report report;
  report.id = std::move(id);
  report.target = target.name;
  report.kind = target.kind;
  report.provider = std::move(provider);
  report.mx = std::move(mx);
  report.port = target.port;
  report.started_at = wall_now() - dns_elapsed;
  report.duration = dns_elapsed;
  report.stages = {{Stage::dns, dns_elapsed}};
  report.stage = Stage::dns;
  report.verdict = classify::classify_failure(*reason.failure, Stage::dns);
  report.detail = reason.detail;
  report.notes = std::move(notes);
  return report;
}

}  // namespace mailsonde::probe
