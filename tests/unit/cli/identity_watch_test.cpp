// SPDX-License-Identifier: Apache-2.0
#include "cli/identity_watch.hpp"

#include <doctest/doctest.h>

#include <condition_variable>
#include <mutex>

#include "config/load.hpp"
#include "fixture/name_table.hpp"

using namespace mailsonde;
using namespace std::chrono_literals;

namespace {

constexpr Duration kLimit = 10s;

const std::string kSource = "[[sources]]\nname = 'pool-a'\nipv4 = '192.0.2.10'\nhelo = 'out-a.example.org'\n";

// The watch, with names that tests change between rounds, and what it told.
struct Scene {
  fixture::NameTable names;  // copied for each round
  std::mutex mutex;
  std::condition_variable told;
  std::vector<std::set<std::string>> tales;
  metrics::Metrics metrics{{"1", "2", "3"}};
  cli::IdentityWatch watch{metrics,
                           [this](asio::io_context&, const config::Resolver&) {
                             const std::lock_guard lock(mutex);
                             return std::make_shared<fixture::NameTable>(names);
                           },
                           [this](std::set<std::string> unconfirmed) {
                             const std::lock_guard lock(mutex);
                             tales.push_back(std::move(unconfirmed));
                             told.notify_all();
                           }};

  Scene() {
    names.add_address("out-a.example.org", address());
    names.add_ptr(address(), "out-a.example.org");
  }
  static IpAddress address() { return *IpAddress::parse("192.0.2.10"); }

  void load(const std::string& text) {
    const auto plan = schedule::Plan::make(*config::load_text(text, "test.toml"));
    REQUIRE(plan.has_value());
    watch.config_loaded(*plan);
  }
  std::set<std::string> tale(std::size_t number) {
    std::unique_lock lock(mutex);
    REQUIRE(told.wait_for(lock, kLimit, [&] { return tales.size() > number; }));
    return tales[number];
  }
  void set_status(dns::Status status) {
    const std::lock_guard lock(mutex);
    names.set_status("out-a.example.org", dns::RrType::a, status);
  }
  bool shows(const std::string& check, int value) const {
    const std::string line = "mailsonde_identity_check_ok{check=\"" + check + "\",subject=\"pool-a\"} ";
    return metrics.render(metrics::Format::text).contains(line + std::to_string(value) + "\n");
  }
};

}  // namespace

TEST_SUITE_BEGIN("cli.identity_watch");

TEST_CASE("the first round tells who is unconfirmed and shows it, and whoever waits for it goes on") {
  Scene scene;
  CHECK_FALSE(scene.watch.wait_for_first(0s));
  scene.set_status(dns::Status::no_data);
  scene.load(kSource);
  CHECK(scene.tale(0) == std::set<std::string>{"pool-a"});
  CHECK(scene.watch.wait_for_first(kLimit));
  CHECK(scene.shows("helo", 0));
  CHECK(scene.shows("ptr", 0));  // the PTR name is the same one
}

TEST_CASE("every load begins a round, with the answers of that moment") {
  Scene scene;
  scene.load(kSource);
  CHECK(scene.tale(0).empty());
  CHECK(scene.shows("helo", 1));
  scene.set_status(dns::Status::no_data);
  scene.load(kSource);
  CHECK(scene.tale(1) == std::set<std::string>{"pool-a"});
  scene.set_status(dns::Status::timeout);  // the last firm answer stays
  scene.load(kSource);
  CHECK(scene.tale(2) == std::set<std::string>{"pool-a"});
  scene.load("[prober]\nhelo = 'out-b.example.org'\n");
  CHECK(scene.tale(3).empty());
  CHECK_FALSE(scene.metrics.render(metrics::Format::text).contains("mailsonde_identity_check_ok{"));
}

TEST_CASE("it ends at once, whether a round has begun or not") {
  {
    Scene scene;
  }
  Scene scene;
  scene.load(kSource);
  scene.watch.stop();
  scene.watch.stop();
}
