// SPDX-License-Identifier: Apache-2.0
// Keeps answers until they expire. Pure: the time comes in. Answers that say no, and failures, are kept like any other;
// for how long is the caller's choice.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "dns/resolver.hpp"

namespace mailsonde::dns {

// Owned by one resolver; not thread-safe.
class Cache {
 public:
  using Key = std::pair<std::string, RrType>;

  // An entry weighs one, and one more for each record and CNAME in it: memory is bounded whatever the answers hold.
  explicit Cache(std::size_t greatest_weight = 50'000) : greatest_weight_(greatest_weight) {}

  // Null if there is none, or if it has expired. Valid until the next put().
  [[nodiscard]] const Lookup* find(const Key& key, MonotonicTime now) const;
  // Replaces what was there. Makes room by dropping what expires first, the new entry included.
  void put(const Key& key, Lookup lookup, MonotonicTime now, MonotonicTime expires);
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry;
  using Entries = std::map<Key, Entry>;
  using ByExpiry = std::multimap<MonotonicTime, Entries::iterator>;
  struct Entry {
    Lookup lookup;
    ByExpiry::iterator place;
  };

  void drop(Entries::iterator entry);

  std::size_t greatest_weight_;
  std::size_t weight_ = 0;
  Entries entries_;
  ByExpiry by_expiry_;
};

}  // namespace mailsonde::dns
