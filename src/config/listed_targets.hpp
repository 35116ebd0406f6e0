// SPDX-License-Identifier: Apache-2.0
// One target file: from the texts of its list to targets. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "config/problems.hpp"

namespace mailsonde::config {

// "example.com" is a destination, "relay.example:25" a relay, as on the command line of `check`; the label `kind` says
// otherwise. Labels that are keys of [[destinations]] and [[relays]] are understood, `remarks` names the others. Every
// mistake is in `problems`; the result is then unfit for use.
[[nodiscard]] std::vector<Target> read_listed_targets(std::string_view text, const TargetFiles& section,
                                                      const Config& config, Problems& problems, Problems& remarks);

}  // namespace mailsonde::config
