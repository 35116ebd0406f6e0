// SPDX-License-Identifier: Apache-2.0
#include "classify/provider.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "config/load.hpp"

using namespace mailsonde;
using namespace mailsonde::classify;

namespace {

std::string built_in(std::string_view mx_host) { return std::string(ProviderTable({}).provider_of(mx_host)); }

}  // namespace

TEST_SUITE_BEGIN("classify.provider");

TEST_CASE("well-known MX hosts are their operator's") {
  CHECK(built_in("gmail-smtp-in.l.google.com") == "google");
  CHECK(built_in("aspmx3.googlemail.com") == "google");
  CHECK(built_in("example-com.mail.protection.outlook.com") == "microsoft");
  CHECK(built_in("example-com.x-v1.mx.microsoft") == "microsoft");
  CHECK(built_in("outlook-com.olc.protection.outlook.com") == "outlook");
  CHECK(built_in("mta5.am0.yahoodns.net") == "yahoo");
  CHECK(built_in("mx01.mail.icloud.com") == "apple");
  CHECK(built_in("mxa-00000001.gslb.pphosted.com") == "proofpoint");
  CHECK(built_in("mx00.emig.gmx.net") == "gmx");
  CHECK(built_in("mx-ha02.web.de") == "web.de");
  CHECK(built_in("mx00.kundenserver.de") == "ionos");
  CHECK(built_in("163mx01.mxmail.netease.com") == "netease");
  CHECK(built_in("mxbiz1.qq.com") == "qq");
  CHECK(built_in("inbound-smtp.eu-west-1.amazonaws.com") == "amazonses");
}

TEST_CASE("submission hosts are their operator's") {
  CHECK(built_in("smtp.gmail.com") == "google");
  CHECK(built_in("smtp.office365.com") == "microsoft");
  CHECK(built_in("smtp-mail.outlook.com") == "outlook");
  CHECK(built_in("smtp.mail.me.com") == "apple");
  CHECK(built_in("email-smtp.us-east-1.amazonaws.com") == "amazonses");
}

TEST_CASE("whole labels are compared, so that a longer word is nobody's") {
  CHECK(built_in("google.com") == "google");
  CHECK(built_in("notgoogle.com") == "other");
  CHECK(built_in("google.com.example") == "other");
  CHECK(built_in("com") == "other");
  CHECK(built_in("ec2-192-0-2-1.eu-west-1.compute.amazonaws.com") == "other");
  CHECK(built_in("vps-1234.vps.ovh.net") == "other");
}

TEST_CASE("case and one final dot are ignored") {
  CHECK(built_in("ASPMX.L.Google.COM.") == "google");
  CHECK(built_in("aspmx.l.google.com..") == "other");
}

TEST_CASE("any bytes have a provider, in no time") {
  CHECK(built_in("") == "other");
  CHECK(built_in(".") == "other");
  CHECK(built_in("...") == "other");
  CHECK(built_in("192.0.2.1") == "other");
  CHECK(built_in("2001:db8::1") == "other");
  CHECK(built_in("invalid") == "other");
  CHECK(built_in(std::string_view("\0.google.com", 12)) == "google");
  CHECK(built_in("\xff\xfe.google.com") == "google");
  CHECK(built_in(std::string(5'000'000, '.') + "google.com") == "other");
  CHECK(built_in(std::string(243, 'a') + ".google.com") == "other");  // 254 bytes
}

TEST_CASE("the user's suffixes win over built-in ones of the same length, and the longest wins") {
  const auto config = config::load_text(R"(
[[providers]]
name = "acme"
mx_suffixes = ["MX.acme.example", "google.com", "protection.outlook.com"]
[[providers]]
name = "special"
mx_suffixes = ["eu.mx.acme.example"]
)",
                                        "test.toml");
  REQUIRE(config.has_value());
  const ProviderTable table(config->providers);
  CHECK(table.provider_of("a.mx.acme.example") == "acme");
  CHECK(table.provider_of("mx.acme.example") == "acme");
  CHECK(table.provider_of("acme.example") == "other");
  CHECK(table.provider_of("a.eu.mx.acme.example") == "special");
  CHECK(table.provider_of("aspmx.l.google.com") == "acme");
  CHECK(table.provider_of("smtp.gmail.com") == "google");
  CHECK(table.provider_of("example-com.mail.protection.outlook.com") == "acme");
  CHECK(table.provider_of("outlook-com.olc.protection.outlook.com") == "outlook");
}

TEST_CASE("built-in suffixes are host names in lower case, each once") {
  std::set<std::string_view> suffixes;
  for (const auto& [suffix, provider] : built_in_suffixes()) {
    CAPTURE(suffix);
    CHECK(suffixes.insert(suffix).second);
    CHECK(suffix.contains('.'));
    CHECK_FALSE(suffix.starts_with('.'));
    CHECK(suffix.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") == std::string_view::npos);
    CHECK(provider == to_lower(provider));
    CHECK(provider != kOtherProvider);
    CHECK(canonical_provider(provider) == provider);
  }
  CHECK(suffixes.size() > 200);
}

TEST_CASE("other names of a provider lead to one that the table has") {
  CHECK(canonical_provider("gmail") == "google");
  CHECK(canonical_provider("gsuite") == "google");
  CHECK(canonical_provider("symantec") == "messagelabs");
  CHECK(canonical_provider("1und1") == "ionos");
  CHECK(canonical_provider("aol") == "yahoo");
  CHECK(canonical_provider("acme") == "acme");
  CHECK(canonical_provider("").empty());
  for (const char* alias :
       {"gmail", "aol", "hotmail", "icloud", "ironport", "symantec", "protonmail", "amazonworkmail"}) {
    CAPTURE(alias);
    CHECK(std::ranges::count(built_in_suffixes(), canonical_provider(alias), &ProviderSuffix::provider) > 0);
  }
}

TEST_SUITE_END();
