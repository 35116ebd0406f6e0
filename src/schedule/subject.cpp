// SPDX-License-Identifier: Apache-2.0
#include "schedule/subject.hpp"

namespace mailsonde::schedule {

Subject subject_of(const Plan& plan, const config::Target& target) {
  Subject subject;
  subject.interval = target.interval;
  subject.port = target.port;
  subject.recipe = recipe_of(target);
  subject.kind = target.kind;
  subject.depth = target.module->depth;
  for (const auto& source : target.sources) {
    subject.sources.push_back({.name = source->name,
                               .helo = plan.helo_of(*source),
                               .ipv4 = source->has(Family::ipv4),
                               .ipv6 = source->has(Family::ipv6)});
  }
  if (target.module->depth >= Stage::rcpt) {
    subject.envelope = Subject::Envelope{.sender = target.mail_from, .recipient = target.rcpt_to};
  }
  return subject;
}

std::vector<RouteHost> hosts_of(const Plan& plan, const config::Target& target, const dns::Route& route) {
  std::vector<RouteHost> hosts;
  if (route.fault != dns::RouteFault::none) return hosts;
  for (const dns::MxHost& host : route.hosts) {
    if (host.addresses.empty()) continue;
    hosts.push_back({.mx = host.name, .provider = plan.provider_of(target, host.name), .addresses = host.addresses});
  }
  return hosts;
}

ProbeEnd end_of(const probe::Report& report) {
  return {.outcome = report.verdict.outcome,
          .stage = report.stage,
          .retry_after = report.verdict.retry_after,
          .counted = report.counted};
}

}  // namespace mailsonde::schedule
