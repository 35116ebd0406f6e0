// SPDX-License-Identifier: Apache-2.0
// From what stands on the command line of `check` to a target.
#pragma once

#include <string>

#include "base/result.hpp"
#include "config/config.hpp"

namespace mailsonde::cli {

// `word` is a configured name, host:port (a relay: the module is submission for 587, smtps for 465, else mx), or a
// domain. `module` overrides; empty is the target's own. An Error is a usage error: it says what would be right. Pure.
[[nodiscard]] Result<config::Target> find_target(const config::Config& config, const std::string& word,
                                                 const std::string& module);

}  // namespace mailsonde::cli
