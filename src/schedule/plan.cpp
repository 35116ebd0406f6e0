// SPDX-License-Identifier: Apache-2.0
#include "schedule/plan.hpp"

namespace mailsonde::schedule {

Result<std::shared_ptr<const Plan>> Plan::make(config::Config config) {
  auto plan = std::make_shared<Plan>();
  plan->config_ = std::move(config);
  for (const auto& [name, module] : plan->config_.modules) {
    auto& context = plan->tls_[{module->min_tls_version, module->ca_file}];
    if (context) continue;
    auto made = net::TlsContext::make(module->min_tls_version, module->ca_file);
    if (!made) return fail("module " + name + ": " + made.error().message);
    context = std::move(*made);
  }
  return plan;
}

std::shared_ptr<const net::TlsContext> Plan::tls_of(const config::Module& module) const {
  return tls_.at({module.min_tls_version, module.ca_file});
}

}  // namespace mailsonde::schedule
