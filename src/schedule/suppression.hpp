// SPDX-License-Identifier: Apache-2.0
// Why a probe that was due was not sent. A word of its own so that decisions need not know who listens.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mailsonde::schedule {

// The label `reason` of mailsonde_probes_suppressed_total.
enum class Suppression : std::uint8_t { budget, backoff, shared, identity, dead_endpoint, resources };
inline constexpr std::size_t kSuppressionCount = 6;
[[nodiscard]] std::string_view to_string(Suppression reason);

}  // namespace mailsonde::schedule
