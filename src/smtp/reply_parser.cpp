// SPDX-License-Identifier: Apache-2.0
#include "smtp/reply_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace mailsonde::smtp {
namespace {

constexpr std::size_t kRfcReplyLine = 512;  // RFC 5321 section 4.5.3.1.5, line end included
constexpr int kLeastCode = 200;
constexpr int kMostCode = 599;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The first two bytes of a TLS record: content type 20..23, major version 3. A peer that speaks TLS first may send no
// line end for long, so this is told without waiting for one.
bool starts_tls_record(std::string_view line) {
  return line.size() >= 2 && line[0] >= 0x14 && line[0] <= 0x17 && line[1] == 0x03;
}

// What else may stand behind a port that should speak SMTP.
std::string_view looks_like(std::string_view line) {
  struct Sign {
    std::string_view start;
    std::string_view name;
  };
  constexpr std::array kSigns{
      Sign{"HTTP/", "looks like HTTP"},     Sign{"<!DOCTYPE", "looks like HTTP"}, Sign{"<html", "looks like HTTP"},
      Sign{"SSH-", "looks like SSH"},       Sign{"* OK", "looks like IMAP"},      Sign{"* BYE", "looks like IMAP"},
      Sign{"* PREAUTH", "looks like IMAP"}, Sign{"+OK", "looks like POP3"},       Sign{"-ERR", "looks like POP3"},
  };
  for (const Sign& sign : kSigns) {
    if (starts_with_ignoring_case(line, sign.start)) return sign.name;
  }
  return {};
}

// Why `line`, which does not begin with a code and a separator, is no reply line.
std::string describe_no_code(std::string_view line) {
  if (line.empty()) return "empty line in place of a reply";
  if (const auto name = looks_like(line); !name.empty()) return std::string(name);
  const auto digits = static_cast<std::size_t>(std::ranges::find_if_not(line, is_digit) - line.begin());
  if (digits == 0) return "no three-digit code";
  if (digits != 3) return fmt::format("a code of {} digits instead of three", digits);
  return "neither blank nor hyphen after the code";
}

// The code of a reply line, or an Error. RFC 5321 4.2.1: a code without blank and text is to be accepted.
Result<int> parse_code(std::string_view line) {
  const bool has_code = line.size() >= 3 && std::ranges::all_of(line.substr(0, 3), is_digit) &&
                        (line.size() == 3 || line[3] == ' ' || line[3] == '-');
  if (!has_code) return fail(describe_no_code(line));
  const int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  if (code < kLeastCode || code > kMostCode) return fail(fmt::format("code out of range: {:03}", code));
  return code;
}

// Usually every line repeats the enhanced code; some servers leave it out of the first.
std::optional<EnhancedCode> find_enhanced_code(const Reply& reply) {
  for (const std::string& line : reply.lines) {
    const auto found = parse_enhanced_code(line);
    if (found && found->class_digit == reply.code / 100) return found;
  }
  return std::nullopt;
}

// The two characters backslash and n, where a code or nothing follows: replies quote Windows paths ("D:\\new").
bool starts_escaped_end(std::string_view text) {
  if (!text.starts_with("\\n")) return false;
  const std::string_view code = text.substr(2, 3);
  return code.empty() || (code.size() == 3 && std::ranges::all_of(code, is_digit));
}

// `text` at its line ends: LF, CRLF, or an escaped one.
std::vector<std::string> split_reply_text(std::string_view text) {
  std::vector<std::string> lines(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped_end = starts_escaped_end(text.substr(i));
    if (escaped_end || text[i] == '\n') {
      if (lines.back().ends_with('\r')) lines.back().pop_back();
      lines.emplace_back();
    } else {
      lines.back() += text[i];
    }
    if (escaped_end) ++i;
  }
  if (lines.size() > 1 && lines.back().empty()) lines.pop_back();
  return lines;
}

// Makes every line but the last one continue, and the last one end, as people cut and join what they quote. Returns
// what it changed, as breaches.
std::vector<std::string> mend_separators(std::vector<std::string>& lines) {
  std::vector<std::string> breaches;
  for (std::string& line : lines) {
    if (line.size() < 4) continue;
    const bool is_last = &line == &lines.back();
    if (is_last && line[3] == '-') {
      line[3] = ' ';
      breaches.emplace_back("cut short");
    } else if (!is_last && line[3] == ' ') {
      line[3] = '-';
      if (breaches.empty()) breaches.emplace_back("blank instead of hyphen");
    }
  }
  return breaches;
}

}  // namespace

