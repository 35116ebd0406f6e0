// SPDX-License-Identifier: Apache-2.0
// The probes that wait for one provider: who goes next, and when. Here all limits meet: the provider's rate, each MX
// host's rate and how many probes it takes at once, and each source's back-off. Pure: time is passed in.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "schedule/back_off.hpp"
#include "schedule/budget.hpp"
#include "schedule/policy.hpp"

namespace mailsonde::schedule {

// Work-conserving and first come, first served among those that may go. Every call costs O(sources * log n). Owned by
// an agenda; not thread-safe; does not move.
class Line {
 public:
  using Ticket = std::uint64_t;
  struct Place {  // where a ticket stands
    std::string mx;
    std::string source;
  };
  // Retries of a chain have a time to keep. When there is not enough for all, they get every other start: a crowd of
  // them cannot keep everybody else out either.
  enum class Class : std::uint8_t { turn, retry };
  struct Turn {
    Ticket ticket;
    MonotonicTime granted;  // when the limits let it go: a start later than that is the caller's own lag
  };

  explicit Line(const Policy& policy) { set(policy); }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  void set(const Policy& policy);

  // An endpoint that will come to wait here once an interval. What it wants tells what pace is natural for its source.
  void enlist(const Place& place, Duration interval, MonotonicTime now);
  void strike_off(const Place& place, Duration interval, MonotonicTime now);

  // Waits from `due` on. The ticket's place is enlisted, and the ticket is not in line.
  void join(Ticket ticket, const Place& place, Class as, MonotonicTime due);
  // Out of line without a start; nothing if it does not stand there.
  void leave(Ticket ticket, const Place& place, Class as, MonotonicTime due);

  // When take() will have something, as things stand; nothing when nobody waits who could go.
  [[nodiscard]] std::optional<MonotonicTime> next() const;
  // Lets one go at `now`, which spends its budgets; finished() must follow.
  [[nodiscard]] std::optional<Turn> take(MonotonicTime now);
  void finished(const std::string& mx, MonotonicTime now);

  [[nodiscard]] BackOff& back_off(const std::string& source) { return sources_[source].back_off; }
  // Another source than this one is at full pace and was well within `window`.
  [[nodiscard]] bool spares_other(const std::string& source, Duration window, MonotonicTime now) const;

  [[nodiscard]] bool is_populated() const { return !lanes_.empty(); }
  // Nobody is enlisted or under way, and forgetting it would forget no limit.
  [[nodiscard]] bool is_idle(MonotonicTime now) const;

 private:
  struct Lane;
  struct Host {  // of the provider
    Budget budget;
    std::size_t in_flight = 0;
    MonotonicTime free_since = MonotonicTime::min();  // of one of its places
    std::vector<Lane*> lanes;                         // one a source
  };
  static constexpr std::array kClasses{Class::turn, Class::retry};
  template <typename T>
  struct PerClass {
    std::array<T, kClasses.size()> of;
    T& operator[](Class which) { return of[static_cast<std::size_t>(which)]; }
    const T& operator[](Class which) const { return of[static_cast<std::size_t>(which)]; }
  };
  // When its host's rate lets it go, then who waits longest, then the lane's number: no ties. How long a host was busy
  // does not enter it, or those who wait for the busiest would wait forever.
  using Position = std::tuple<MonotonicTime, MonotonicTime, std::uint64_t>;
  struct Source {
    BackOff back_off;
    std::int64_t demand = 0;                    // probes in kDemandUnit, exact so that it comes back to zero
    PerClass<std::map<Position, Lane*>> order;  // lanes in which somebody waits for a host that has room
  };
  struct Lane {  // from one source to one host
    std::uint64_t number = 0;
    Host* host = nullptr;
    Source* source = nullptr;
    std::size_t enlisted = 0;
    PerClass<std::set<std::pair<MonotonicTime, Ticket>>> waiting;  // by due
    PerClass<std::optional<Position>> position;                    // in source->order
  };

  [[nodiscard]] Lane& lane_of(const Place& place);
  void place(Lane& lane);
  void place_all(Host& host);
  void forget(const std::string& mx);
  [[nodiscard]] MonotonicTime when_of(const Source& source, Class which) const;
  [[nodiscard]] Lane* first_of(Class which, MonotonicTime now) const;
  [[nodiscard]] Turn start(Lane& lane, Class as, MonotonicTime granted, MonotonicTime now);
  [[nodiscard]] Duration natural_gap(const Source& source) const;

  std::optional<Rate> per_mx_;
  std::size_t per_mx_concurrency_ = 1;
  Budget budget_;
  std::int64_t demand_ = 0;  // of all sources
  MonotonicTime demand_since_ = MonotonicTime::min();
  std::map<std::string, Source> sources_;
  std::map<std::string, Host> hosts_;
  std::map<std::pair<std::string, std::string>, Lane> lanes_;  // by source and MX host
  std::uint64_t next_number_ = 0;
  Class last_ = Class::retry;  // which class the last start was of
};

}  // namespace mailsonde::schedule
