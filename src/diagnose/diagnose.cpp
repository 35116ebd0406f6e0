// SPDX-License-Identifier: Apache-2.0
#include "diagnose/diagnose.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "diagnose/rules.hpp"

namespace mailsonde::diagnose {
namespace {

constexpr std::array<std::string_view, kScopeCount> kScopeNames{"egress", "resolver", "prober", "ip_family",
                                                                "source", "provider", "mx_host"};

// One entry a server, sorted, so that a server named twice is judged once.
std::vector<ResolverObservation> merge(Resolvers resolvers) {
  std::vector<ResolverObservation> merged(resolvers.begin(), resolvers.end());
  std::ranges::sort(merged, {}, &ResolverObservation::server);
  std::size_t kept = 0;
  for (std::size_t i = 1; i < merged.size(); ++i) {
    if (merged[i].server == merged[kept].server) {
      merged[kept].answered += merged[i].answered;
      merged[kept].failed += merged[i].failed;
      merged[kept].servfail_domains = std::max(merged[kept].servfail_domains, merged[i].servfail_domains);
    } else if (++kept != i) {
      merged[kept] = std::move(merged[i]);
    }
  }
  if (!merged.empty()) merged.resize(kept + 1);
  return merged;
}

void blame_endpoints(Grid& grid, Faults& faults) {
  blame_prober(grid, faults);
  blame_families(grid, faults);
  blame_sources(grid, faults);
  blame_providers(grid, faults);
  blame_mx_hosts(grid, faults);
}

}  // namespace

std::string_view to_string(Scope scope) { return kScopeNames[static_cast<std::size_t>(scope)]; }

std::vector<Fault> diagnose(std::span<const Observation> observations, std::span<const ResolverObservation> resolvers) {
  Grid grid = make_grid(observations);
  const auto servers = merge(resolvers);
  Faults faults;
  const auto egress = blame_egress(grid, servers);
  // A dead network takes the resolvers along; a closed port does not.
  if (!egress || egress->subject == kPort25) blame_resolvers(servers, faults);
  if (egress) {
    faults.push_back(*egress);
  } else {
    blame_endpoints(grid, faults);
  }
  std::ranges::sort(faults, {}, [](const Fault& fault) { return std::tie(fault.scope, fault.subject); });
  return faults;
}

}  // namespace mailsonde::diagnose
