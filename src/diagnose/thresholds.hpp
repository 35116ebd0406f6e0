// SPDX-License-Identifier: Apache-2.0
// How much evidence each rule wants. docs/diagnosis.md has the same table; a test keeps the two in agreement.
#pragma once

#include <cstddef>

namespace mailsonde::diagnose {

// "Nearly all": a report may be one round old, so a complete outage shows some last successes for a while.
inline constexpr std::size_t kNearlyAllPercent = 90;
// "Enough of the rest works": a second fault elsewhere must not hide the first.
inline constexpr std::size_t kRestWorksPercent = 50;
// Failures before a set is blamed. Each endpoint brings one for every probe in a row that failed, up to the cap: where
// 5 % of the probes fail at random, four in a row at one endpoint come once in 160,000 probes.
inline constexpr std::size_t kLeastFailures = 4;
inline constexpr std::size_t kFailuresCap = 4;
// So many in a row on average before something narrower than egress is blamed: what began in this round
// may be a wider fault that the other endpoints have not met yet.
inline constexpr std::size_t kLeastInARow = 2;

inline constexpr std::size_t kEgressLeastParties = 3;    // two providers can be down on the same day
inline constexpr std::size_t kFamilyLeastHosts = 3;      // hosts that answer over the other family
inline constexpr std::size_t kFamilyLeastParties = 2;    // else it may be that provider's family
inline constexpr std::size_t kListedLeastParties = 2;    // one receiver's own list is its own matter
inline constexpr std::size_t kProviderLeastHosts = 2;    // one host alone is an mx_host
inline constexpr std::size_t kProberLeastPercent = 50;   // a limit hits some probes and lets others through
inline constexpr std::size_t kProberLeastParties = 3;    // from here on, and with half of all, it is our rate as such
inline constexpr std::size_t kResolverLeastLookups = 3;  // failed look-ups in the window
inline constexpr std::size_t kResolverLeastDomains = 3;  // SERVFAIL for that many domains and no answer at all

}  // namespace mailsonde::diagnose
