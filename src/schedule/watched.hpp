// SPDX-License-Identifier: Apache-2.0
// What a shard keeps of one target, beside its schedule.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "schedule/login_caution.hpp"
#include "schedule/observer.hpp"
#include "schedule/roll_up.hpp"

namespace mailsonde::schedule {

// On its shard's thread. Outlives the target when a coroutine still works for it.
struct Watched {
  // The target as seen from one of its sources.
  struct View {
    std::shared_ptr<const config::Source> source;
    std::shared_ptr<TargetObserver> observer;
  };
  TargetKey key = 0;
  std::shared_ptr<const config::Target> target;
  std::string mx;           // most preferred host of the last good route; empty before the first one
  std::string provider;     // what the observers were told
  std::vector<View> views;  // one for each source; none while it is another share's, and once it is removed
  bool looking_up = false;
  bool looked_up = false;  // once at least
  bool has_hosts = false;  // by the last look-up
  bool removed = false;    // what still runs ends unseen
  Duration dns_elapsed{};  // of the last look-up
  std::vector<std::string> dns_notes;
  LoginCaution caution;

  // Of a source that the target has, while there are views.
  [[nodiscard]] const View& view_from(std::string_view source) const {
    return *std::ranges::find(views, source, [](const View& view) { return std::string_view(view.source->name); });
  }
};
using WatchedPtr = std::shared_ptr<Watched>;

}  // namespace mailsonde::schedule
