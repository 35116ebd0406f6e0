// SPDX-License-Identifier: Apache-2.0
#include "classify/hint.hpp"

#include <fmt/format.h>
#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.hpp"
#include "base/text.hpp"
#include "config/pattern.hpp"

namespace mailsonde::classify {
namespace {

// "300 sec", "5-10 minutes", "1 hour and 30 minute(s)", "1h30m", "an hour". At most nine digits: a longer number is no
// amount, and so no hint.
constexpr std::string_view kOneAmount =
    R"([0-9]{1,9}(?:\.[0-9]{1,3})?(?: ?(?:-|to) ?[0-9]{1,9}(?:\.[0-9]{1,3})?)?[ -]?)"
    R"((?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)(?:\(s\))?)";
constexpr std::string_view kWordAmount = "(?:an?|one|half an) (?:hour|minute|day)";

// "00:05:00", "04:59".
constexpr std::string_view kClock = "(?:[0-9]{1,2}:)?[0-9]{1,2}:[0-5][0-9]";

// What both end at, so that neither is the beginning of something longer.
constexpr std::string_view kEnd = "(?:$|[^a-z0-9:]|:(?:$|[^0-9]))";

constexpr std::string_view kAbout =
    R"((?:(?:at least|about|approximately|approx\.?|around|another|a further|the next|~) ?)*)";

// An order to come again. The words that may stand between it and the time are a closed list: "try to send fewer
// messages in 10 minutes" is no wait. "Retry within 4 hours" is none either: it is the end of a window, not its start.
constexpr std::string_view kComeAgain =
    R"(\b(?:(?:re-?)?try|re-?attempt|re-?send|re-?connect|re-?submit|(?:come|call|check) ?back|return|)"
    R"((?:send|connect|attempt|deliver|available|accepted) (?:it )?again))"
    R"((?:[ ,:-]+(?:again|later|back|please|your|this|the|it|to|only|once more|delivery|delivering|sending|resending|)"
    R"(submitting|connecting|connection|transaction|e?mails?|messages?))*[ ,:;(-]+)";

// What comes before the time, with the preposition as its only group.
constexpr std::string_view kLeads[] = {
    "(in|after|no sooner than|no earlier than|not before) ",  // behind kComeAgain

    // "please wait 5 min": an order, unlike "lock wait 30 seconds exceeded".
    R"((?:^|[.,;:!(-] ?|\b(?:please|to|must|should|and|then|or|you) )wait (for )?)",
    R"(\b(?:wait(?:ing)?|retry|gr[ea]ylist(?:ing)?) (?:time|period|delay|interval)(?: is|:| of| =)? ())",
    // sqlgrey, postgrey with its own text, milter-greylist: "Greylisted for 5 minutes", "Greylisting: 300 seconds".
    R"(\bgr[ea]y[- ]?list(?:ed|ing)?(?: in (?:effect|action|progress))?(?:(?: for|[:,;]| -) \(?| \()())",
    R"(\b(?:is|are|be|been|currently|temporarily) (?:blocked|banned|throttled|rate[- ]?limited) (for) )",
    R"(\btemporarily (?:deferred|delayed|rejected|denied|refused|unavailable) (for) )",
    // "will be": "20 messages are accepted in 60 seconds" is a limit.
    R"(\bwill be (?:accepted|allowed|unblocked|unbanned|lifted|whitelisted) (?:again )?(in|after) )",
    R"(\b(?:block|ban|throttle|embargo|penalty|restriction) (?:will |is |be )*(?:expires?|ends?|lifted|removed|reset) )"
    "(in|after) ",
    R"(\b(?:do not|don't|must not) (?:re-?)?try (?:again )?(for|before) )",
};

std::string amount() { return fmt::format("(?:{0}(?:,?(?: and)? ?{0}){{0,3}}|{1})", kOneAmount, kWordAmount); }

// All ways to say it, each with two groups: the preposition, which may be empty, and the time.
std::vector<std::string> patterns() {
  const std::string time = fmt::format("{}({}|{}){}", kAbout, amount(), kClock, kEnd);
  std::vector<std::string> all;
  for (const std::string_view lead : kLeads) {
    const bool is_first = all.empty();
    all.push_back(fmt::format("{}{}{}", is_first ? kComeAgain : "", lead, time));
  }
  // "please try again 15min later"
  all.push_back(fmt::format("{}(){}({}) ?(?:later|from now)\\b", kComeAgain, kAbout, amount()));
  // "Greylisting in effect (287 seconds remaining)"
  all.push_back(fmt::format(R"(\bgr[ea]y[- ]?list[^0-9]{{0,40}}()({}) (?:remaining|left|to go)\b)", amount()));
  // "Greylisted. After 5 minutes, please try again": not "closed after 5 minutes, try again".
  all.push_back(fmt::format(R"((?:^|[.;!] )(after) {}({}),? (?:please |then |and )*(?:re)?try\b)", kAbout, amount()));
  return all;
}

// Most replies name no wait: one automaton tells which patterns are worth a closer look.
struct Patterns {
  RE2::Set any{config::pattern_options(), RE2::UNANCHORED};
  std::vector<std::unique_ptr<const RE2>> each;

