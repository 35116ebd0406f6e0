// SPDX-License-Identifier: Apache-2.0
#include "identity/finding.hpp"

#include <doctest/doctest.h>

using namespace mailsonde;
using namespace mailsonde::identity;
using dns::Status;

namespace {

IpAddress ip(std::string_view text) { return *IpAddress::parse(text); }

const Claim kClaim{"out-a.example.org", ip("192.0.2.10")};

dns::Lookup addresses(std::vector<std::string_view> texts) {
  dns::Lookup lookup;
  lookup.status = texts.empty() ? Status::no_data : Status::ok;
  for (const std::string_view text : texts) lookup.addresses.push_back(ip(text));
  return lookup;
}

dns::Lookup names(std::vector<std::string> hosts) {
  dns::Lookup lookup;
  lookup.status = Status::ok;
  lookup.hosts = std::move(hosts);
  return lookup;
}

dns::Lookup ended(Status status) {
  dns::Lookup lookup;
  lookup.status = status;
  return lookup;
}

}  // namespace

TEST_SUITE_BEGIN("identity.finding");

TEST_CASE("a HELO name that resolves to the address is ok, also beside other addresses") {
  CHECK(judge_helo(kClaim, addresses({"192.0.2.10"})).verdict == Verdict::ok);
  CHECK(judge_helo(kClaim, addresses({"192.0.2.9", "192.0.2.10"})).verdict == Verdict::ok);
}

TEST_CASE("a HELO name that resolves elsewhere has failed, and the detail says where and what to publish") {
  const Finding finding = judge_helo(kClaim, addresses({"192.0.2.7"}));
  CHECK(finding.verdict == Verdict::failed);
  CHECK(
      finding.detail ==
      "out-a.example.org resolves to 192.0.2.7, not to 192.0.2.10: publish out-a.example.org A 192.0.2.10, or set the "
      "source's helo to a name that has it");
}

TEST_CASE("a HELO name that does not exist, or has no address of the family, has failed") {
  const Finding missing = judge_helo(kClaim, ended(Status::nx_domain));
  CHECK(missing.verdict == Verdict::failed);
  CHECK(missing.detail.starts_with("out-a.example.org does not exist: publish"));
  const Finding other_family = judge_helo({"out-a.example.org", ip("2001:db8::10")}, ended(Status::no_data));
  CHECK(other_family.verdict == Verdict::failed);
  CHECK(other_family.detail.starts_with("out-a.example.org has no AAAA record: publish"));
}

TEST_CASE("a look-up that fails is unknown, never bad") {
  for (const Status status : {Status::serv_fail, Status::refused, Status::other, Status::timeout, Status::malformed}) {
    CAPTURE(to_string(status));
    CHECK(judge_helo(kClaim, ended(status)).verdict == Verdict::unknown);
    CHECK(judge_ptr(kClaim, ended(status), {}).verdict == Verdict::unknown);
    const std::vector<Named> unreached{{"a.example.org", addresses({"192.0.2.7"})}, {"b.example.org", ended(status)}};
    CHECK(judge_ptr(kClaim, names({"a.example.org", "b.example.org"}), unreached).verdict == Verdict::unknown);
  }
}

TEST_CASE("a HELO that is an address literal is compared as it stands") {
  const auto verdict = [](std::string helo, std::string_view address) {
    return judge_helo({std::move(helo), ip(address)}, {}).verdict;
  };
  CHECK(verdict("[192.0.2.10]", "192.0.2.10") == Verdict::ok);
  CHECK(verdict("[192.0.2.11]", "192.0.2.10") == Verdict::failed);
  CHECK(verdict("[IPv6:2001:db8:0::10]", "2001:db8::10") == Verdict::ok);
  CHECK(verdict("[192.0.2.10]", "2001:db8::10") == Verdict::failed);
}

TEST_CASE("a PTR name that leads back confirms; that it is the HELO name is better") {
  const std::vector<Named> own{{"out-a.example.org", addresses({"192.0.2.10"})}};
  const Finding best = judge_ptr(kClaim, names({"out-a.example.org"}), own);
  CHECK(best.verdict == Verdict::ok);
  CHECK(best.detail == "192.0.2.10 leads to out-a.example.org and back");
  const std::vector<Named> other{{"host-10.isp.example", addresses({"192.0.2.10"})}};
  const Finding good = judge_ptr(kClaim, names({"host-10.isp.example"}), other);
  CHECK(good.verdict == Verdict::ok);
  CHECK(good.detail.ends_with("and back; the HELO name out-a.example.org would be better"));
}

TEST_CASE("no PTR name, or none that leads back, has failed") {
  CHECK(judge_ptr(kClaim, ended(Status::nx_domain), {}).verdict == Verdict::failed);
  const Finding none = judge_ptr(kClaim, ended(Status::no_data), {});
  CHECK(none.verdict == Verdict::failed);
  CHECK(none.detail.starts_with("192.0.2.10 has no PTR record: "));
  const std::vector<Named> astray{{"a.example.org", addresses({"192.0.2.7"})}, {"b.example.org", addresses({})}};
  const Finding wrong = judge_ptr(kClaim, names({"a.example.org", "b.example.org"}), astray);
  CHECK(wrong.verdict == Verdict::failed);
  CHECK(wrong.detail ==
        "192.0.2.10 leads to a.example.org, b.example.org, which does not lead back: publish its A record, or another "
        "PTR");
}

TEST_CASE("of many PTR names ten are looked at, the HELO name first, in whatever order they came") {
  std::vector<std::string> hosts;
  for (char c = 'z'; c >= 'a'; --c) hosts.push_back(std::string(1, c) + ".example");
  hosts.emplace_back("out-a.example.org");
  hosts.emplace_back("a.example");
  const auto chosen = names_to_confirm({"Out-A.example.org.", ip("192.0.2.10")}, names(hosts));
  REQUIRE(chosen.size() == kMostPtrNames);
  CHECK(chosen[0] == "out-a.example.org");
  CHECK(chosen[1] == "a.example");
  CHECK(chosen[2] == "b.example");
}

TEST_CASE("a detail stays short whatever DNS holds") {
  std::vector<IpAddress> many(400, ip("192.0.2.7"));
  dns::Lookup forward = addresses({"192.0.2.7"});
  forward.addresses = many;
  const Finding finding = judge_helo(kClaim, forward);
  CHECK(finding.detail.contains("192.0.2.7 and 396 more, not to"));
  CHECK(finding.detail.size() < 300);
}
