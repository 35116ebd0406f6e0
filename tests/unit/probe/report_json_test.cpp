// SPDX-License-Identifier: Apache-2.0
#include "probe/report_json.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

using namespace mailsonde;
using namespace std::chrono_literals;

TEST_SUITE_BEGIN("probe.report_json");

TEST_CASE("the keys of the contract come first and in order") {
  probe::Report report;
  report.target = "t";
  report.mx = "mx.example.com";
  report.address = IpAddress::parse("2001:db8::1");
  report.family = Family::ipv6;
  report.stages = {{Stage::dns, 1ms}};
  report.stage = Stage::rcpt;
  smtp::Reply reply;
  reply.code = 451;
  reply.enhanced = smtp::EnhancedCode{4, 7, 1};
  reply.lines = {"4.7.1 wait \xff"};
  report.replies = {{Stage::rcpt, reply, Outcome::greylisted}};
  report.verdict.outcome = Outcome::greylisted;

  const auto json = probe::to_json(report);
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  keys.resize(14);
  CHECK(keys == std::vector<std::string>{"target", "mx", "address", "family", "source", "outcome", "stage", "success",
                                         "duration_seconds", "stages", "reply", "tls", "dialogue", "advice"});
  CHECK(json["family"] == "ipv6");
  CHECK(json["outcome"] == "greylisted");
  CHECK(json["success"] == false);
  CHECK(json["reply"]["code"] == 451);
  CHECK(json["reply"]["enhanced_code"] == "4.7.1");
  CHECK(json["stages"][0]["stage"] == "dns");
  CHECK(json["tls"].is_null());
  CHECK_NOTHROW((void)json.dump());
}

TEST_CASE("a failure without a reply says so") {
  probe::Report report;
  report.detail = "connection refused";
  report.verdict.outcome = Outcome::connection_refused;
  const auto json = probe::to_json(report);
  CHECK(json["reply"].is_null());
  CHECK(json["address"].is_null());
  CHECK(json["detail"] == "connection refused");
  CHECK(json["counted"] == true);
}

TEST_SUITE_END();
