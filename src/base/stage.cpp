// SPDX-License-Identifier: Apache-2.0
#include "base/stage.hpp"

namespace mailsonde {
namespace {

constexpr std::array<std::string_view, kStages.size()> kNames{
    "dns", "connect", "banner", "ehlo", "starttls", "tls", "ehlo_tls", "auth", "mail", "rcpt", "data", "eod", "quit"};

}  // namespace

std::string_view to_string(Stage stage) { return kNames[static_cast<std::size_t>(stage)]; }

std::optional<Stage> stage_from_string(std::string_view name) {
  for (const Stage stage : kStages) {
    if (to_string(stage) == name) return stage;
  }
  return std::nullopt;
}

}  // namespace mailsonde