  Patterns() {
    for (const std::string& pattern : patterns()) {
      any.Add(pattern, nullptr);
      each.push_back(std::make_unique<const RE2>(pattern, config::pattern_options()));
      MAILSONDE_ASSERT(each.back()->ok());
    }
    MAILSONDE_ASSERT(any.Compile());
  }
};

double seconds_in(char unit) {
  switch (unit | 0x20) {  // lower case
    case 'd':
      return 86400;
    case 'h':
      return 3600;
    case 'm':
      return 60;
    default:
      return 1;
  }
}

// Of what kOneAmount took; the patterns left only digits and one dot in each number.
double seconds_of_amount(re2::StringPiece text) {
  static const RE2 kPart(R"((?i)([0-9.]+)[ -]?([smhd])|\b(half an|an?|one) ([hmd]))", RE2::Quiet);
  double seconds = 0;
  re2::StringPiece number;
  re2::StringPiece unit;
  re2::StringPiece word;
  re2::StringPiece word_unit;
  while (RE2::FindAndConsume(&text, kPart, &number, &unit, &word, &word_unit)) {
    if (word.empty()) {
      double value = 0;
      std::from_chars(number.begin(), number.end(), value);
      seconds += value * seconds_in(unit[0]);
    } else {
      seconds += seconds_in(word_unit[0]) / ((word[0] | 0x20) == 'h' ? 2 : 1);
    }
  }
  return seconds;
}

double seconds_of_clock(re2::StringPiece text) {
  double seconds = 0;
  int part = 0;
  static const RE2 kDigits("([0-9]+)");
  while (RE2::FindAndConsume(&text, kDigits, &part)) seconds = seconds * 60 + part;
  return seconds;
}

// "greylisted (5 minutes ago)". `time` is a part of `text`.
bool is_past(std::string_view text, re2::StringPiece time) {
  const auto end = static_cast<std::size_t>(time.data() + time.size() - text.data());
  return starts_with_ignoring_case(text.substr(end), " ago");
}

std::optional<Duration> believed(double seconds) {
  if (seconds < to_seconds(kLeastHint) || seconds > to_seconds(kMostHint)) return std::nullopt;
  return std::chrono::seconds(std::lround(std::ceil(seconds)));
}

}  // namespace

std::optional<Duration> retry_hint(std::string_view text) {
  static const Patterns kPatterns;
  const re2::StringPiece whole(text.data(), text.size());
  re2::StringPiece preposition;
  re2::StringPiece time;
  std::vector<int> fitting;
  kPatterns.any.Match(whole, &fitting);
  std::ranges::sort(fitting);
  for (const int index : fitting) {
    const RE2& pattern = *kPatterns.each[static_cast<std::size_t>(index)];
    if (!RE2::PartialMatch(whole, pattern, &preposition, &time) || is_past(text, time)) continue;
    if (time.find(':') == re2::StringPiece::npos) return believed(seconds_of_amount(time));
    // "after 15:30" is a time of the day.
    const std::string_view before(preposition.data(), preposition.size());
    const bool is_span = before.empty() || equals_ignoring_case(before, "in") || equals_ignoring_case(before, "for");
    return is_span ? believed(seconds_of_clock(time)) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace mailsonde::classify
