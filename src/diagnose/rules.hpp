// SPDX-License-Identifier: Apache-2.0
// The rules, one a scope, in the order in which diagnose() asks them: the wider first. A rule that blames marks the
// failures that it explains, so that no narrower rule counts them again.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "diagnose/diagnose.hpp"
#include "diagnose/grid.hpp"

namespace mailsonde::diagnose {

using Faults = std::vector<Fault>;
using Resolvers = std::span<const ResolverObservation>;

// Nearly no destination can be reached on port 25. Subject kPort25 if something else proves that the network is up,
// kNetwork if something else proves that it is down, no fault if nothing does either.
[[nodiscard]] std::optional<Fault> blame_egress(Grid& grid, Resolvers resolvers);

// Each configured server by itself.
[[nodiscard]] bool is_broken(const ResolverObservation& resolver);
[[nodiscard]] bool is_answering(const ResolverObservation& resolver);
void blame_resolvers(Resolvers resolvers, Faults& faults);

// Who throttles our probing.
void blame_prober(Grid& grid, Faults& faults);

// Hosts that can be reached over one family cannot over the other.
void blame_families(Grid& grid, Faults& faults);

// One outbound address (a source in one family) fails where others pass, or is refused by name at several parties.
void blame_sources(Grid& grid, Faults& faults);

// Nearly all hosts of a known provider fail.
void blame_providers(Grid& grid, Faults& faults);

// One host fails, over all its families or over one.
void blame_mx_hosts(Grid& grid, Faults& faults);

}  // namespace mailsonde::diagnose
