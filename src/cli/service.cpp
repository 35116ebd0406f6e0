// SPDX-License-Identifier: Apache-2.0
#include "cli/service.hpp"

#include <fmt/format.h>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <mutex>

#include "base/log.hpp"
#include "cli/chain_files.hpp"
#include "cli/diagnosis.hpp"
#include "cli/version.hpp"
#include "dns/observers.hpp"
#include "schedule/observers.hpp"
#include "web/server.hpp"

namespace mailsonde::cli {
namespace {

constexpr Duration kChainsLimit = std::chrono::milliseconds(500);
constexpr Duration kStopLimit = std::chrono::seconds(3);  // hostile-cases section 9: exit within 5 s

class Service {
 public:
  explicit Service(const ServiceOptions& options)
      : options_(options),
        metrics_({version(), revision(), __VERSION__}),
        diagnosis_(metrics_),
        probe_observers_({&metrics_, &diagnosis_}),
        lookup_observers_({&metrics_, &diagnosis_}),
        daemon_(options.threads, dialer_, probe_observers_,
                [this](asio::io_context& context, const config::Resolver& resolver) {
                  return options_.make_resolver(context, resolver, lookup_observers_);
                }) {}

  int run() {
    auto loaded = options_.load();
    if (!loaded) return give_up(loaded.error());
    auto addresses = web::parse_listen_addresses(options_.listen_addresses);
    if (!addresses) return give_up(addresses.error());
    auto server = web::Server::start(*addresses, site());
    if (!server) return give_up(server.error());

    const ChainFiles files(loaded->plan->config().state_file, options_.threads);
    daemon_.restore(files.load());
    (void)take(*loaded);
    ready_ = true;
    announce(**server);
    diagnose_until_signalled(files);

    ready_ = false;
    log::info("stopping");
    keep_chains(files);
    daemon_.stop(kStopLimit);
    (*server)->stop();
    log::info("stopped");
    return 0;
  }

 private:
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

  // An Error says what of the disk is not in force.
  Result<void> take(const Result<Loaded>& loaded) {
    if (!loaded) {
      metrics_.config_refused();
      log::error("configuration refused, the old one stays", {{"reason", loaded.error().message}});
      return std::unexpected(loaded.error());
    }
    const config::Config& config = loaded->plan->config();
    metrics_.config_loaded(wall_now(), config.resolver.servers, loaded->refused.empty());
    diagnosis_.config_loaded(config);
    daemon_.apply(loaded->plan);
    log::info("configuration loaded", {{"targets", std::to_string(config.targets.size())}});
    if (loaded->refused.empty()) return {};
    log::error("not all is in force, of what was refused the old stays", {{"reason", loaded->refused}});
    return fail("these are refused, of which the old stays; all else is taken over:\n" + loaded->refused);
  }

  // From a signal or from HTTP. The new configuration is checked whole; a bad one changes nothing.
  Result<void> reload() {
    const std::lock_guard lock(reloading_);
    return take(options_.load());
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

  void keep_chains(const ChainFiles& files) {
    if (!files.keeps()) return;
    const auto changed = daemon_.changed_chains(kChainsLimit);
    for (std::size_t i = 0; i < changed.size(); ++i) {
      if (changed[i]) files.save(i, *changed[i]);
    }
  }

  void diagnose_until_signalled(const ChainFiles& files) {
    asio::io_context context(1);
    asio::signal_set stops(context, SIGTERM, SIGINT);
    asio::signal_set hangups(context, SIGHUP);
    asio::steady_timer rounds(context, Diagnosis::kPeriod);
    asio::steady_timer looks(context, LiveConfig::kPeriod);
    stops.async_wait([&](const asio::error_code&, int) { context.stop(); });
    wait_for_hangup(hangups);
    wait_for_round(rounds, files);
    if (options_.look) wait_for_look(looks);
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

  void wait_for_look(asio::steady_timer& looks) {
    looks.async_wait([this, &looks](const asio::error_code& error) {
      if (error) return;
      try {
        look();
      } catch (const std::exception& failure) {  // no memory, most likely: the next look sees it again
        log::error("internal error", {{"in", "look"}, {"what", failure.what()}});
      }
      looks.expires_after(LiveConfig::kPeriod);
      wait_for_look(looks);
    });
  }

  void wait_for_round(asio::steady_timer& rounds, const ChainFiles& files) {
    rounds.async_wait([this, &rounds, &files](const asio::error_code& error) {
      if (error) return;
      try {
        diagnosis_.evaluate();
        keep_chains(files);
      } catch (const std::exception& failure) {  // no memory, most likely: this verdict is lost, the daemon is not
        log::error("internal error", {{"in", "round"}, {"what", failure.what()}});
      }
      rounds.expires_after(Diagnosis::kPeriod);
      wait_for_round(rounds, files);
    });
  }

  const ServiceOptions& options_;
  metrics::Metrics metrics_;
  Diagnosis diagnosis_;
  schedule::Observers probe_observers_;
  dns::Observers lookup_observers_;
  net::TcpDialer dialer_;
  Daemon daemon_;
  std::atomic<bool> ready_ = false;
  std::mutex reloading_;
};

}  // namespace

int run_service(const ServiceOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  Service service(options);
  return service.run();
}

}  // namespace mailsonde::cli
