// SPDX-License-Identifier: Apache-2.0
// Who wants to know how each question to a server went: mailsonde_dns_lookups_total and its kin, the diagnosis.
#pragma once

#include <string_view>

#include "base/clock.hpp"
#include "dns/resolver.hpp"

namespace mailsonde::dns {

// One question to one server, and how it ended. The views end with the call that tells of it.
struct FinishedLookup {
  std::string_view server;  // a configured server's label
  std::string_view name;    // what was asked for: of a chain of CNAMEs, this link
  RrType type = RrType::a;
  Status status = Status::timeout;
  Duration elapsed{};
};

class Observer {
 public:
  virtual ~Observer() = default;
  // Answers out of the cache are not told. Called on the resolver's thread; must be thread-safe across resolvers and
  // must not block.
  virtual void lookup_finished(const FinishedLookup& lookup) = 0;
};

}  // namespace mailsonde::dns
