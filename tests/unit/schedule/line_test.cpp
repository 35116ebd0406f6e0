// SPDX-License-Identifier: Apache-2.0
#include "schedule/line.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace mailsonde;
using namespace std::chrono_literals;
using schedule::Line;

namespace {

const MonotonicTime kStart{1000h};

schedule::Policy policy_with(std::optional<schedule::Rate> provider, std::optional<schedule::Rate> mx = {},
                             std::size_t concurrency = 1) {
  schedule::Policy policy;
  policy.per_provider = provider;
  policy.per_mx = mx;
  policy.per_mx_concurrency = concurrency;
  return policy;
}

// A line in which so many wait toward a host of their own each, from one source.
void crowd(Line& line, int count, const std::string& source = "a") {
  for (int i = 0; i < count; ++i) {
    const Line::Place place{"mx" + std::to_string(i), source};
    line.enlist(place, 100s, kStart);
    line.join(static_cast<Line::Ticket>(i), place, Line::Class::turn, kStart);
  }
}

}  // namespace

TEST_SUITE_BEGIN("schedule.line");

TEST_CASE("nobody waits: nothing is due") {
  Line line(policy_with({}));
  CHECK_FALSE(line.next().has_value());
  CHECK_FALSE(line.take(kStart).has_value());
}

TEST_CASE("those who wait go one by one at the provider's rate, first come first") {
  Line line(policy_with(schedule::Rate{12, 1min}));
  crowd(line, 3);
  for (Line::Ticket i = 0; i < 3; ++i) {
    const MonotonicTime moment = kStart + 5s * static_cast<int>(i);
    REQUIRE(line.next() == std::max(kStart, moment));
    const auto turn = line.take(moment);
    REQUIRE(turn.has_value());
    CHECK(turn->ticket == i);
    CHECK(turn->granted == moment);
    CHECK_FALSE(line.take(moment).has_value());
  }
}

TEST_CASE("a start that comes late is seen: it was granted before") {
  Line line(policy_with(schedule::Rate{12, 1min}));
  crowd(line, 1);
  CHECK(line.take(kStart + 3s)->granted == kStart);
}

TEST_CASE("one MX host takes one at a time; another host need not wait for it") {
  Line line(policy_with({}));
  const Line::Place slow{"slow", "a"};
  const Line::Place other{"other", "b"};
  for (int i = 0; i < 2; ++i) line.enlist(slow, 1min, kStart);
  line.enlist(other, 1min, kStart);
  line.join(1, slow, Line::Class::turn, kStart);
  line.join(2, slow, Line::Class::turn, kStart);
  line.join(3, other, Line::Class::turn, kStart + 1s);
  CHECK(line.take(kStart)->ticket == 1);
  CHECK(line.next() == kStart + 1s);
  CHECK(line.take(kStart + 1s)->ticket == 3);
  CHECK_FALSE(line.next().has_value());
  line.finished("slow", kStart);
  CHECK(line.take(kStart + 2s)->ticket == 2);
}

TEST_CASE("the sources share an MX host's places") {
  Line line(policy_with({}));
  line.enlist({"mx", "a"}, 1min, kStart);
  line.enlist({"mx", "b"}, 1min, kStart);
  line.join(1, {"mx", "a"}, Line::Class::turn, kStart);
  line.join(2, {"mx", "b"}, Line::Class::turn, kStart);
  CHECK(line.take(kStart)->ticket == 1);
  CHECK_FALSE(line.take(kStart).has_value());
  line.finished("mx", kStart);
  CHECK(line.take(kStart)->ticket == 2);
}

TEST_CASE("an MX host's rate holds over its sources, and wastes none of the provider's") {
  Line line(policy_with(schedule::Rate{60, 1min}, schedule::Rate{6, 1min}, 10));
  line.enlist({"mx1", "a"}, 1min, kStart);
  line.enlist({"mx1", "b"}, 1min, kStart);
  line.enlist({"mx2", "a"}, 1min, kStart);
  line.join(1, {"mx1", "a"}, Line::Class::turn, kStart);
  line.join(2, {"mx1", "b"}, Line::Class::turn, kStart);
  line.join(3, {"mx2", "a"}, Line::Class::turn, kStart);
  CHECK(line.take(kStart)->ticket == 1);
  CHECK(line.take(kStart + 1s)->ticket == 3);  // not behind ticket 2
  CHECK(line.next() == kStart + 10s);
  CHECK(line.take(kStart + 10s)->ticket == 2);
}

