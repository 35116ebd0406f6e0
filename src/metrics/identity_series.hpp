// SPDX-License-Identifier: Apache-2.0
// mailsonde_identity_check_ok: whether HELO names, addresses and PTR names of the sources belong together.
#pragma once

#include <map>
#include <mutex>
#include <span>
#include <string>
#include <utility>

#include "identity/source_report.hpp"
#include "metrics/exposition.hpp"

namespace mailsonde::metrics {

// Thread-safe.
class IdentitySeries {
 public:
  // These, and no others any more. What is unknown has no series.
  void show(std::span<const identity::SourceReport> reports);

  void render(Exposition& out) const;

 private:
  mutable std::mutex mutex_;  // guards checks_
  std::map<std::pair<identity::Check, std::string>, bool> checks_;
};

}  // namespace mailsonde::metrics
