// SPDX-License-Identifier: Apache-2.0
// What `serve` and `demo` have in common: probing threads, metrics, HTTP and signals, from start to orderly end.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/daemon.hpp"
#include "cli/live_config.hpp"
#include "metrics/metrics.hpp"
#include "net/tcp_dialer.hpp"

namespace mailsonde::cli {

// Where plans come from: called at the start and at every reload, by one thread at a time. Opens no socket.
using Loader = std::function<Result<Loaded>()>;

struct ServiceOptions {
  std::vector<std::string> listen_addresses;
  std::size_t threads = 1;
  schedule::Share share = {};  // of the targets, when several processes divide them
  Loader load;
  // What has changed on the disk since the last call of this or `load`, if anything; called every LiveConfig::kPeriod,
  // never while `load` is. May be empty.
  std::function<std::optional<Result<Loaded>>()> look;
  // Makes the resolver of one shard. The observer is the service's.
  std::function<std::shared_ptr<dns::Resolver>(asio::io_context&, const config::Resolver&, dns::Observer&)>
      make_resolver;
  // Called once everything stands, with the addresses that were bound ("http://127.0.0.1:10451").
  std::function<void(const std::vector<std::string>&)> announce;
};

// Runs until SIGTERM or SIGINT; SIGHUP reloads. Returns the exit status: 0 after an orderly end, 1 when it could not
// start (the reason is on standard error). A second SIGTERM or SIGINT ends the process at once.
[[nodiscard]] int run_service(const ServiceOptions& options);

}  // namespace mailsonde::cli
