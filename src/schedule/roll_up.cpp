// SPDX-License-Identifier: Apache-2.0
#include "schedule/roll_up.hpp"

namespace mailsonde::schedule {

std::string recipe_of(const config::Target& target) {
  const bool own = target.kind == config::TargetKind::relay || target.auth || target.module->depth >= Stage::auth;
  return own ? "target " + target.name : "module " + target.module->name;
}

}  // namespace mailsonde::schedule
