// SPDX-License-Identifier: Apache-2.0
// Greylisting by experiment: a reply that looks like greylisting starts one paced chain of retries with the same
// source, HELO, sender, recipient and MX host. Once one is accepted it was greylisting, and its delay is known; if none
// ever is, it was something else. Pure: time is passed in.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/address.hpp"
#include "base/clock.hpp"
#include "base/outcome.hpp"
#include "base/stage.hpp"

namespace mailsonde::schedule {

// What a greylisting server knows a client by. The family stands for the address that the source has in it.
struct Attempt {
  std::string source;
  std::string helo;
  std::string sender;  // may be empty: the null reverse-path
  std::string recipient;
  std::string mx;
  Family family = Family::ipv4;
  auto operator<=>(const Attempt&) const = default;
};

// How a probe of it ended.
struct AttemptEnd {
  Outcome outcome = Outcome::ok;
  Stage stage = Stage::quit;
  std::optional<Duration> hint;  // how long the server asks to wait
};

// Of one agenda; not thread-safe.
class GreylistChains {
 public:
  static constexpr Duration kFirstWait = std::chrono::minutes(5);  // postgrey's and most others' delay
  static constexpr Duration kLeastWait = std::chrono::seconds(10);
  static constexpr Duration kLongestSpan = std::chrono::hours(8);  // then it was something else
  static constexpr std::uint32_t kMostRetries = 30;
  static constexpr Duration kRest = std::chrono::hours(24);  // after "something else": no other chain so soon
  static constexpr std::size_t kMostChains = 10'000;

  struct Chain {
    Stage stage = Stage::rcpt;  // whose reply began it
    MonotonicTime since;        // of that reply
    MonotonicTime next;         // retry; of a chain that is over, when it is forgotten
    std::uint32_t retries = 0;
    bool over = false;  // it was something else
    bool operator==(const Chain&) const = default;
  };

  struct Finding {
    std::optional<Duration> delay;  // from the first reply to the accepted retry: it was greylisting
    bool something_else = false;    // this reply looks like greylisting, and is not
    bool operator==(const Finding&) const = default;
  };

  // Takes every end of a probe that goes to RCPT or further.
  Finding note(const Attempt& attempt, const AttemptEnd& end, MonotonicTime now);
  // When the next retry is to be made: nothing where no chain runs.
  [[nodiscard]] std::optional<MonotonicTime> next(const Attempt& attempt) const;

  // Drops chains that nobody has gone on with, and those whose rest is over.
  void tidy(MonotonicTime now);

  [[nodiscard]] const std::map<Attempt, Chain>& all() const { return chains_; }
  // One from an earlier run, if it is not stale and there is room; its times are bounded by what a chain may have.
  void restore(const Attempt& attempt, Chain chain, MonotonicTime now);
  // Counts changes: what was saved at this number is still true.
  [[nodiscard]] std::uint64_t revision() const { return revision_; }

 private:
  Finding go_on(Chain& chain, const AttemptEnd& end, MonotonicTime now);
  Finding give_up(Chain& chain, const AttemptEnd& end, MonotonicTime now);

  std::map<Attempt, Chain> chains_;
  std::uint64_t revision_ = 0;
};

}  // namespace mailsonde::schedule
