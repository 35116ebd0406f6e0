// SPDX-License-Identifier: Apache-2.0
// Which address of an MX host is next: round-robin over one family, so that over time each is seen; dead ones less
// often, never forgotten. Pure.
#pragma once

#include <optional>
#include <vector>

#include "base/address.hpp"

namespace mailsonde::schedule {

// Of one MX host, family and source; not thread-safe.
class Rotation {
 public:
  static constexpr unsigned kDeadAfter = 4;  // failed connects in a row: at a loss of 5 %, once in 160,000 probes
  static constexpr unsigned kDeadEvery = 4;  // a dead address has one of so many of its turns

  // The addresses as DNS has them now, in any order; those that stay keep what is known about them.
  void set(std::vector<IpAddress> addresses);
  [[nodiscard]] bool has(const IpAddress& address) const;

  // The address of this turn; nothing when it would be that of dead ones only and is left out.
  [[nodiscard]] std::optional<IpAddress> pick();
  // One that is there, for a turn that lost its address meanwhile.
  [[nodiscard]] IpAddress any() const { return places_[next_].address; }
  // How the connect to it ended.
  void reached(const IpAddress& address);
  void failed(const IpAddress& address);

 private:
  struct Place {
    IpAddress address;
    unsigned failures = 0;     // in a row
    unsigned passed_over = 0;  // turns since it was last dialled, when dead
  };
  [[nodiscard]] Place* find(const IpAddress& address);

  std::vector<Place> places_;  // by address: the order in which DNS shuffles them means nothing
  std::size_t next_ = 0;
};

}  // namespace mailsonde::schedule
