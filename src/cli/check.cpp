// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "base/text.hpp"
#include "cli/check_target.hpp"
#include "cli/commands.hpp"
#include "cli/problems.hpp"
#include "cli/report_text.hpp"
#include "config/found_targets.hpp"
#include "config/load.hpp"
#include "config/syntax.hpp"
#include "dns/caching_resolver.hpp"
#include "identity/self_check.hpp"
#include "net/tcp_dialer.hpp"
#include "probe/probe.hpp"
#include "probe/report_json.hpp"
#include "schedule/endpoints.hpp"
#include "schedule/plan.hpp"

namespace mailsonde::cli {
namespace {

// One run of `check`: each endpoint of each target is probed once, all endpoints of a target at the same time, its
// sources one after the other: an MX host should not meet all of them at once.
class Check {
 public:
  Check(const schedule::Plan& plan, OutputFormat format)
      : plan_(plan),
        format_(format),
        colour_(terminal_wants_colour() ? Colour::on : Colour::off),
        resolver_(std::make_shared<dns::CachingResolver>(context_.get_executor(), plan.config().resolver.servers,
                                                         plan.config().resolver.timeout, nullptr)) {}

  // Prints a report for each probe. True when there were some and all were ok.
  bool run(const config::Target& target) {
    bool any = false;
    bool all_good = true;
    config::Target seen = target;
    for (const auto& source : target.sources) {
      seen.sources = {source};
      probe_from(seen);
      any = any || !reports_.empty();
      print_identity();
      for (const Numbered& numbered : reports_) {
        print(numbered.report);
        all_good = all_good && numbered.report.counted && numbered.report.success();
      }
    }
    return any && all_good;
  }

 private:
  struct Numbered {
    std::size_t place;
    probe::Report report;
  };

  // From the one source of the target.
  void probe_from(const config::Target& target) {
    reports_.clear();
    context_.restart();
    asio::co_spawn(context_, visit(target), [this](const std::exception_ptr& error) { note_failure(error); });
    if (format_ == OutputFormat::text && checked_.insert(target.sources.front()->name).second) {
      asio::co_spawn(context_, look_at(target.sources.front()),
                     [this](const std::exception_ptr& error) { note_failure(error); });
    }
    context_.run();
    std::ranges::sort(reports_, {}, &Numbered::place);
    if (!reports_.empty()) return;
    fmt::print(stderr, "mailsonde check: {}: source {} has no address of a family that the hosts have\n",
               printable(target.name), printable(target.sources.front()->name));
  }

  static bool terminal_wants_colour() {
    const char* terminal = std::getenv("TERM");
    return isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr && terminal != nullptr &&
           std::string_view(terminal) != "dumb";
  }

  asio::awaitable<void> visit(config::Target target) {
    const bool allow_private = plan_.config().resolver.allow_private_addresses;
    const schedule::Routed routed = co_await schedule::find_route(*resolver_, target, allow_private);
    std::size_t place = 0;
    if (routed.route.fault != dns::RouteFault::none)
      keep_dead_end(place++, target, "", routed.route.fault, routed.route.detail, routed);
    for (const dns::MxHost& host : routed.route.hosts) {
      if (host.fault != dns::RouteFault::none)
        keep_dead_end(place++, target, host.name, host.fault, host.detail, routed);
    }
    for (const schedule::Endpoint& endpoint : schedule::endpoints_of(routed.route, target.sources)) {
      const auto shared_target = std::make_shared<const config::Target>(target);
      asio::co_spawn(context_, probe_one(plan_.request_for(shared_target, endpoint, routed, new_id()), place++),
                     [this](const std::exception_ptr& error) { note_failure(error); });
    }
  }

  // What receivers find out about the source: told once, before the first report from there.
  asio::awaitable<void> look_at(std::shared_ptr<const config::Source> source) {
    const auto report = co_await identity::check_source(resolver_, source, plan_.helo_of(*source));
    identity_ = describe(report);
  }

  void print_identity() {
    for (const std::string& line : identity_) {
      if (!reports_.empty()) fmt::print("{}\n", line);
    }
    identity_.clear();
  }

  asio::awaitable<void> probe_one(probe::Request request, std::size_t place) {
    probe::Report report = co_await probe::run(std::move(request), dialer_);
    reports_.push_back({place, std::move(report)});
  }

  void keep_dead_end(std::size_t place, const config::Target& target, const std::string& mx, dns::RouteFault fault,
                     const std::string& detail, const schedule::Routed& routed) {
    probe::Report report = probe::failed_route(target, new_id(), mx, plan_.provider_of(target, mx), fault, detail,
                                               routed.elapsed, routed.route.notes);
    report.source = target.sources.front()->name;
    reports_.push_back({place, std::move(report)});
  }

  void note_failure(const std::exception_ptr& error) {
    if (!error) return;
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& exception) {
      probe::Report report;
      report.counted = false;
      report.detail = std::string("internal error: ") + exception.what();
      reports_.push_back({reports_.size(), std::move(report)});
    }
  }

  void print(const probe::Report& report) const {
    if (format_ == OutputFormat::json) {
      fmt::print("{}\n", probe::to_json(report).dump());
    } else {
      fmt::print("{}\n", render_text(report, colour_));
    }
    std::fflush(stdout);
  }

  std::string new_id() { return fmt::format("{:016x}", random_()); }

  const schedule::Plan& plan_;
  OutputFormat format_;
  Colour colour_;
  asio::io_context context_{1};
  const std::shared_ptr<dns::CachingResolver> resolver_;
  net::TcpDialer dialer_;
  std::mt19937_64 random_{std::random_device{}()};
  std::vector<Numbered> reports_;
  std::set<std::string> checked_;      // sources
  std::vector<std::string> identity_;  // lines about the source that was checked last
};

Result<std::vector<config::Target>> find_targets(const config::Config& config, const CheckOptions& options) {
  config::Sources only;
  if (!options.source.empty()) {
    auto source = find_source(config, options.source);
    if (!source) return std::unexpected(source.error());
    only = {std::move(*source)};
  }
  std::vector<config::Target> targets;
  for (const std::string& word : options.targets) {
    auto target = find_target(config, word, options.module);
    if (!target) return std::unexpected(target.error());
    if (!only.empty()) target->sources = only;
    targets.push_back(std::move(*target));
  }
  return targets;
}

}  // namespace

int check(const CheckOptions& options) {
  auto config = options.config_file.empty() ? config::defaults() : config::load_file(options.config_file);
  if (!config) {
    print_problems(config.error());
    return 2;
  }
  config::FoundTargets found = config::find_targets(*config, {});
  print_problems(found.problems);
  std::ranges::move(found.targets, std::back_inserter(config->targets));
  if (!options.resolver.empty()) {
    const auto server = config::parse_server(options.resolver);
    if (!server) {
      fmt::print(stderr, "mailsonde check: --resolver {}: expected an address or address:port such as 192.0.2.1:53\n",
                 printable(options.resolver, 256));
      return 2;
    }
    config->resolver.servers = {*server};
  }
  auto targets = find_targets(*config, options);
  if (!targets) {
    fmt::print(stderr, "mailsonde check: {}\n", targets.error().message);
    return 2;
  }
  const auto plan = schedule::Plan::make(std::move(*config));
  if (!plan) {
    fmt::print(stderr, "mailsonde check: {}\n", plan.error().message);
    return 1;
  }
  Check run(**plan, options.format);
  bool all_good = true;
  for (const config::Target& target : *targets) all_good = run.run(target) && all_good;
  return all_good ? 0 : 1;
}

}  // namespace mailsonde::cli
