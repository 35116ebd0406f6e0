// SPDX-License-Identifier: Apache-2.0
#include "schedule/plan.hpp"

namespace mailsonde::schedule {

Plan::Plan(config::Config config)
    : config_(std::move(config)),
      providers_(config_.providers),
      classifier_(std::make_shared<const classify::Classifier>(config_.reply_rules)) {}

Result<std::shared_ptr<const Plan>> Plan::make(config::Config config) {
  const std::shared_ptr<Plan> plan(new Plan(std::move(config)));
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

std::string Plan::provider_of(const config::Target& target, std::string_view mx) const {
  return target.provider.empty() ? std::string(providers_.provider_of(mx)) : target.provider;
}

probe::Request Plan::request_for(std::shared_ptr<const config::Target> target, const Endpoint& endpoint,
                                 const Routed& routed, std::string id) const {
  probe::Request request;
  request.id = std::move(id);
  request.tls = tls_of(*target->module);
  request.classifier = classifier_;
  request.helo = helo_of(*endpoint.source);
  request.source = endpoint.source->name;
  request.local_address = endpoint.source->address(endpoint.address.family());
  request.mx = endpoint.mx;
  request.provider = provider_of(*target, endpoint.mx);
  request.address = endpoint.address;
  request.port = target->port;
  request.dns_elapsed = routed.elapsed;
  request.notes = routed.route.notes;
  request.target = std::move(target);
  return request;
}

}  // namespace mailsonde::schedule
