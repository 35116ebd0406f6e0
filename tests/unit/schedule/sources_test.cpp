// SPDX-License-Identifier: Apache-2.0
// One target, probed from several sources.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/log.hpp"
#include "unit/schedule/shard_scene.hpp"

using namespace mailsonde;
using namespace std::chrono_literals;

namespace {

using Names = std::multiset<std::string>;

// What happened, by source. Of one target.
struct Seen {
  std::vector<probe::Report> reports;
  dns::Route route;
  std::size_t started = 0;
  std::map<schedule::Suppression, int> suppressed;
};

class Recorder final : public schedule::Observer {
 public:
  std::map<std::string, Seen> seen;
  Names watched;

  std::unique_ptr<schedule::TargetObserver> watch(const config::Target& target) override {
    REQUIRE(target.sources.size() == 1);
    return std::make_unique<One>(*this, target.sources.front()->name);
  }
  void lagged(Duration /*lag*/) override {}

 private:
  class One final : public schedule::TargetObserver {
   public:
    One(Recorder& recorder, std::string source) : recorder_(recorder), source_(std::move(source)) {
      recorder_.watched.insert(source_);
    }
    ~One() override { recorder_.watched.erase(recorder_.watched.find(source_)); }
    void routed(const dns::Route& route) override { mine().route = route; }
    void paced(Duration /*interval*/) override {}
    void started() override { ++mine().started; }
    void finished(const probe::Report& report, const schedule::Judgement& /*judgement*/) override {
      CHECK(report.source == source_);
      mine().reports.push_back(report);
    }
    void shared(const probe::Report& /*report*/, const schedule::Judgement& /*judgement*/) override {}
    void suppressed(schedule::Suppression reason) override { ++mine().suppressed[reason]; }

   private:
    Seen& mine() { return recorder_.seen[source_]; }
    Recorder& recorder_;
    std::string source_;
  };
};

// Every server is well, and takes a login only if `login` says so; `missing` cannot be bound.
class Dialer final : public net::Dialer {
 public:
  std::optional<IpAddress> missing;
  std::string hello = "S: 220 mx\nC: EHLO *\nS: 250 mx\nC: QUIT\nS: 221 bye";
  std::vector<net::DialRequest> dials;
  std::vector<std::shared_ptr<fixture::Playback>> playbacks;

  asio::awaitable<net::IoResult<net::Dialed>> dial(net::DialRequest request, MonotonicTime /*deadline*/) override {
    dials.push_back(request);
    if (missing && request.local_address == missing) {
      co_return std::unexpected(net::IoError{net::Failure::source, "it is not an address of this host"});
    }
    playbacks.push_back(std::make_shared<fixture::Playback>());
    const auto script = fixture::parse_script(hello);
    REQUIRE(script.has_value());
    auto stream = std::make_unique<fixture::ScriptedStream>(fixture::Staging{*script}, playbacks.back());
    co_return net::Dialed{std::move(stream), monotonic_now()};
  }
};

std::shared_ptr<const config::Source> source(const std::string& name, const char* ipv4, const char* ipv6 = "") {
  return std::make_shared<const config::Source>(config::Source{
      .name = name, .ipv4 = IpAddress::parse(ipv4), .ipv6 = IpAddress::parse(ipv6), .helo = "out-" + name + ".test"});
}

class Scene {
 public:
  Scene() {
    names->add_mx("good.example", 10, "mx1.good.example");
    names->add_address("mx1.good.example", *IpAddress::parse("192.0.2.1"));
    names->add_address("mx1.good.example", *IpAddress::parse("2001:db8::1"));
    auto module = std::make_shared<config::Module>();
    module->name = "hello";
    module->depth = Stage::ehlo;
    target.name = target.host = "good.example";
    target.interval = 40ms;
    target.module = std::move(module);
  }
  ~Scene() {
    shard.stop();
    context.restart();
    context.run();
  }

  void apply(config::Sources sources) {
    target.sources = std::move(sources);
    config::Config config;
    config.helo = "probe.test";
    config.politeness.per_provider_rate.reset();  // intervals are milliseconds here
    config.targets = {target};
    config.modules.emplace(target.module->name, target.module);
    const auto plan = schedule::Plan::make(std::move(config));
    REQUIRE(plan.has_value());
    shard.apply(*plan, names);
  }

  template <typename Condition>
  void run_until(Condition condition) {
    schedule::test::run_until(context, condition);
  }

  Recorder recorder;
  Dialer dialer;
  asio::io_context context{1};
  std::shared_ptr<fixture::NameTable> names = std::make_shared<fixture::NameTable>();
  config::Target target;
  schedule::Shard shard{context, {}, dialer, recorder};
};

}  // namespace

TEST_SUITE_BEGIN("schedule.sources");

TEST_CASE("a target is probed from each of its sources, bound to its addresses, under its HELO name") {
  Scene scene;
  scene.apply({source("a", "127.0.0.2"), source("b", "127.0.0.3", "::1"), config::default_source()});
  CHECK(scene.recorder.watched == Names{"a", "b", "default"});
  auto& seen = scene.recorder.seen;
  scene.run_until([&] {
    return seen["a"].reports.size() >= 2 && seen["b"].reports.size() >= 4 && seen["default"].reports.size() >= 4;
  });
  std::set<std::pair<std::string, std::string>> ways;
  for (const net::DialRequest& dial : scene.dialer.dials) {
    ways.emplace(dial.local_address ? dial.local_address->to_string() : "any", dial.address.to_string());
  }
  CHECK(ways == std::set<std::pair<std::string, std::string>>{{"127.0.0.2", "192.0.2.1"},
                                                              {"127.0.0.3", "192.0.2.1"},
                                                              {"::1", "2001:db8::1"},
                                                              {"any", "192.0.2.1"},
                                                              {"any", "2001:db8::1"}});
  const std::map<std::string, std::string> helos{{"a", "out-a.test"}, {"b", "out-b.test"}, {"default", "probe.test"}};
  for (const auto& [name, helo] : helos) {
    for (const probe::Report& report : seen[name].reports) {
      CHECK(report.success());
      CHECK(std::ranges::any_of(report.dialogue,
                                [&](const probe::DialogueLine& line) { return line.text == "EHLO " + helo; }));
    }
  }
  CHECK(seen["a"].route.hosts.at(0).addresses.size() == 1);
  CHECK(seen["b"].route.hosts.at(0).addresses.size() == 2);
}

