// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"
#include "cli/limits.hpp"
#include "cli/live_config.hpp"
#include "cli/service.hpp"
#include "dns/caching_resolver.hpp"

#include <asio/io_context.hpp>

#include "base/log.hpp"

namespace mailsonde::cli {
namespace {

// Probes in flight are bounded by what the file says and by the descriptors that there are, shared by the threads.
void fit_to_machine(config::Politeness& politeness, std::size_t descriptors, std::size_t threads) {
  const std::size_t allowed = probes_within(descriptors, politeness.max_probes_in_flight);
  if (allowed < politeness.max_probes_in_flight) {
    log::warn("fewer probes in flight than configured: the descriptor limit is too low",
              {{"descriptors", std::to_string(descriptors)}, {"probes", std::to_string(allowed)}});
  }
  politeness.max_probes_in_flight = std::max<std::size_t>(1, allowed / threads);
}

}  // namespace

int serve(const ServeOptions& options) {
  const std::size_t descriptors = raise_descriptor_limit();
  ServiceOptions service;
  service.listen_addresses = options.listen_addresses;
  service.threads = options.threads;
  service.share = options.share;
  LiveConfig live(options.config_file, options.auto_reload,
                  [&](config::Config& config) { fit_to_machine(config.politeness, descriptors, options.threads); });
  service.load = [&] { return live.load(); };
  service.look = [&] { return live.look(); };
  service.make_resolver = [](asio::io_context& context, const config::Resolver& resolver, dns::Observer& observer) {
    return std::make_shared<dns::CachingResolver>(context.get_executor(), resolver.servers, resolver.timeout,
                                                  &observer);
  };
  return run_service(service);
}

}  // namespace mailsonde::cli
