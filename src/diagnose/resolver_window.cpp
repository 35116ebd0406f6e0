// SPDX-License-Identifier: Apache-2.0
#include "diagnose/resolver_window.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace mailsonde::diagnose {
namespace {

std::string domain_of(std::string_view name) {
  const auto last = name.rfind('.');
  if (last == std::string_view::npos || last == 0) return to_lower(name);
  const auto before = name.rfind('.', last - 1);
  return to_lower(before == std::string_view::npos ? name : name.substr(before + 1));
}

}  // namespace

void ResolverWindow::configure(std::span<const std::string> servers) {
  const std::lock_guard lock(mutex_);
  std::erase_if(servers_, [&](const auto& known) { return std::ranges::find(servers, known.first) == servers.end(); });
  for (const std::string& server : servers) servers_.try_emplace(server);
}

void ResolverWindow::count(std::string_view server, std::string_view name, LookupEnding ending) {
  const std::lock_guard lock(mutex_);
  const auto found = servers_.find(server);
  if (found == servers_.end()) return;  // of a resolver that a reload is about to end
  Step& step = found->second[current_];
  switch (ending) {
    case LookupEnding::answered:
      ++step.answered;
      break;
    case LookupEnding::failed:
      ++step.failed;
      break;
    case LookupEnding::servfail:
      if (step.servfail_domains.size() < kMostDomainsAStep) step.servfail_domains.insert(domain_of(name));
      break;
  }
}

std::vector<ResolverObservation> ResolverWindow::take_step() {
  const std::lock_guard lock(mutex_);
  std::vector<ResolverObservation> sums;
  for (const auto& [server, steps] : servers_) {
    ResolverObservation& sum = sums.emplace_back(ResolverObservation{.server = server});
    std::set<std::string_view> domains;
    for (const Step& step : steps) {
      sum.answered += step.answered;
      sum.failed += step.failed;
      domains.insert(step.servfail_domains.begin(), step.servfail_domains.end());
    }
    sum.servfail_domains = domains.size();
  }
  current_ = (current_ + 1) % kSteps;
  for (auto& [server, steps] : servers_) steps[current_] = {};
  return sums;
}

}  // namespace mailsonde::diagnose
