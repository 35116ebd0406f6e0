// SPDX-License-Identifier: Apache-2.0
// Several observers of the schedule as one: metrics, diagnosis.
#pragma once

#include <memory>
#include <vector>

#include "schedule/observer.hpp"

namespace mailsonde::schedule {

// Tells each, in order. They outlive it.
class Observers final : public Observer {
 public:
  explicit Observers(std::vector<Observer*> observers) : observers_(std::move(observers)) {}

  [[nodiscard]] std::unique_ptr<TargetObserver> watch(const config::Target& target) override;
  void lagged(Duration lag) override;

 private:
  const std::vector<Observer*> observers_;
};

}  // namespace mailsonde::schedule
