// SPDX-License-Identifier: Apache-2.0
// How targets are dealt out to threads and processes: by who operates their MX hosts, so that targets which share
// probes, budgets and back-off stay together. Everybody looks all names up and keeps what falls to him. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace mailsonde::schedule {

// One of how many shares; the first is 0.
struct Share {
  std::size_t index = 0;
  std::size_t count = 1;
  static constexpr std::size_t kMostShares = 1000;
  // From "0/3". An Error says what would be right.
  [[nodiscard]] static Result<Share> parse(std::string_view text);
  // Of all shares of that count exactly one holds a name.
  [[nodiscard]] bool holds(std::string_view name) const;
  // A part of this share: what all its parts hold together is what it holds.
  [[nodiscard]] Share part(std::size_t which, std::size_t parts) const;
};

// The name under which targets of that provider with that most preferred MX host are dealt out: the provider, or, when
// nobody knows it ("other"), the domain that the host is in, so that mx1 and mx2 of one operator are not torn apart.
[[nodiscard]] std::string dealt_as(std::string_view provider, std::string_view mx);

}  // namespace mailsonde::schedule
