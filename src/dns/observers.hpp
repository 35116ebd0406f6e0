// SPDX-License-Identifier: Apache-2.0
// Several observers of look-ups as one.
#pragma once

#include <utility>
#include <vector>

#include "dns/observer.hpp"

namespace mailsonde::dns {

// Tells each, in order. They outlive it.
class Observers final : public Observer {
 public:
  explicit Observers(std::vector<Observer*> observers) : observers_(std::move(observers)) {}

  void lookup_finished(const FinishedLookup& lookup) override {
    for (Observer* observer : observers_) observer->lookup_finished(lookup);
  }

 private:
  const std::vector<Observer*> observers_;
};

}  // namespace mailsonde::dns
