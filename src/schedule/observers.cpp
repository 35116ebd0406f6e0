// SPDX-License-Identifier: Apache-2.0
#include "schedule/observers.hpp"

#include <utility>

namespace mailsonde::schedule {
namespace {

class TargetObservers final : public TargetObserver {
 public:
  explicit TargetObservers(std::vector<std::unique_ptr<TargetObserver>> observers) : observers_(std::move(observers)) {}

  void routed(const dns::Route& route) override {
    for (const auto& observer : observers_) observer->routed(route);
  }
  void started() override {
    for (const auto& observer : observers_) observer->started();
  }
  void paced(Duration interval) override {
    for (const auto& observer : observers_) observer->paced(interval);
  }
  void finished(const probe::Report& report, const Judgement& judgement) override {
    for (const auto& observer : observers_) observer->finished(report, judgement);
  }
  void shared(const probe::Report& report, const Judgement& judgement) override {
    for (const auto& observer : observers_) observer->shared(report, judgement);
  }
  void suppressed(Suppression reason) override {
    for (const auto& observer : observers_) observer->suppressed(reason);
  }

 private:
  const std::vector<std::unique_ptr<TargetObserver>> observers_;
};

}  // namespace

std::unique_ptr<TargetObserver> Observers::watch(const config::Target& target) {
  std::vector<std::unique_ptr<TargetObserver>> watching;
  watching.reserve(observers_.size());
  for (Observer* observer : observers_) watching.push_back(observer->watch(target));
  return std::make_unique<TargetObservers>(std::move(watching));
}

void Observers::lagged(Duration lag) {
  for (Observer* observer : observers_) observer->lagged(lag);
}

}  // namespace mailsonde::schedule
