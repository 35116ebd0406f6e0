// SPDX-License-Identifier: Apache-2.0
// What the diagnosis looks at: how the last probe of each endpoint ended, and how each resolver fared. Plain values;
// the caller keeps them current and drops endpoints that are gone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/address.hpp"
#include "base/outcome.hpp"
#include "base/stage.hpp"

namespace mailsonde::diagnose {

// The last finished probe of one endpoint. Several targets may report the same endpoint; the mildest report counts.
struct Observation {
  std::string target;  // configured name
  bool relay = false;  // the operator's own server: a witness that the network is up, never a suspect
  std::string mx;      // MX or relay host name as the metrics have it; empty when DNS gave none
  Family family = Family::ipv4;
  std::string source = "default";
  std::string provider = "other";  // "other": no known operator; each target of it counts as a party of its own
  std::uint16_t port = 25;
  Stage stage = Stage::dns;  // where it ended
  Outcome outcome = Outcome::ok;
  bool throttled = false;  // a refusal that the prober takes for an answer to its own rate
  bool unsent = false;     // never left this host: the source address is gone, no port, no descriptor; outcome unused
  std::uint32_t in_a_row = 1;  // finished probes of this endpoint that ended like this (not ok, or unsent) without a
                               // better one between them, this one included; not looked at when the outcome is ok
};

// One configured resolver over a window of some minutes.
struct ResolverObservation {
  std::string server;                // as configured: "127.0.0.1:53"
  std::size_t answered = 0;          // NOERROR or NXDOMAIN
  std::size_t failed = 0;            // time-out, refusal, port closed, nonsense
  std::size_t servfail_domains = 0;  // distinct domains that got SERVFAIL; such look-ups stand in neither number above
};

}  // namespace mailsonde::diagnose
