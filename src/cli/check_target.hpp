// SPDX-License-Identifier: Apache-2.0
// From what stands on the command line of `check` to a target.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "config/config.hpp"

namespace mailsonde::cli {

// `word` is a configured name, host:port (a relay: the module is submission for 587, smtps for 465, else mx), or a
// domain. `module` overrides; empty is the target's own. What is not configured is probed from
// the sources of [prober]. An Error is a usage error: it says what would be right. Pure.
[[nodiscard]] Result<config::Target> find_target(const config::Config& config, const std::string& word,
                                                 const std::string& module);

// The source of that name, "default" included. An Error is a usage error that lists the names there are. Pure.
[[nodiscard]] Result<std::shared_ptr<const config::Source>> find_source(const config::Config& config,
                                                                        const std::string& name);

}  // namespace mailsonde::cli
