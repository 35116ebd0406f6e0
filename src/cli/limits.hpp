// SPDX-License-Identifier: Apache-2.0
// How many probes the descriptors of this process allow.
#pragma once

#include <cstddef>

namespace mailsonde::cli {

// Raises the soft limit on open descriptors to the hard one and returns it.
[[nodiscard]] std::size_t raise_descriptor_limit();

// Probes that may be in flight under that limit: a probe needs one descriptor, and scrapes, resolvers and files need
// theirs even when every probe hangs (hostile-cases section 9: 48 descriptors, 200 targets). Pure; at least 1.
[[nodiscard]] std::size_t probes_within(std::size_t descriptors, std::size_t wanted);

}  // namespace mailsonde::cli
