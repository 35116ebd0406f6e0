// SPDX-License-Identifier: Apache-2.0
#include "classify/hint.hpp"

#include <doctest/doctest.h>

#include <string>

#include "classify/reply_facts.hpp"
#include "smtp/reply_parser.hpp"

using namespace mailsonde;
using namespace mailsonde::classify;
using namespace std::chrono_literals;
using namespace std::string_literals;

TEST_SUITE_BEGIN("classify.hint");

namespace {

std::optional<Duration> hint_of(std::string_view text) {
  const auto reply = smtp::parse_reply_text(text);
  REQUIRE(reply);
  return retry_hint(searchable_text(*reply));
}

struct Wait {
  std::string_view reply;
  Duration wait;
};

constexpr Wait kWaits[] = {
    // sqlgrey; postgrey and its children with a text of their own
    {"450 4.7.1 <user@example.com>: Recipient address rejected: Greylisted for 5 minutes", 5min},
    {"450 4.7.1 <user@example.com>: Recipient address rejected: Greylisted for 20 minutes", 20min},
    {"450 4.7.1 <u@example.com>: Recipient address rejected: Greylisted for 300 seconds (see http://a.example/)", 300s},
    {"450 <u@example.com>: Recipient address rejected: Greylisted for 180 seconds (see http://b.example/h.html)", 180s},
    {"450 4.2.0 Sender address rejected: Greylisted for 300 sec.", 300s},
    // ZEROSPAM
    {"450 4.2.0 <user@example.com>: Recipient address rejected: example.com greylisted for 60 seconds by ZEROSPAM",
     60s},
    // an Exim with a day's delay, seen in bounces
    {"451 Greylisted, please try again in 86400 seconds", 24h},
    // NetEase
    {"451 DT:SPM 163 mx13,P8CowECpNVM_oEVaenoEAQ--.23796S3 1514512449, please try again 15min later", 15min},
    // milter-greylist
    {"451 4.7.1 Greylisting in action, please come back in 00:05:00", 5min},
    {"451 4.7.1 Greylisting in action, please come back in 00:09:30.", 9min + 30s},
    {"451 4.7.1 Greylisting in action, please come back in 01:00:07 or later", 1h + 7s},
    // sendmail milters, policyd-weight, Exim ACLs, relays of many kinds
    {"451 4.7.1 Temporarily rejected (will be accepted in 04:59)", 4min + 59s},
    {"450 4.7.1 Message not accepted yet, will be accepted again after 300 seconds", 300s},
    {"451 Greylisted, try again in 300 seconds", 300s},
    {"451 try again in 5 min", 5min},
    {"451 4.7.1 Please retry after 15 minutes", 15min},
    {"451 retry after 30s", 30s},
    {"450 4.7.0 greylisted, retry in 299s", 299s},
    {"451 Greylisted: retry in 3600 secs", 1h},
    {"421 Busy, try later in 4h", 4h},
    {"451 Please try again after 1 hour 30 minutes", 1h + 30min},
    {"451 Please try again in 1 hour and 30 minutes.", 1h + 30min},
    {"451 Please try again in 1 hour, 2 minutes and 3 seconds", 1h + 2min + 3s},
    {"451 retry in 1h30m", 1h + 30min},
    {"421 4.7.0 Too many connections, please wait 1 hour", 1h},
    {"450 You must wait at least 10 minutes before the next attempt", 10min},
    {"450 Try later; wait for 90 seconds", 90s},
    {"421 4.7.0 Too many messages, wait 60 seconds: slow down", 60s},
    {"450 4.7.1 Greylisted (wait time: 120 s)", 120s},
    {"451 4.7.1 Greylisting in effect (287 seconds remaining)", 287s},
    {"451 4.7.1 Graylisted - 5 minutes", 5min},
    {"451 Grey-listed: 45 second(s)", 45s},
    {"421 4.7.0 Your IP has been temporarily blocked for 2 hours", 2h},
    {"550 5.7.1 You are banned for 10 minutes", 10min},
    {"421 4.7.0 Temporarily rate limited for 15 mins", 15min},
    {"450 4.7.1 Temporarily deferred for 600 seconds", 10min},
    {"421 The block expires in 25 minutes", 25min},
    {"450 Please do not try again for 3 hours", 3h},
    {"450 Please resend your message after 30 minutes", 30min},
    {"451 Try sending your message again in about 10 minutes", 10min},
    {"451 Please try again later (in 5 minutes)", 5min},
    {"451 You have been greylisted. Your mail will be accepted in 42s", 42s},
    {"451 Try again no sooner than 5 minutes", 5min},
    {"451 Please come back 10 minutes later", 10min},
    {"451 Greylisted. After 5 minutes, please try again.", 5min},
    {"451 Please try again in an hour", 1h},
    {"451 Please try again in half an hour", 30min},
    {"451 please reconnect in 61.2 seconds", 62s},
    {"451 PLEASE TRY AGAIN IN 5 MINUTES", 5min},
    {"451 GREYLISTED, COME BACK IN 00:05:00", 5min},
    // of a range the longer end
    {"451 Greylisted, try again in 5-10 minutes", 10min},
    {"451 Greylisted, try again in 5 to 10 minutes", 10min},
    // beside a limit that is no wait
    {"421 4.7.28 Limit of 20 messages per 60 minutes reached, try again in 40 minutes", 40min},
    // cut between the words, with codes between them
    {"451-4.7.1 Greylisted, please try again in\\n451 4.7.1 300 seconds", 300s},
};

constexpr std::string_view kNoWaits[] = {
    // waits without a number
    "451 4.7.1 Greylisting in action, please come back later",
    "450 4.2.0 <u@example.com>: Recipient address rejected: Greylisted, see http://postgrey.example/help/5.html",
    "451 4.3.2 Please try again later", "450 Split transaction, retry soon", "451 Please try again in a few minutes",
    "451 Please wait a moment",
    // limits
    "451 4.7.1 max number of messages (1000) over past 24h reached, try increasing MaxOutgoingMessagesPerDay",
    "421 4.7.0 limit of 500 messages per hour", "421 4.7.0 More than 5 connections in 10 minutes, try again later",
    "450 4.7.1 Error: too much mail from 192.0.2.9 in 60 seconds", "451 Try to send fewer messages in 10 minutes",
    "450 4.7.1 Recipient limit of 100 per 1 hour exceeded, please try later",
    "550 5.2.122 Recipient's per hour message receive limit exceeded", "421 4.7.0 Rate limited: 30 messages in 5 min",
    "452 4.5.3 Too many recipients, try again with 50 in each message",
    "421 4.7.0 Only 20 messages are accepted in 60 seconds, slow down",
    "421 4.7.0 No more than 10 connections allowed in 60 seconds",
    // the end of a window, not its start
    "451 Greylisted, please retry within 4 hours",
    // what happened, not what to do
    "421 4.4.2 Timeout after 300 seconds", "421 4.4.2 Connection closed after 5 minutes, try again",
    "451 4.4.2 Timed out waiting 300 seconds for data", "451 4.3.0 lock wait 30 seconds exceeded",
    "421 idle for 10 minutes, closing",
    "554 5.4.7 Message expired: unable to deliver in 840 minutes.<421 4.4.2 Connection timed out>",
    "550 5.2.1 Mailbox inactive for 12 hours", "450 4.2.0 Delivery has been delayed for 4 hours",
    "421 Too many retries in 5 minutes", "450 4.7.1 Greylisted (5 minutes ago), see http://a.example/",
    // dates, times of the day, addresses, ports, codes, versions, queue IDs
    "451 MailEnable Service temporarily refused connection at 11/27/15 11:25:27 from IP (192.0.2.206)",
    "451 Maintenance, try again after 15:30", "451 Try again after 2026-11-21 10:00:00", "451 Try again in 2026",
    "451 4.3.2 Temporary server error. Please try again later ATTR17 [mx.example 2024-08-01T09:32:01.894Z 08DC]",
    "421 Try again in 192.0.2.5 minutes", "421 4.7.0 Try again later, closing connection. 5s-20020a17 - gsmtp",
    "451 Please try again later (4.7.1) 10.1.1.3:25", "451 Try again in 12:345", "451 Try again in 1:02:03:04",
    // other units, or none
    "451 Please try again in 300", "451 Please retry in 500 ms", "451 Please retry in 5 months",
    "451 Please wait 5 messages", "451 Greylisted for 3 servers",
    // a mailbox, an address of a page
    "450 <retry.in.5.minutes@example.com>: see http://example.com/retry-in-5-minutes",
    // not believed
    "451 Please try again in 0 seconds", "451 Please come back in 00:00:00", "451 Please try again in 0.5 seconds",
    "451 Please try again in 86401 seconds", "451 Please try again in 3 days", "451 Please try again in 999999999 days",
    "451 Please try again in 18446744073709551617 seconds", "451 Please come back in 99:59:59",
    "451 Please try again in -5 minutes",
    // nothing failed
};

}  // namespace