Result<std::optional<Reply>> ReplyParser::feed(std::string_view bytes, std::size_t& consumed) {
  consumed = 0;
  if (broken_) return std::unexpected(*broken_);
  for (const char byte : bytes) {
    ++consumed;
    bool line_ended = false;
    if (const auto taken = take_byte(byte, line_ended); !taken) {
      broken_ = taken.error();
      return std::unexpected(*broken_);
    }
    if (!line_ended) continue;
    auto reply = take_line();
    if (!reply) broken_ = reply.error();
    if (!reply || *reply) return reply;
  }
  return std::nullopt;
}

bool ReplyParser::in_reply() const { return size_ > 0; }

// A CR is a line end only together with its LF; alone it is a byte of the text. Taking it for a line end would let
// one reply be read as two.
Result<void> ReplyParser::take_byte(char byte, bool& line_ended) {
  if (++size_ > kMaxReply) return fail(fmt::format("reply longer than {} bytes", kMaxReply));
  if (byte == '\n') {
    if (!after_cr_) note("bare LF");
    after_cr_ = false;
    line_ended = true;
    return {};
  }
  if (after_cr_) {
    note("bare CR");
    if (const auto appended = append('\r'); !appended) return appended;
  }
  after_cr_ = byte == '\r';
  if (after_cr_) return {};
  return append(byte);
}

Result<void> ReplyParser::append(char byte) {
  if (line_.size() == kMaxReplyLine) return fail(fmt::format("line longer than {} bytes", kMaxReplyLine));
  line_ += byte;
  if (line_.size() == 2 && starts_tls_record(line_)) return fail("looks like TLS");
  if (byte == '\0') note("NUL");
  if (static_cast<unsigned char>(byte) > 0x7f) note("byte over 0x7f");
  return {};
}

// `line_` is complete. It is kept when it breaks the reply: the transcript shows it.
Result<std::optional<Reply>> ReplyParser::take_line() {
  const auto code = parse_code(line_);
  if (!code && !reply_.lines.empty()) return fail("inside a reply: " + code.error().message);
  if (!code) return std::unexpected(code.error());
  if (!reply_.lines.empty() && *code != reply_.code) {
    return fail(fmt::format("codes differ: {}, {}", reply_.code, *code));
  }
  if (reply_.lines.size() == kMaxReplyLines) return fail(fmt::format("reply of more than {} lines", kMaxReplyLines));
  if (line_.size() + 2 > kRfcReplyLine) note("line over 512 bytes");

  const bool is_last = line_.size() == 3 || line_[3] == ' ';
  reply_.code = *code;
  reply_.lines.push_back(line_.size() > 4 ? line_.substr(4) : std::string());
  line_.clear();
  if (!is_last) return std::nullopt;

  reply_.enhanced = find_enhanced_code(reply_);
  if (std::ranges::all_of(reply_.lines, &std::string::empty)) note("empty text");
  size_ = 0;
  return std::exchange(reply_, Reply{});
}

void ReplyParser::note(std::string_view breach) {
  if (std::ranges::find(reply_.breaches, breach) == reply_.breaches.end()) reply_.breaches.emplace_back(breach);
}

Result<Reply> parse_reply_text(std::string_view text) {
  text = trim(text);
  if (text.size() > kMaxReply) return fail(fmt::format("reply longer than {} bytes", kMaxReply));
  if (text.empty()) return fail("no reply");
  std::vector<std::string> lines = split_reply_text(text);
  const std::vector<std::string> mercies = mend_separators(lines);

  ReplyParser parser;
  for (std::string& line : lines) {
    line += "\r\n";
    std::size_t consumed = 0;
    auto fed = parser.feed(line, consumed);
    if (!fed) return std::unexpected(fed.error());
    if (!*fed) continue;
    if (&line != &lines.back()) return fail("more lines after the last line of the reply");
    (*fed)->breaches.insert((*fed)->breaches.end(), mercies.begin(), mercies.end());
    return std::move(**fed);
  }
  return fail("no last line");
}

}  // namespace mailsonde::smtp
