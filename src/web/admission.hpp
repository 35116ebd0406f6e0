// SPDX-License-Identifier: Apache-2.0
// Who has to leave when a new connection comes and the house is full: decisions of the front as pure functions. A flood
// of half requests must not keep a scrape out, and a burst of honest scrapes must not close each other's connections.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/address.hpp"
#include "base/clock.hpp"

namespace mailsonde::web {

struct AdmissionLimits {
  std::size_t connections = 128;
  std::size_t per_client = 32;
  // How long a connection has to get its first request through before it counts as one of its client's. Without it,
  // 64 scrapers that connect first and ask afterwards would lose half of themselves.
  Duration grace = std::chrono::milliseconds(500);
};

// What a connection is about.
enum class Phase : std::uint8_t {
  reading,    // unfinished: no complete request yet, or idle between two
  answering,  // a complete request is at work; never closed for another one
  writing,    // its answer is on its way out
};

struct Seat {
  IpAddress client;
  Phase phase = Phase::reading;
  MonotonicTime since;  // of the phase; while writing, of the last bytes that the client made room for
};

// Which seat a client that is beyond its share gives up: the oldest unfinished one, else the oldest whose answer has
// been on its way for longer than the grace (a reader that does not read). Requests at work do not count: else they
// would push out those whose answers go out now. Nothing if the share is kept. `arriving` is the number of its
// connections that have no seat yet.
[[nodiscard]] std::optional<std::size_t> over_share(std::span<const Seat> seats, const IpAddress& client,
                                                    std::size_t arriving, MonotonicTime now,
                                                    const AdmissionLimits& limits);

// Which seat is given up when all are taken: the oldest unfinished one of the client that has most seats, else the
// oldest whose answer is on its way. Nothing if there is room, or if every seat is at work.
[[nodiscard]] std::optional<std::size_t> over_limit(std::span<const Seat> seats, const AdmissionLimits& limits);

}  // namespace mailsonde::web
