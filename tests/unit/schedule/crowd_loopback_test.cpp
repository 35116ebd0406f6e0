// SPDX-License-Identifier: Apache-2.0
// A thousand endpoints at once on one thread, ten rounds: nothing grows.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

#include "fixture/name_table.hpp"
#include "fixture/smtp_server.hpp"
#include "net/tcp_dialer.hpp"
#include "schedule/shard.hpp"

using namespace mailsonde;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kTargets = 1000;
constexpr std::size_t kServers = 4;
constexpr int kRounds = 10;

std::size_t status_number(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(key)) return std::stoul(line.substr(key.size() + 1));
  }
  return 0;
}

std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
  return count;
}

struct Tally {
  std::size_t in_flight = 0;
  std::size_t most_in_flight = 0;
  std::size_t finished = 0;
  std::size_t ok = 0;
};

class Counter final : public schedule::Observer {
 public:
  explicit Counter(Tally& tally) : tally_(tally) {}
  std::unique_ptr<schedule::TargetObserver> watch(const config::Target& /*target*/) override {
    return std::make_unique<One>(tally_);
  }
  void lagged(Duration /*lag*/) override {}

 private:
  class One final : public schedule::TargetObserver {
   public:
    explicit One(Tally& tally) : tally_(tally) {}
    void routed(const dns::Route& /*route*/) override {}
    void paced(Duration /*interval*/) override {}
    void started() override { tally_.most_in_flight = std::max(tally_.most_in_flight, ++tally_.in_flight); }
    void finished(const probe::Report& report, const schedule::Judgement& /*judgement*/) override {
      --tally_.in_flight;
      ++tally_.finished;
      tally_.ok += report.success() ? 1U : 0U;
    }
    void shared(const probe::Report& /*report*/, const schedule::Judgement& /*judgement*/) override {}
    void suppressed(schedule::Suppression /*reason*/) override {}

   private:
    Tally& tally_;
  };
  Tally& tally_;
};

// The embedded servers on a thread of their own; each greets late, so that all probes are there at the same time.
class Servers {
 public:
  Servers() {
    fixture::Behaviour behaviour;
    behaviour.directives[Stage::banner] = {.delay = 1500ms};
    for (std::size_t i = 0; i < kServers; ++i) {
      auto server = fixture::SmtpServer::start(context_, behaviour);
      REQUIRE(server.has_value());
      servers_.push_back(std::move(*server));
    }
    thread_ = std::thread([this] { context_.run(); });
  }
  ~Servers() {
    servers_.clear();
    work_.reset();
    context_.stop();
    thread_.join();
  }
  [[nodiscard]] std::uint16_t port(std::size_t i) const { return servers_[i % kServers]->port(); }

 private:
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
  std::vector<std::unique_ptr<fixture::SmtpServer>> servers_;
  std::thread thread_;
};

config::Config crowd(const Servers& servers, fixture::NameTable& names) {
  config::Config config;
  config.helo = "probe.example.org";
  config.resolver.allow_private_addresses = true;
  config.politeness.max_probes_in_flight = 2 * kTargets;
  config.politeness.per_provider_rate.reset();
  auto module = std::make_shared<config::Module>();
  module->name = "mx";
  module->timeout = 30s;
  config.modules.emplace(module->name, module);
  for (std::size_t i = 0; i < kTargets; ++i) {
    config::Target target;
    target.name = "d" + std::to_string(i) + ".example";
    target.host = target.name;
    target.port = servers.port(i);
    target.interval = 1s;  // shorter than a probe takes: every second turn finds the endpoint busy
    target.module = module;
    names.add_mx(target.host, 10, "mx." + target.host);
    names.add_address("mx." + target.host, *IpAddress::parse("127.0.0.1"));
    config.targets.push_back(std::move(target));
  }
  return config;
}

}  // namespace

TEST_SUITE_BEGIN("schedule.crowd.loopback");

TEST_CASE("a thousand endpoints are probed at once on one thread, and ten rounds leave nothing behind") {
  const rlimit many{8192, 8192};
  (void)setrlimit(RLIMIT_NOFILE, &many);
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  REQUIRE(limit.rlim_cur >= 2 * kTargets + 100);

  const Servers servers;
  auto names = std::make_shared<fixture::NameTable>();
  auto plan = schedule::Plan::make(crowd(servers, *names));
  REQUIRE(plan.has_value());

  Tally tally;
  Counter counter(tally);
  net::TcpDialer dialer;
  asio::io_context context(1);
  schedule::Shard shard(context, {}, dialer, counter);
  const std::size_t threads = status_number("Threads:");
  shard.apply(*plan, names);

  const auto run_until_finished = [&](std::size_t count) {
    const auto deadline = monotonic_now() + 120s;
    while (tally.finished < count && monotonic_now() < deadline) context.run_one_for(100ms);
    REQUIRE(tally.finished >= count);
  };
  run_until_finished(2 * kTargets);
  const std::size_t memory = status_number("VmRSS:");
  const std::size_t descriptors = open_descriptors() - tally.in_flight;
  CHECK(status_number("Threads:") == threads);

  run_until_finished(kRounds * kTargets);
  CHECK(tally.ok == tally.finished);
  CHECK(tally.most_in_flight >= kTargets * 9 / 10);
  MESSAGE("most in flight at once: " << tally.most_in_flight << " of " << kTargets);
  MESSAGE("resident after round 2: " << memory << " KiB, after round " << kRounds << ": " << status_number("VmRSS:")
                                     << " KiB");

  shard.stop();
  context.run();
  CHECK(tally.in_flight == 0);
  // Connections that the servers have not closed yet are theirs, not the prober's.
  const auto deadline = monotonic_now() + 10s;
  while (open_descriptors() > descriptors && monotonic_now() < deadline) std::this_thread::yield();
  CHECK(open_descriptors() <= descriptors);
#if !defined(__SANITIZE_ADDRESS__) && !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
  CHECK(status_number("VmRSS:") < memory + memory / 4);
#endif
}

TEST_SUITE_END();
