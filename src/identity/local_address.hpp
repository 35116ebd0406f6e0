// SPDX-License-Identifier: Apache-2.0
// The address that probes leave from where the system chooses it.
#pragma once

#include <optional>

#include "base/address.hpp"

namespace mailsonde::identity {

// What the kernel would bind a connection to the Internet to: no packet is sent. Nothing where it has no route for the
// family.
[[nodiscard]] std::optional<IpAddress> local_address(Family family);

}  // namespace mailsonde::identity
