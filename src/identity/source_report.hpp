// SPDX-License-Identifier: Apache-2.0
// What the checks say of a source with all its addresses. Pure.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "identity/finding.hpp"

namespace mailsonde::identity {

struct AddressReport {
  IpAddress address;
  std::array<Finding, kChecks.size()> findings;  // by check
  [[nodiscard]] const Finding& of(Check check) const { return findings[static_cast<std::size_t>(check)]; }
};

// A value.
struct SourceReport {
  std::string source;
  std::string helo;
  std::vector<AddressReport> addresses;  // none: the system has no way out from which it could choose one

  // The one that decides: of the first address that fails, else of one that is ok, else unknown.
  [[nodiscard]] Finding verdict_of(Check check) const;
  // A check has failed.
  [[nodiscard]] bool is_unconfirmed() const;
};

// The address is not one that anybody could confirm: both findings are unknown and say why.
[[nodiscard]] AddressReport unconfirmable(const IpAddress& address);

// What is not known now stays as it was last known, of an address and a HELO name that are the same as before.
[[nodiscard]] SourceReport carry_over(SourceReport now, const SourceReport& before);

// One line for people: "identity of source pool-a (192.0.2.10): HELO ok, ...; PTR failed, ...". Printable ASCII.
[[nodiscard]] std::vector<std::string> describe(const SourceReport& report);

}  // namespace mailsonde::identity