TEST_CASE("a wait that a reply names is found") {
  for (const Wait& row : kWaits) {
    CAPTURE(row.reply);
    const auto hint = hint_of(row.reply);
    CHECK(hint.has_value());
    if (hint) CHECK(to_seconds(*hint) == to_seconds(row.wait));
  }
}

TEST_CASE("numbers that are no wait, and waits that nobody should believe, are no hint") {
  for (const std::string_view reply : kNoWaits) {
    CAPTURE(reply);
    const auto hint = hint_of(reply);
    CHECK_FALSE(hint.has_value());
    if (hint) MESSAGE(to_seconds(*hint));
  }
}

TEST_CASE("the limits of belief are one second and one day") {
  CHECK(hint_of("451 try again in 1 second") == 1s);
  CHECK(hint_of("451 try again in 24 hours") == 24h);
  CHECK(hint_of("451 try again in 24 hours 1 second") == std::nullopt);
}

TEST_CASE("bytes that are no text neither hide a wait nor make one") {
  const std::string nul = "451 Greylisted\0 try again in 5 minutes \xff\xfe"s;
  CHECK(hint_of(nul) == 5min);
  smtp::Reply reply{.code = 451, .lines = {std::string(3000, '\0') + "try again in 5 minutes"}};
  CHECK(retry_hint(searchable_text(reply)) == 5min);  // blanks are one blank
  reply.lines = {std::string(5000, 'x') + " try again in 5 minutes"};
  CHECK(retry_hint(searchable_text(reply)) == std::nullopt);  // behind the first 4096 bytes
  reply.lines = {};
  CHECK(retry_hint(searchable_text(reply)) == std::nullopt);
}

TEST_CASE("a long text of half-matches is answered") {
  smtp::Reply reply{.code = 451, .lines = {}};
  std::string& line = reply.lines.emplace_back();
  while (line.size() < 60000) line += "try again later please in 5 to 10, wait for 1 hour greylisted for ";
  CHECK(retry_hint(searchable_text(reply)) == 1h);
  line.clear();
  while (line.size() < 60000) line += "try again again again later 12345678901234567890 m 5-5-5-5 ";
  CHECK(retry_hint(searchable_text(reply)) == std::nullopt);
}
