// SPDX-License-Identifier: Apache-2.0
#include "cli/notify.hpp"

#include <fmt/format.h>

#include <atomic>
#include <future>
#include <thread>

#include "base/log.hpp"
#include "cli/daemon.hpp"
#include "unit/cli/notify_socket.hpp"
#include "unit/schedule/shard_scene.hpp"

using namespace mailsonde;
using namespace mailsonde::cli;
using cli::test::NotifySocket;
using cli::test::Variable;
using namespace std::chrono_literals;

namespace {

// Observes nothing.
class Deaf final : public schedule::Observer {
 public:
  std::unique_ptr<schedule::TargetObserver> watch(const config::Target& /*target*/) override { return nullptr; }
  void lagged(Duration /*lag*/) override {}
};

std::shared_ptr<const schedule::Plan> empty_plan() {
  config::Config config;
  config.helo = "probe.example.org";
  auto plan = schedule::Plan::make(std::move(config));
  REQUIRE(plan.has_value());
  return *plan;
}

}  // namespace

TEST_SUITE_BEGIN("cli.notify");

TEST_CASE("each message says one state in the words of sd_notify(3)") {
  const NotifySocket socket;
  notify_status("probes 1 target on 1 thread");
  CHECK(socket.next() == "STATUS=probes 1 target on 1 thread");
  notify_ready();
  CHECK(socket.next() == "READY=1");
  notify_stopping();
  CHECK(socket.next() == "STOPPING=1\nSTATUS=stopping");
}

TEST_CASE("a reload says when it began, in microseconds of the monotonic clock") {
  const NotifySocket socket;
  const auto before = std::chrono::floor<std::chrono::microseconds>(monotonic_now());
  notify_reloading();
  const auto after = std::chrono::floor<std::chrono::microseconds>(monotonic_now());
  const std::string message = socket.next();
  const std::string words = "RELOADING=1\nMONOTONIC_USEC=";
  REQUIRE(message.starts_with(words));
  const std::chrono::microseconds told{std::stoll(message.substr(words.size()))};
  CHECK(told >= before.time_since_epoch());
  CHECK(told <= after.time_since_epoch());
}

TEST_CASE("a socket in the abstract namespace is spoken to as well") {
  const NotifySocket socket(fmt::format("@mailsonde-unit-{}", getpid()));
  notify_ready();
  CHECK(socket.next() == "READY=1");
}

TEST_CASE("no service manager is no complaint, one that is gone is one in the log") {
  const auto warnings = log::written(log::Level::warn);
  notify_ready();
  CHECK(log::written(log::Level::warn) == warnings);
  const Variable nowhere("NOTIFY_SOCKET", "/nonexistent/notify");
  notify_ready();
  CHECK(log::written(log::Level::warn) == warnings + 1);
}

TEST_CASE("the status says how much is probed") {
  CHECK(status_of(12, 2, "") == "probes 12 targets on 2 threads");
  CHECK(status_of(1, 1, "") == "probes 1 target on 1 thread");
  CHECK(status_of(0, 1, "") == "probes nothing: the configuration names no target");
}

TEST_CASE("the status names the first of what was refused, as one short printable line") {
  CHECK(status_of(1, 1, "a.toml:3:1: bad\n") == "probes 1 target on 1 thread; refused: a.toml:3:1: bad");
  CHECK(status_of(1, 1, "one\ntwo\nthree\n") == "probes 1 target on 1 thread; refused: one (and 2 more)");
  const std::string status = status_of(1, 1, std::string(5000, 'x') + "\x1b\r\nREADY=1");
  CHECK(status.size() < 400);
  CHECK(status.find('\n') == std::string::npos);
}

TEST_CASE("the watchdog hears nothing while something does not answer, and again when it does") {
  const NotifySocket socket;
  const Variable period("WATCHDOG_USEC", "2000");
  asio::io_context context(1);
  int asked = 0;
  const Watchdog watchdog(context, [&] {
    if (++asked <= 3) CHECK(socket.has_nothing());
    if (asked == 5) context.stop();
    return asked > 3;
  });
  context.run_for(10s);
  CHECK(asked == 5);
  CHECK(socket.next() == "WATCHDOG=1");
}

TEST_CASE("nobody is asked without a watchdog, or when it watches another process") {
  const NotifySocket socket;
  asio::io_context context(1);
  const Watchdog none(context, [] { return true; });
  const Variable period("WATCHDOG_USEC", "2000");
  const Variable other("WATCHDOG_PID", "1");
  const Watchdog not_ours(context, [] { return true; });
  CHECK(context.run_for(10s) == 0);  // no timer runs
}

TEST_CASE("a probing thread that hangs keeps the daemon from answering until it goes on") {
  schedule::test::FixedDialer dialer;
  Deaf observer;
  std::promise<void> stuck;
  std::promise<void> gate;  // one of the threads stands here
  std::atomic<int> resolvers = 0;
  Daemon daemon({}, 2, dialer, observer, [&](asio::io_context&, const config::Resolver&) {
    if (resolvers++ == 0) {
      stuck.set_value();
      gate.get_future().wait_for(10s);
    }
    return std::make_shared<fixture::NameTable>();
  });
  daemon.apply(empty_plan());
  REQUIRE(stuck.get_future().wait_for(10s) == std::future_status::ready);
  CHECK(daemon.answers());  // nothing was asked before
  for (int i = 0; i < 100; ++i) CHECK_FALSE(daemon.answers());
  gate.set_value();
  const MonotonicTime deadline = monotonic_now() + 10s;
  while (!daemon.answers() && monotonic_now() < deadline) std::this_thread::yield();
  CHECK(monotonic_now() < deadline);
}

TEST_SUITE_END();