TEST_CASE("a source that backs off waits alone") {
  Line line(policy_with(schedule::Rate{60, 1min}));
  crowd(line, 2, "a");
  line.enlist({"mx9", "b"}, 1min, kStart);
  line.join(9, {"mx9", "b"}, Line::Class::turn, kStart);
  line.back_off("a").troubled(kStart, 10min, kStart);
  CHECK(line.take(kStart)->ticket == 9);
  CHECK(line.next() == kStart + 10min);
}

TEST_CASE("half the pace is half of what the source wanted, or of its part of the budget") {
  SUBCASE("wanted: 10 in 100 s") {
    Line line(policy_with({}));
    crowd(line, 10);
    CHECK(line.take(kStart).has_value());
    line.back_off("a").troubled(kStart, {}, kStart);
    CHECK(line.next() == kStart + 20s);
  }
  SUBCASE("wanted: 10 in 100 s, with 5 allowed") {
    Line line(policy_with(schedule::Rate{5, 100s}));
    crowd(line, 10);
    CHECK(line.take(kStart).has_value());
    line.back_off("a").troubled(kStart, {}, kStart);
    CHECK(line.next() == kStart + 40s);
  }
}

TEST_CASE("of two sources at one busy host each has its turn") {
  Line line(policy_with(schedule::Rate{60, 1min}));
  std::vector<Line::Ticket> order;
  for (const std::string source : {"a", "b"}) {
    line.enlist({"mx", source}, 1min, kStart);
    line.join(source == "a" ? 1 : 2, {"mx", source}, Line::Class::turn, kStart);
  }
  for (MonotonicTime now = kStart; order.size() < 6; now += 1s) {
    const auto turn = line.take(now);
    REQUIRE(turn.has_value());
    order.push_back(turn->ticket);
    line.finished("mx", now);
    line.join(turn->ticket, {"mx", turn->ticket == 1 ? "a" : "b"}, Line::Class::turn, now + 1ms);  // at once again
  }
  CHECK(order == std::vector<Line::Ticket>{1, 2, 1, 2, 1, 2});
}

TEST_CASE("waiting for a host that is busy is no lag") {
  Line line(policy_with({}));
  line.enlist({"mx", "a"}, 1min, kStart);
  line.enlist({"mx", "a"}, 1min, kStart);
  for (Line::Ticket ticket = 1; ticket <= 2; ++ticket) line.join(ticket, {"mx", "a"}, Line::Class::turn, kStart);
  CHECK(line.take(kStart)->ticket == 1);
  line.finished("mx", kStart + 3s);
  CHECK(line.next() == kStart + 3s);
  CHECK(line.take(kStart + 4s)->granted == kStart + 3s);
}

TEST_CASE("retries do not wait behind a crowd, nor keep it out: they have every other start") {
  Line line(policy_with(schedule::Rate{60, 1min}));
  crowd(line, 4);
  for (Line::Ticket ticket = 10; ticket < 13; ++ticket) {
    const Line::Place place{"retried" + std::to_string(ticket), "a"};
    line.enlist(place, 1h, kStart);
    line.join(ticket, place, Line::Class::retry, kStart);
  }
  std::vector<Line::Ticket> order;
  for (MonotonicTime now = kStart; line.next(); now += 1s) order.push_back(line.take(now)->ticket);
  CHECK(order == std::vector<Line::Ticket>{0, 10, 1, 11, 2, 12, 3});
}

TEST_CASE("who leaves is not let go, and a line without anybody is idle once its budget is not fresh") {
  Line line(policy_with(schedule::Rate{12, 1min}));
  crowd(line, 2);
  line.leave(0, {"mx0", "a"}, Line::Class::turn, kStart);
  line.strike_off({"mx0", "a"}, 100s, kStart);
  CHECK(line.take(kStart)->ticket == 1);
  line.strike_off({"mx1", "a"}, 100s, kStart);
  CHECK_FALSE(line.is_idle(kStart + 1min));  // under way
  line.finished("mx1", kStart);
  CHECK_FALSE(line.is_idle(kStart + 1s));
  CHECK(line.is_idle(kStart + 5s));
}

TEST_CASE("another source is spared when it is well at full pace") {
  Line line(policy_with({}));
  line.back_off("a").troubled(kStart, {}, kStart);
  CHECK_FALSE(line.spares_other("a", 1h, kStart));
  line.back_off("b").fine(kStart);
  CHECK(line.spares_other("a", 1h, kStart));
  CHECK_FALSE(line.spares_other("b", 1h, kStart));
  CHECK_FALSE(line.spares_other("a", 1h, kStart + 2h));
}

TEST_SUITE_END();