TEST_CASE("a source whose address is missing is counted as such and told once; the others go on") {
  Scene scene;
  scene.dialer.missing = IpAddress::parse("127.0.0.2");
  const auto warnings = log::written(log::Level::warn);
  scene.apply({source("a", "127.0.0.2"), source("b", "127.0.0.3")});
  auto& seen = scene.recorder.seen;
  scene.run_until([&] { return seen["a"].reports.size() >= 3 && seen["b"].reports.size() >= 3; });
  for (const probe::Report& report : seen["a"].reports) {
    CHECK(report.source_missing);
    CHECK_FALSE(report.counted);
  }
  CHECK(seen["a"].suppressed[schedule::Suppression::resources] >= 2);
  CHECK(std::ranges::all_of(seen["b"].reports, &probe::Report::success));
  CHECK(seen["b"].suppressed.empty());
  CHECK(log::written(log::Level::warn) == warnings + 1);

  const auto infos = log::written(log::Level::info);
  scene.dialer.missing.reset();
  scene.run_until([&] { return seen["a"].reports.back().success(); });
  const auto reports = seen["a"].reports.size();
  scene.run_until([&] { return seen["a"].reports.size() >= reports + 2; });
  CHECK(log::written(log::Level::info) == infos + 1);
  CHECK(log::written(log::Level::warn) == warnings + 1);
}

TEST_CASE("a domain without a route fails from every source") {
  Scene scene;
  scene.target.host = "missing.example";
  scene.apply({source("a", "127.0.0.2"), source("b", "", "::1")});
  auto& seen = scene.recorder.seen;
  scene.run_until([&] { return !seen["a"].reports.empty() && !seen["b"].reports.empty(); });
  for (const char* name : {"a", "b"}) {
    CHECK(seen[name].reports.front().verdict.outcome == Outcome::dns_no_route);
    CHECK(seen[name].started == seen[name].reports.size());
  }
  CHECK(scene.dialer.dials.empty());
}

TEST_CASE("a family that a source has no address of is not probed from it, and that is no failure") {
  Scene scene;
  scene.names->add_mx("six.example", 10, "mx6.example");
  scene.names->add_address("mx6.example", *IpAddress::parse("2001:db8::6"));
  scene.target.host = "six.example";
  scene.apply({source("a", "127.0.0.2"), source("b", "", "::1")});
  auto& seen = scene.recorder.seen;
  scene.run_until([&] { return seen["b"].reports.size() >= 2; });
  CHECK(seen["a"].reports.empty());
  CHECK(seen["a"].suppressed.empty());
  CHECK(seen["a"].route.hosts.at(0).addresses.empty());
}

TEST_CASE("a reload that takes a source away ends what it sees, and one that changes its address uses the new one") {
  Scene scene;
  scene.apply({source("a", "127.0.0.2"), source("b", "127.0.0.3")});
  auto& seen = scene.recorder.seen;
  scene.run_until([&] { return !seen["a"].reports.empty() && !seen["b"].reports.empty(); });
  scene.apply({source("b", "127.0.0.4")});
  CHECK(scene.recorder.watched == Names{"b"});
  const auto reports = seen["a"].reports.size();
  scene.dialer.dials.clear();
  scene.run_until([&] { return scene.dialer.dials.size() >= 2; });
  CHECK(seen["a"].reports.size() == reports);
  for (const auto& dial : scene.dialer.dials) CHECK(dial.local_address == IpAddress::parse("127.0.0.4"));
}

TEST_CASE("a login that was refused keeps the other endpoints of the cycle back: the account is the same") {
  Scene scene;
  auto module = std::make_shared<config::Module>(*scene.target.module);
  module->depth = Stage::auth;
  module->tls = config::TlsPolicy::none;
  module->auth_without_tls = true;
  scene.target.module = std::move(module);
  scene.target.kind = config::TargetKind::relay;
  scene.target.host = "192.0.2.1";
  scene.target.interval = 400ms;
  scene.target.auth = config::Auth{"probe", Secret("wrong"), "PLAIN"};
  scene.dialer.hello =
      "S: 220 mx\nC: EHLO *\nS: 250-mx\nS: 250 AUTH PLAIN\nC: AUTH *\nS: 535 5.7.8 no\nC: QUIT\nS: 221 bye";
  scene.apply({source("a", "127.0.0.2"), source("b", "127.0.0.3"), source("c", "127.0.0.4")});
  auto& seen = scene.recorder.seen;
  scene.run_until([&] { return seen["c"].suppressed[schedule::Suppression::backoff] >= 1; });
  CHECK(scene.dialer.dials.size() == 1);
  CHECK(seen["a"].reports.at(0).verdict.outcome == Outcome::auth_failed);
  CHECK(seen["b"].suppressed[schedule::Suppression::backoff] >= 1);
}

TEST_SUITE_END();
