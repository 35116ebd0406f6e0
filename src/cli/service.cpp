// SPDX-License-Identifier: Apache-2.0
#include "cli/service.hpp"

#include <fmt/format.h>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <optional>

#include "base/log.hpp"
#include "cli/chain_files.hpp"
#include "cli/diagnosis.hpp"
#include "cli/every.hpp"
#include "cli/identity_watch.hpp"
#include "cli/notify.hpp"
#include "cli/version.hpp"
#include "dns/observers.hpp"
#include "schedule/observers.hpp"
#include "web/server.hpp"

namespace mailsonde::cli {
namespace {

constexpr Duration kChainsLimit = std::chrono::milliseconds(500);
constexpr Duration kSavePeriod = std::chrono::seconds(1);       // chains that are younger do not outlive a kill
constexpr Duration kFirstIdentities = std::chrono::seconds(5);  // with a name server that is slow, not for ever
constexpr Duration kStopLimit = std::chrono::seconds(3);        // hostile-cases section 9: exit within 5 s

class Service {
 public:
  explicit Service(const ServiceOptions& options)
      : options_(options),
        metrics_({version(), revision(), __VERSION__}),
        diagnosis_(metrics_),
        probe_observers_({&metrics_, &diagnosis_}),
        lookup_observers_({&metrics_, &diagnosis_}),
        daemon_(options.share, options.threads, dialer_, probe_observers_, resolver_maker()),
        identities_(metrics_, resolver_maker(),
                    [this](const std::set<std::string>& unconfirmed) { daemon_.set_unconfirmed(unconfirmed); }) {}

  int run() {
    auto loaded = options_.load();
    if (!loaded) return give_up(loaded.error());
    auto addresses = web::parse_listen_addresses(options_.listen_addresses);
    if (!addresses) return give_up(addresses.error());
    auto server = web::Server::start(*addresses, site());
    if (!server) return give_up(server.error());

    ChainFiles files(loaded->plan->config().state_file, options_.share, options_.threads);
    daemon_.restore(files.load());
    begin(*loaded, **server);
    work_until_signalled(files, **server);

    ready_ = false;
    notify_stopping();
    log::info("stopping");
    keep_chains(files);
    identities_.stop();
    daemon_.stop(kStopLimit);
    (*server)->stop();
    log::info("stopped");
    return 0;
  }

 private:
  ResolverMaker resolver_maker() {
    return [this](asio::io_context& context, const config::Resolver& resolver) {
      return options_.make_resolver(context, resolver, lookup_observers_);
    };
  }

  static int give_up(const Error& error) {
    fmt::print(stderr, "mailsonde: {}{}", error.message, error.message.ends_with('\n') ? "" : "\n");
    return 1;
  }

  web::Site site() {
    web::Site site;
    site.metrics = [this](metrics::Format format) { return metrics_.render(format); };
    site.ready = [this] { return ready_.load(); };
    site.reload = [this] { return reload(); };
    return site;
  }

  // A reload that is asked for meanwhile comes after.
  void begin(const Result<Loaded>& loaded, const web::Server& server) {
    const std::lock_guard lock(reloading_);
    (void)take(loaded);
    ready_ = true;
    announce(server);
    notify_ready();
  }

  // An Error says what of the disk is not in force.
  Result<void> take(const Result<Loaded>& loaded) {
    if (!loaded) {
      metrics_.config_refused();
      log::error("configuration refused, the old one stays", {{"reason", loaded.error().message}});
      notify_status(status_of(targets_, options_.threads, loaded.error().message));
      return std::unexpected(loaded.error());
    }
    const config::Config& config = loaded->plan->config();
    metrics_.config_loaded(wall_now(), config.resolver.servers, loaded->refused.empty());
    diagnosis_.config_loaded(config);
    identities_.config_loaded(loaded->plan);
    // The first probes should know what the sources are worth; a reload has the verdicts there are.
    const bool is_required = config.politeness.require_identity != config::RequireIdentity::never;
    if (is_required) (void)identities_.wait_for_first(kFirstIdentities);
    daemon_.apply(loaded->plan);
    targets_ = config.targets.size();
    log::info("configuration loaded", {{"targets", std::to_string(targets_)}});
    notify_status(status_of(targets_, options_.threads, loaded->refused));
    if (loaded->refused.empty()) return {};
    log::error("not all is in force, of what was refused the old stays", {{"reason", loaded->refused}});
    return fail("these are refused, of which the old stays; all else is taken over:\n" + loaded->refused);
  }

  // From a signal or from HTTP. The new configuration is checked whole; a bad one changes nothing.
  Result<void> reload() {
    const std::lock_guard lock(reloading_);
    notify_reloading();
    const auto taken = take(options_.load());
    notify_ready();
    return taken;
  }

  void look() {
    const std::lock_guard lock(reloading_);
    if (const auto loaded = options_.look()) (void)take(*loaded);
  }

  void announce(const web::Server& server) {
    std::vector<std::string> urls;
    for (const web::ListenAddress& where : server.bound()) {
      urls.push_back(std::string(where.both_families ? "http://localhost" : "http://") + where.to_string());
      log::info("listening", {{"address", where.to_string()}});
    }
    if (options_.announce) options_.announce(urls);
  }

  void keep_chains(ChainFiles& files) {
    if (!files.keeps()) return;
    auto changed = daemon_.changed_chains(kChainsLimit);
    for (std::size_t i = 0; i < changed.size(); ++i) files.save(i, std::move(changed[i]));
  }

  void work_until_signalled(ChainFiles& files, web::Server& server) {
    asio::io_context context(1);
    asio::signal_set stops(context, SIGTERM, SIGINT);
    asio::signal_set hangups(context, SIGHUP);
    stops.async_wait([&](const asio::error_code&, int) { context.stop(); });
    wait_for_hangup(hangups);
    const Every round(context, Diagnosis::kPeriod, "diagnosis", [this] { diagnosis_.evaluate(); });
    const Every save(context, kSavePeriod, "save", [&] { keep_chains(files); });
    std::optional<Every> looking;
    if (options_.look) looking.emplace(context, LiveConfig::kPeriod, "look", [this] { look(); });
    const Watchdog watchdog(context, [&] {
      const bool probes = daemon_.answers();
      const bool serves = server.answers();
      return probes && serves;
    });
    context.run();
    // Whoever asks twice does not want to wait.
    std::signal(SIGTERM, [](int) { std::_Exit(1); });
    std::signal(SIGINT, [](int) { std::_Exit(1); });
  }

  void wait_for_hangup(asio::signal_set& hangups) {
    hangups.async_wait([this, &hangups](const asio::error_code& error, int) {
      if (error) return;
      (void)reload();
      wait_for_hangup(hangups);
    });
  }

  const ServiceOptions& options_;
  metrics::Metrics metrics_;
  Diagnosis diagnosis_;
  schedule::Observers probe_observers_;
  dns::Observers lookup_observers_;
  net::TcpDialer dialer_;
  Daemon daemon_;
  IdentityWatch identities_;
  std::atomic<bool> ready_ = false;
  std::mutex reloading_;
  std::size_t targets_ = 0;  // in force, under reloading_
};

}  // namespace

int run_service(const ServiceOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGHUP, SIG_IGN);  // until it means a reload: the file is just being read
  Service service(options);
  return service.run();
}

}  // namespace mailsonde::cli
