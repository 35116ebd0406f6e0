// SPDX-License-Identifier: Apache-2.0
#include "diagnose/rules.hpp"
#include "diagnose/thresholds.hpp"

namespace mailsonde::diagnose {
namespace {

bool is_silent(const ResolverObservation& resolver) {
  const std::size_t lookups = resolver.answered + resolver.failed;
  return resolver.failed >= kResolverLeastLookups && resolver.failed * 100 >= lookups * kNearlyAllPercent;
}

// A local resolver whose own way out is cut says SERVFAIL to everything; one domain's SERVFAIL is that domain's matter.
bool says_only_servfail(const ResolverObservation& resolver) {
  return resolver.answered == 0 && resolver.servfail_domains >= kResolverLeastDomains;
}

}  // namespace

bool is_broken(const ResolverObservation& resolver) { return is_silent(resolver) || says_only_servfail(resolver); }

bool is_answering(const ResolverObservation& resolver) { return resolver.answered > 0 && !is_broken(resolver); }

void blame_resolvers(Resolvers resolvers, Faults& faults) {
  for (const ResolverObservation& resolver : resolvers) {
    if (!is_broken(resolver)) continue;
    std::string evidence =
        is_silent(resolver)
            ? share(resolver.failed, resolver.answered + resolver.failed) + " look-ups got no answer or were refused"
            : "SERVFAIL for all of " + counted(resolver.servfail_domains, "domain") + " and no other answer";
    faults.push_back({Scope::resolver, resolver.server, std::move(evidence)});
  }
}

}  // namespace mailsonde::diagnose
