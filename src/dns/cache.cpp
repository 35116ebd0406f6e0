// SPDX-License-Identifier: Apache-2.0
#include "dns/cache.hpp"

namespace mailsonde::dns {
namespace {

std::size_t weight_of(const Lookup& lookup) {
  return 1 + lookup.mx.size() + lookup.addresses.size() + lookup.hosts.size() + lookup.cnames.size();
}

}  // namespace

const Lookup* Cache::find(const Key& key, MonotonicTime now) const {
  const auto entry = entries_.find(key);
  if (entry == entries_.end() || entry->second.place->first <= now) return nullptr;
  return &entry->second.lookup;
}

void Cache::put(const Key& key, Lookup lookup, MonotonicTime now, MonotonicTime expires) {
  if (const auto old = entries_.find(key); old != entries_.end()) drop(old);
  weight_ += weight_of(lookup);
  const auto entry = entries_.emplace(key, Entry{std::move(lookup), {}}).first;
  entry->second.place = by_expiry_.emplace(expires, entry);
  while (!by_expiry_.empty() && (by_expiry_.begin()->first <= now || weight_ > greatest_weight_)) {
    drop(by_expiry_.begin()->second);
  }
}

void Cache::drop(Entries::iterator entry) {
  weight_ -= weight_of(entry->second.lookup);
  by_expiry_.erase(entry->second.place);
  entries_.erase(entry);
}

}  // namespace mailsonde::dns
