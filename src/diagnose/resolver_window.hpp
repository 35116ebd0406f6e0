// SPDX-License-Identifier: Apache-2.0
// How each configured resolver fared over the last minutes. A silent server is soon asked after the others and then
// twice a minute at most, so what one diagnosis saw would be too little evidence for the next.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diagnose/observation.hpp"

namespace mailsonde::diagnose {

// How one question to one server ended: with NOERROR or NXDOMAIN; with nothing to use; with SERVFAIL.
enum class LookupEnding : std::uint8_t { answered, failed, servfail };

// Thread-safe.
class ResolverWindow {
 public:
  static constexpr std::size_t kSteps = 12;            // one a diagnosis: three minutes
  static constexpr std::size_t kMostDomainsAStep = 8;  // with SERVFAIL; more than a rule asks for

  // Only these servers are watched from now on; those that were go on.
  void configure(std::span<const std::string> servers);

  // A domain is what the last two labels of a name say: fewer domains than there are, so that the hosts of one broken
  // zone do not count as several.
  void count(std::string_view server, std::string_view name, LookupEnding ending);

  // The sums over the last kSteps steps, the current one included, a server each. Then a new step begins.
  [[nodiscard]] std::vector<ResolverObservation> take_step();

 private:
  struct Step {
    std::size_t answered = 0;
    std::size_t failed = 0;
    std::set<std::string, std::less<>> servfail_domains;
  };

  std::mutex mutex_;  // guards what follows
  std::map<std::string, std::array<Step, kSteps>, std::less<>> servers_;
  std::size_t current_ = 0;
};

}  // namespace mailsonde::diagnose
