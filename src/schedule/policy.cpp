// SPDX-License-Identifier: Apache-2.0
#include "schedule/policy.hpp"

namespace mailsonde::schedule {

Policy Policy::divided_by(std::size_t agendas) const {
  Policy policy = *this;
  for (std::optional<Rate>* rate : {&policy.per_provider, &policy.per_mx}) {
    if (*rate) (*rate)->per *= static_cast<Duration::rep>(agendas);
  }
  return policy;
}

Policy policy_of(const config::Politeness& politeness) {
  Policy policy;
  policy.per_provider = politeness.per_provider_rate;
  policy.per_mx = politeness.per_mx_rate;
  policy.per_mx_concurrency = politeness.per_mx_concurrency;
  policy.max_in_flight = politeness.max_probes_in_flight;
  policy.require_identity = politeness.require_identity;
  policy.backoff_on.reset();
  for (const Outcome outcome : politeness.backoff_on) policy.backoff_on.set(static_cast<std::size_t>(outcome));
  return policy;
}

}  // namespace mailsonde::schedule
