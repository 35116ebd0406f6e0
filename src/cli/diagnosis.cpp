// SPDX-License-Identifier: Apache-2.0
#include "cli/diagnosis.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/log.hpp"

namespace mailsonde::cli {
namespace {

// A wide outage can make a fault of every MX host; their number then tells more than their names.
constexpr std::size_t kMostLines = 50;

// One source hit and others spared is for the diagnosis to find: it tells a source that is listed from one too fast.
diagnose::Blame blame_of(const schedule::Judgement& judgement) {
  using schedule::Throttle;
  const bool own_rate = judgement.throttle == Throttle::wording || judgement.throttle == Throttle::vanished;
  return own_rate ? diagnose::Blame::own_rate : diagnose::Blame::open;
}

class Watch final : public schedule::TargetObserver {
 public:
  explicit Watch(std::shared_ptr<diagnose::TargetRound> round) : round_(std::move(round)) {}

  void routed(const dns::Route& route) override {
    if (route.fault == dns::RouteFault::failed) return;
    std::vector<diagnose::RouteHost> hosts;
    hosts.reserve(route.hosts.size());
    for (const dns::MxHost& host : route.hosts) {
      const bool unknown_now = host.fault == dns::RouteFault::failed;
      const auto has = [&](Family family) {
        return unknown_now || std::ranges::find(host.addresses, family, &IpAddress::family) != host.addresses.end();
      };
      hosts.push_back({.name = host.name, .ipv4 = has(Family::ipv4), .ipv6 = has(Family::ipv6)});
    }
    round_->keep_only(hosts);
  }
  void started() override {}
  void paced(Duration /*interval*/) override {}
  void finished(const probe::Report& report, const schedule::Judgement& judgement) override {
    round_->note(report, blame_of(judgement));
  }
  void shared(const probe::Report& report, const schedule::Judgement& judgement) override {
    round_->note(report, blame_of(judgement));
  }
  void suppressed(schedule::Suppression /*reason*/) override {}

 private:
  const std::shared_ptr<diagnose::TargetRound> round_;
};

diagnose::LookupEnding ending_of(dns::Status status) {
  using diagnose::LookupEnding;
  if (status == dns::Status::serv_fail) return LookupEnding::servfail;
  return dns::is_failure(status) ? LookupEnding::failed : LookupEnding::answered;
}

std::vector<std::string> resolvers_of(const config::Config& config) {
  std::vector<std::string> names;
  names.reserve(config.resolver.servers.size());
  for (const auto& server : config.resolver.servers) names.push_back(server.to_string());
  return names;
}

std::vector<std::string> sources_of(const config::Config& config) {
  std::vector<std::string> names;
  for (const auto& source : config::all_sources(config)) names.push_back(source->name);
  return names;
}

// Operators of the destinations' hosts, each once.
std::vector<std::string> known_providers(const std::vector<diagnose::Observation>& observations) {
  std::set<std::string_view> providers;
  for (const diagnose::Observation& seen : observations) {
    if (!seen.relay && seen.provider != "other" && !seen.provider.empty()) providers.insert(seen.provider);
  }
  return {providers.begin(), providers.end()};
}

// Those of `faults` that are not among `others`. Both are sorted by scope and subject.
std::vector<diagnose::Fault> missing_in(const std::vector<diagnose::Fault>& others,
                                        const std::vector<diagnose::Fault>& faults) {
  const auto key = [](const diagnose::Fault& fault) { return std::tie(fault.scope, fault.subject); };
  std::vector<diagnose::Fault> missing;
  std::ranges::set_difference(faults, others, std::back_inserter(missing), {}, key, key);
  return missing;
}

void tell(log::Level level, std::string_view event, const std::vector<diagnose::Fault>& faults) {
  for (std::size_t i = 0; i < std::min(faults.size(), kMostLines); ++i) {
    log::write(level, event,
               {{"scope", std::string(to_string(faults[i].scope))},
                {"subject", faults[i].subject},
                {"evidence", faults[i].evidence}});
  }
  if (faults.size() > kMostLines) {
    log::write(level, event, {{"and_others", std::to_string(faults.size() - kMostLines)}});
  }
}

}  // namespace

std::unique_ptr<schedule::TargetObserver> Diagnosis::watch(const config::Target& target) {
  return std::make_unique<Watch>(last_round_.watch(target));
}

void Diagnosis::lookup_finished(const dns::FinishedLookup& lookup) {
  resolver_window_.count(lookup.server, lookup.name, ending_of(lookup.status));
}

void Diagnosis::config_loaded(const config::Config& config) {
  const auto resolvers = resolvers_of(config);
  const auto sources = sources_of(config);
  resolver_window_.configure(resolvers);
  metrics_.watch_subjects({.resolvers = resolvers, .sources = sources});
}

void Diagnosis::evaluate() {
  const auto observations = last_round_.observations();
  auto faults = diagnose::diagnose(observations, resolver_window_.take_step());
  metrics_.show_faults(faults, known_providers(observations));
  tell(log::Level::warn, "fault suspected", missing_in(faults_, faults));
  tell(log::Level::info, "fault no longer suspected", missing_in(faults, faults_));
  faults_ = std::move(faults);
}

}  // namespace mailsonde::cli
