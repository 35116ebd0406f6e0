// SPDX-License-Identifier: Apache-2.0
#include "dns/resolver.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace mailsonde::dns;

TEST_SUITE_BEGIN("dns.resolver");

TEST_CASE("each status has a label of its own") {
  std::set<std::string_view> labels;
  for (const Status status : kStatuses) labels.insert(to_string(status));
  CHECK(labels.size() == kStatuses.size());
  CHECK(to_string(Status::ok) == "NOERROR");
  CHECK(to_string(Status::serv_fail) == "SERVFAIL");
  CHECK(to_string(Status::malformed) == "MALFORMED");
}

TEST_CASE("a no is an answer, the rest are failures") {
  for (const Status status : {Status::ok, Status::no_data, Status::nx_domain}) CHECK_FALSE(is_failure(status));
  for (const Status status : {Status::serv_fail, Status::refused, Status::other, Status::timeout, Status::malformed}) {
    CAPTURE(to_string(status));
    CHECK(is_failure(status));
  }
}

TEST_CASE("record types have the labels of the metric") {
  CHECK(to_string(RrType::a) == "A");
  CHECK(to_string(RrType::aaaa) == "AAAA");
  CHECK(to_string(RrType::mx) == "MX");
}

TEST_SUITE_END();
