// SPDX-License-Identifier: Apache-2.0
#include "cli/daemon.hpp"

#include <future>

#include "unit/schedule/shard_scene.hpp"

using namespace mailsonde;
using schedule::test::FixedDialer;
using schedule::test::Scene;
using namespace std::chrono_literals;

namespace {

// Tells another thread of the first probe that ended.
class Bell final : public schedule::Observer {
 public:
  std::unique_ptr<schedule::TargetObserver> watch(const config::Target& /*target*/) override {
    return std::make_unique<One>(*this);
  }
  void lagged(Duration /*lag*/) override {}
  bool rings() { return first_.get_future().wait_for(10s) == std::future_status::ready; }

 private:
  class One final : public schedule::TargetObserver {
   public:
    explicit One(Bell& bell) : bell_(bell) {}
    void routed(const dns::Route& /*route*/) override {}
    void paced(Duration /*interval*/) override {}
    void started() override {}
    void finished(const probe::Report& /*report*/, const schedule::Judgement& /*judgement*/) override {
      if (!std::exchange(bell_.rung_, true)) bell_.first_.set_value();
    }
    void shared(const probe::Report& /*report*/, const schedule::Judgement& /*judgement*/) override {}
    void suppressed(schedule::Suppression /*reason*/) override {}

   private:
    Bell& bell_;
  };
  std::promise<void> first_;
  bool rung_ = false;
};

std::shared_ptr<const schedule::Plan> plan_to_rcpt(Duration resolver_timeout) {
  config::Target target = Scene::target("one.example");
  auto module = std::make_shared<config::Module>();
  module->name = "rcpt";
  module->depth = Stage::rcpt;
  module->tls = config::TlsPolicy::none;
  target.module = module;
  target.rcpt_to = "me@one.example";
  config::Config config;
  config.helo = "probe.example.org";
  config.resolver.timeout = resolver_timeout;
  config.targets = {target};
  config.modules.emplace(module->name, module);
  auto plan = schedule::Plan::make(std::move(config));
  REQUIRE(plan.has_value());
  return *plan;
}

}  // namespace

TEST_SUITE_BEGIN("cli.daemon");

TEST_CASE("chains that a busy thread told too late are told at the next call") {
  FixedDialer dialer;
  dialer.script = "S: 220 mx\nC: EHLO *\nS: 250 mx\nC: MAIL *\nS: 250 ok\nC: RCPT *\nS: 450 4.2.0 Greylisted";
  Bell bell;
  auto names = std::make_shared<fixture::NameTable>();
  names->add_mx("one.example", 10, "mx.one.example");
  names->add_address("mx.one.example", *IpAddress::parse("192.0.2.1"));
  std::promise<void> gate;  // the thread stands here while it takes another resolver over
  cli::Daemon daemon({}, 1, dialer, bell, [&](asio::io_context&, const config::Resolver& resolver) {
    if (resolver.timeout == 2s) gate.get_future().wait_for(10s);
    return names;
  });
  daemon.apply(plan_to_rcpt(1s));
  REQUIRE(bell.rings());

  daemon.apply(plan_to_rcpt(2s));
  CHECK_FALSE(daemon.changed_chains(1ms).front().has_value());
  gate.set_value();
  CHECK(daemon.changed_chains(10s).front().has_value());
  CHECK_FALSE(daemon.changed_chains(10s).front().has_value());
}

TEST_SUITE_END();
