// SPDX-License-Identifier: Apache-2.0
#include "identity/source_report.hpp"

#include <doctest/doctest.h>

using namespace mailsonde;
using namespace mailsonde::identity;

namespace {

AddressReport seen(std::string_view address, Verdict helo, Verdict ptr) {
  return {*IpAddress::parse(address), {{{helo, "helo of " + std::string(address)}, {ptr, "ptr"}}}};
}

SourceReport report(std::vector<AddressReport> addresses, std::string helo = "out-a.example.org") {
  return {"pool-a", std::move(helo), std::move(addresses)};
}

}  // namespace

TEST_SUITE_BEGIN("identity.source_report");

TEST_CASE("a source has failed if one address has, is ok if one is and none has failed, else is unknown") {
  const auto verdict = [](Verdict a, Verdict b) {
    return report({seen("192.0.2.1", a, a), seen("192.0.2.2", b, b)}).verdict_of(Check::helo).verdict;
  };
  CHECK(verdict(Verdict::ok, Verdict::failed) == Verdict::failed);
  CHECK(verdict(Verdict::failed, Verdict::unknown) == Verdict::failed);
  CHECK(verdict(Verdict::unknown, Verdict::ok) == Verdict::ok);
  CHECK(verdict(Verdict::unknown, Verdict::unknown) == Verdict::unknown);
  CHECK(report({}).verdict_of(Check::ptr).verdict == Verdict::unknown);
  CHECK(report({seen("192.0.2.1", Verdict::ok, Verdict::ok), seen("192.0.2.2", Verdict::failed, Verdict::ok)})
            .verdict_of(Check::helo)
            .detail == "helo of 192.0.2.2");
}

TEST_CASE("either check that fails leaves the source unconfirmed, what is unknown does not") {
  CHECK(report({seen("192.0.2.1", Verdict::failed, Verdict::ok)}).is_unconfirmed());
  CHECK(report({seen("192.0.2.1", Verdict::ok, Verdict::failed)}).is_unconfirmed());
  CHECK_FALSE(report({seen("192.0.2.1", Verdict::unknown, Verdict::unknown)}).is_unconfirmed());
  CHECK_FALSE(report({}).is_unconfirmed());
}

TEST_CASE("what is unknown now stays as it was last known, bad or good") {
  const SourceReport before = report({seen("192.0.2.1", Verdict::failed, Verdict::ok)});
  const SourceReport now = carry_over(report({seen("192.0.2.1", Verdict::unknown, Verdict::unknown)}), before);
  CHECK(now.verdict_of(Check::helo).verdict == Verdict::failed);
  CHECK(now.verdict_of(Check::ptr).verdict == Verdict::ok);
  const SourceReport firm = carry_over(report({seen("192.0.2.1", Verdict::ok, Verdict::failed)}), before);
  CHECK(firm.verdict_of(Check::helo).verdict == Verdict::ok);
  CHECK(firm.verdict_of(Check::ptr).verdict == Verdict::failed);
}

TEST_CASE("another address or another HELO name inherits nothing") {
  const SourceReport before = report({seen("192.0.2.1", Verdict::failed, Verdict::failed)});
  CHECK_FALSE(carry_over(report({seen("192.0.2.2", Verdict::unknown, Verdict::unknown)}), before).is_unconfirmed());
  CHECK_FALSE(carry_over(report({seen("192.0.2.1", Verdict::unknown, Verdict::unknown)}, "other.example.org"), before)
                  .is_unconfirmed());
}

TEST_CASE("a line an address says how both checks ended") {
  const auto lines = describe(report({seen("192.0.2.1", Verdict::ok, Verdict::failed)}));
  REQUIRE(lines.size() == 1);
  CHECK(lines[0] == "identity of source pool-a (192.0.2.1): HELO ok, helo of 192.0.2.1; PTR failed, ptr");
  CHECK(
      describe(report({unconfirmable(*IpAddress::parse("10.0.0.1"))}))[0] ==
      "identity of source pool-a (10.0.0.1): unknown, 10.0.0.1 is a private address: what the Internet sees instead is "
      "not known here");
  CHECK(describe(report({}))[0] ==
        "identity of source pool-a: unknown, no way out to the Internet, so no address to look at");
}
