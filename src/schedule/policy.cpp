// SPDX-License-Identifier: Apache-2.0
#include "schedule/policy.hpp"

namespace mailsonde::schedule {

Policy policy_of(const config::Politeness& politeness, std::size_t agendas) {
  Policy policy;
  policy.per_provider = politeness.per_provider_rate;
  policy.per_mx = politeness.per_mx_rate;
  for (std::optional<Rate>* rate : {&policy.per_provider, &policy.per_mx}) {
    if (*rate) (*rate)->per *= static_cast<Duration::rep>(agendas);
  }
  policy.per_mx_concurrency = politeness.per_mx_concurrency;
  policy.max_in_flight = politeness.max_probes_in_flight;
  policy.require_identity = politeness.require_identity;
  policy.backoff_on.reset();
  for (const Outcome outcome : politeness.backoff_on) policy.backoff_on.set(static_cast<std::size_t>(outcome));
  return policy;
}

}  // namespace mailsonde::schedule
