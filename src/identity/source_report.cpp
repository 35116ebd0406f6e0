// SPDX-License-Identifier: Apache-2.0
#include "identity/source_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace mailsonde::identity {
namespace {

constexpr std::string_view kNoWayOut = "no way out to the Internet, so no address to look at";

// Failed before ok before unknown.
int weight_of(Verdict verdict) {
  if (verdict == Verdict::failed) return 0;
  return verdict == Verdict::ok ? 1 : 2;
}

}  // namespace

Finding SourceReport::verdict_of(Check check) const {
  if (addresses.empty()) return {Verdict::unknown, std::string(kNoWayOut)};
  const auto deciding = std::ranges::min_element(
      addresses, {}, [check](const AddressReport& report) { return weight_of(report.of(check).verdict); });
  return deciding->of(check);
}

bool SourceReport::is_unconfirmed() const {
  return std::ranges::any_of(kChecks, [this](Check check) { return verdict_of(check).verdict == Verdict::failed; });
}

AddressReport unconfirmable(const IpAddress& address) {
  const Finding finding{
      Verdict::unknown,
      fmt::format("{} is a private address: what the Internet sees instead is not known here", address.to_string())};
  return {address, {finding, finding}};
}

SourceReport carry_over(SourceReport now, const SourceReport& before) {
  if (now.helo != before.helo) return now;
  for (AddressReport& report : now.addresses) {
    const auto known = std::ranges::find(before.addresses, report.address, &AddressReport::address);
    if (known == before.addresses.end()) continue;
    for (std::size_t i = 0; i < report.findings.size(); ++i) {
      if (report.findings[i].verdict == Verdict::unknown) report.findings[i] = known->findings[i];
    }
  }
  return now;
}

std::vector<std::string> describe(const SourceReport& report) {
  const std::string source = printable(report.source);
  if (report.addresses.empty()) return {fmt::format("identity of source {}: unknown, {}", source, kNoWayOut)};
  std::vector<std::string> lines;
  for (const AddressReport& one : report.addresses) {
    const Finding& helo = one.of(Check::helo);
    const Finding& ptr = one.of(Check::ptr);
    lines.push_back(fmt::format("identity of source {} ({}): HELO {}, {}; PTR {}, {}", source, one.address.to_string(),
                                to_string(helo.verdict), helo.detail, to_string(ptr.verdict), ptr.detail));
    if (reach_of(one.address) != Reach::global) {
      lines.back() =
          fmt::format("identity of source {} ({}): unknown, {}", source, one.address.to_string(), helo.detail);
    }
  }
  return lines;
}

}  // namespace mailsonde::identity
