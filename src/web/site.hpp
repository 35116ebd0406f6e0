// SPDX-License-Identifier: Apache-2.0
// What is served: paths, methods and pages. Nothing comes from disk.
#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"
#include "metrics/format.hpp"
#include "web/request.hpp"

namespace mailsonde::web {

// What the pages need of the rest of the program. The functions are called on worker threads, several at once (reload:
// one at a time), and must be thread-safe.
struct Site {
  std::function<std::string(metrics::Format)> metrics;  // the body of one scrape
  std::function<bool()> ready;                          // configuration loaded and listeners stand
  std::function<Result<void>()> reload;                 // the error's sentence becomes the body of a 500
};

// The answerer of the daemon's site. `site` is copied.
[[nodiscard]] Answerer make_answerer(Site site);

}  // namespace mailsonde::web
