// SPDX-License-Identifier: Apache-2.0
#include "schedule/observers.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "dns/observers.hpp"

using namespace mailsonde;
using namespace std::chrono_literals;

namespace {

// Writes down what it hears, with its own name before it.
class Listener final : public schedule::Observer, public dns::Observer {
 public:
  Listener(std::string name, std::vector<std::string>& heard) : name_(std::move(name)), heard_(heard) {}

  std::unique_ptr<schedule::TargetObserver> watch(const config::Target& target) override {
    hear("watch " + target.name);
    return std::make_unique<OfTarget>(*this);
  }
  void lagged(Duration lag) override { hear("lagged " + std::to_string(lag / 1s)); }
  void lookup_finished(const dns::FinishedLookup& lookup) override { hear("lookup " + std::string(lookup.name)); }

 private:
  class OfTarget final : public schedule::TargetObserver {
   public:
    explicit OfTarget(Listener& owner) : owner_(owner) {}
    ~OfTarget() override { owner_.hear("end"); }
    void routed(const dns::Route& route) override { owner_.hear("routed " + std::to_string(route.mx_total)); }
    void started() override { owner_.hear("started"); }
    void paced(Duration interval) override { owner_.hear("paced " + std::to_string(interval / 1s)); }
    void finished(const probe::Report& report, const schedule::Judgement& judgement) override {
      owner_.hear("finished " + report.id + " " + std::string(to_string(judgement.throttle)));
    }
    void shared(const probe::Report& report, const schedule::Judgement& judgement) override {
      owner_.hear("shared " + report.id + " " + std::string(to_string(judgement.throttle)));
    }
    void suppressed(schedule::Suppression reason) override {
      owner_.hear("suppressed " + std::string(to_string(reason)));
    }

   private:
    Listener& owner_;
  };

  void hear(const std::string& what) { heard_.push_back(name_ + " " + what); }

  const std::string name_;
  std::vector<std::string>& heard_;
};

struct Fixture {
  // What both heard of one event, and nothing else.
  [[nodiscard]] bool both_heard(const std::string& what) {
    return std::exchange(heard, {}) == std::vector<std::string>{"a " + what, "b " + what};
  }

  std::vector<std::string> heard;
  Listener a{"a", heard};
  Listener b{"b", heard};
};

}  // namespace

TEST_SUITE_BEGIN("schedule.observers");

TEST_CASE_FIXTURE(Fixture, "every observer hears all that happens to a target, in order") {
  schedule::Observers observers({&a, &b});
  config::Target target;
  target.name = "a.test";
  auto watching = observers.watch(target);
  CHECK(both_heard("watch a.test"));
  dns::Route route;
  route.mx_total = 7;
  watching->routed(route);
  CHECK(both_heard("routed 7"));
  watching->started();
  CHECK(both_heard("started"));
  probe::Report report;
  report.id = "42";
  watching->finished(report, {.throttle = schedule::Throttle::wording, .greylisting = {}});
  CHECK(both_heard("finished 42 wording"));
  watching->shared(report, {});
  CHECK(both_heard("shared 42 none"));
  watching->paced(90s);
  CHECK(both_heard("paced 90"));
  watching->suppressed(schedule::Suppression::backoff);
  CHECK(both_heard("suppressed backoff"));
  observers.lagged(3s);
  CHECK(both_heard("lagged 3"));
  watching.reset();
  CHECK(heard.size() == 2);
}

TEST_CASE_FIXTURE(Fixture, "every observer hears of each look-up") {
  dns::Observers observers({&a, &b});
  observers.lookup_finished({.server = "127.0.0.1:53", .name = "a.test"});
  CHECK(both_heard("lookup a.test"));
}

TEST_SUITE_END();
