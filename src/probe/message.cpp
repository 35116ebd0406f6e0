// SPDX-License-Identifier: Apache-2.0
#include "probe/message.hpp"

#include <fmt/format.h>

#include <array>
#include <ctime>

namespace mailsonde::probe {
namespace {

// RFC 5322 section 3.3, always in UTC. strftime would speak the locale's language.
std::string date_header(WallTime now) {
  constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto seconds =
      static_cast<std::time_t>(std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count());
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{}, {} {} {} {:02}:{:02}:{:02} +0000", kDays[static_cast<std::size_t>(parts.tm_wday)],
                     parts.tm_mday, kMonths[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900,
                     parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace

std::string compose_message(const Request& request, WallTime now) {
  const config::Target& target = *request.target;
  // A message needs a From even when the envelope's reverse-path is null.
  const std::string from = target.mail_from.empty() ? "postmaster@" + request.helo : target.mail_from;
  return fmt::format(
      "Date: {}\nFrom: mailsonde <{}>\nTo: <{}>\nSubject: mailsonde probe\nMessage-ID: <{}@{}>\n"
      "Auto-Submitted: auto-generated\nMIME-Version: 1.0\nContent-Type: text/plain; charset=us-ascii\n\n"
      "This is a deliverability probe of the mail system at {}.\nIt needs no answer. Questions: postmaster@{}.\n",
      date_header(now), from, target.rcpt_to, request.id, request.helo, request.helo, request.helo);
}

}  // namespace mailsonde::probe
