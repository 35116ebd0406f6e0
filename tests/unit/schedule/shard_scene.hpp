// SPDX-License-Identifier: Apache-2.0
// One shard with a world of names and one way in which every server answers, and what its observers heard.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "fixture/name_table.hpp"
#include "fixture/scripted_stream.hpp"
#include "schedule/shard.hpp"

namespace mailsonde::schedule::test {

using namespace std::chrono_literals;

// What happened to each target, by name.
struct Events {
  struct OfTarget {
    std::vector<probe::Report> reports;
    std::vector<probe::Report> shared;
    std::size_t started = 0;
    std::map<Suppression, int> suppressed;
    std::vector<Judgement> judgements;
    Duration paced{};
    std::size_t routed = 0;
    std::vector<std::string> providers;  // as it was watched
  };
  std::map<std::string, OfTarget> targets;
  std::multiset<std::string> watched;
  std::size_t lags = 0;
};

class Recorder final : public Observer {
 public:
  explicit Recorder(Events& events) : events_(events) {}
  std::unique_ptr<TargetObserver> watch(const config::Target& target) override {
    events_.targets[target.name].providers.push_back(target.provider);
    return std::make_unique<One>(events_, target.name);
  }
  void lagged(Duration lag) override {
    CHECK(lag >= Duration::zero());
    ++events_.lags;
  }

 private:
  class One final : public TargetObserver {
   public:
    One(Events& events, std::string name) : events_(events), name_(std::move(name)) { events_.watched.insert(name_); }
    ~One() override { events_.watched.erase(events_.watched.find(name_)); }
    void routed(const dns::Route& /*route*/) override { ++mine().routed; }
    void paced(Duration interval) override { mine().paced = interval; }
    void started() override { ++mine().started; }
    void finished(const probe::Report& report, const Judgement& judgement) override {
      mine().reports.push_back(report);
      mine().judgements.push_back(judgement);
    }
    void shared(const probe::Report& report, const Judgement& /*judgement*/) override {
      mine().shared.push_back(report);
    }
    void suppressed(Suppression reason) override { ++mine().suppressed[reason]; }

   private:
    Events::OfTarget& mine() { return events_.targets[name_]; }
    Events& events_;
    std::string name_;
  };
  Events& events_;
};

// Answers every dial alike; `hang` makes it wait until it is cancelled.
class FixedDialer final : public net::Dialer {
 public:
  std::string script = "S: 220 mx\nC: QUIT\nS: 221 bye";
  std::optional<net::IoError> failure;
  bool hang = false;
  std::size_t dials = 0;

  asio::awaitable<net::IoResult<net::Dialed>> dial(net::DialRequest /*request*/, MonotonicTime /*deadline*/) override {
    ++dials;
    if (hang) {
      const auto executor = co_await asio::this_coro::executor;
      asio::steady_timer timer(executor, asio::steady_timer::time_point::max());
      asio::error_code cancelled;
      co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
      co_return std::unexpected(net::IoError{net::Failure::cancelled, "cancelled"});
    }
    if (failure) co_return std::unexpected(*failure);
    auto playback = std::make_shared<fixture::Playback>();
    auto stream = std::make_unique<fixture::ScriptedStream>(fixture::Staging{*fixture::parse_script(script)}, playback);
    co_return net::Dialed{std::move(stream), monotonic_now()};
  }
};

template <typename Condition>
void run_until(asio::io_context& context, Condition condition) {
  const auto deadline = monotonic_now() + 10s;
  context.restart();
  while (!condition() && monotonic_now() < deadline) context.run_one_for(10ms);
  REQUIRE(condition());
}

// One shard with a world of names, run until a condition holds.
class Scene {
 public:
  explicit Scene(Share share = {}) : recorder_(events), shard(context, share, dialer, recorder_) {
    names->add_mx("good.example", 10, "mx1.good.example");
    names->add_address("mx1.good.example", *IpAddress::parse("192.0.2.1"));
    names->add_address("mx1.good.example", *IpAddress::parse("2001:db8::1"));
    names->add_mx("null.example", 0, "");
    names->add_mx("half.example", 10, "mx1.good.example");
    names->add_mx("half.example", 20, "dead.half.example");
    names->add_mx("mixed.example", 10, "aspmx.l.google.com");
    names->add_mx("mixed.example", 20, "mx1.good.example");
    names->add_mx("mixed.example", 30, "dead.mail.protection.outlook.com");
    names->add_address("aspmx.l.google.com", *IpAddress::parse("192.0.2.2"));
  }
  ~Scene() {
    shard.stop();
    context.restart();
    context.run();
  }

  static config::Target target(const std::string& domain) {
    static const auto module = [] {
      auto made = std::make_shared<config::Module>();
      made->name = "banner";
      made->depth = Stage::banner;
      return made;
    }();
    config::Target made;
    made.name = made.host = domain;
    made.interval = 40ms;
    made.module = module;
    return made;
  }

  void apply(const std::vector<config::Target>& targets, const std::vector<config::Provider>& providers = {}) {
    config::Config config;
    config.helo = helo;
    config.politeness = politeness;
    config.targets = targets;
    config.providers = providers;
    for (const config::Target& one : targets) config.modules.emplace(one.module->name, one.module);
    const auto plan = Plan::make(std::move(config));
    REQUIRE(plan.has_value());
    shard.apply(*plan, resolver);
  }

  template <typename Condition>
  void run_until(Condition condition) {
    test::run_until(context, condition);
  }

  Events events;
  std::string helo = "probe.example.org";
  config::Politeness politeness{.per_provider_rate = std::nullopt};  // intervals are milliseconds here
  asio::io_context context{1};
  FixedDialer dialer;
  std::shared_ptr<fixture::NameTable> names = std::make_shared<fixture::NameTable>();
  std::shared_ptr<dns::Resolver> resolver = names;

 private:
  Recorder recorder_;

 public:
  Shard shard;
};

}  // namespace mailsonde::schedule::test
