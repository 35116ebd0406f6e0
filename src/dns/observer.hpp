// SPDX-License-Identifier: Apache-2.0
// Who wants to know how each question to a server went: mailsonde_dns_lookups_total and its kin.
#pragma once

#include <string_view>

#include "base/clock.hpp"
#include "dns/resolver.hpp"

namespace mailsonde::dns {

class Observer {
 public:
  virtual ~Observer() = default;
  // One question to one server ended (answers out of the cache are not told). `server` is a configured server's label.
  // Called on the resolver's thread; must be thread-safe across resolvers and must not block.
  virtual void lookup_finished(std::string_view server, RrType type, Status status, Duration elapsed) = 0;
};

}  // namespace mailsonde::dns
