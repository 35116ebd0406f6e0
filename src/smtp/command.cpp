// SPDX-License-Identifier: Apache-2.0
#include "smtp/command.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace mailsonde::smtp {
namespace {

constexpr std::size_t kMaxDomain = 255;      // RFC 5321 section 4.5.3.1.2
constexpr std::size_t kMaxLocalPart = 64;    // section 4.5.3.1.1
constexpr std::size_t kMaxMailbox = 254;     // section 4.5.3.1.3: a path of 256 with its < and >
constexpr std::size_t kMaxMechanism = 20;    // RFC 4422 section 3.1
constexpr std::size_t kMaxAuthLine = 12288;  // RFC 4954 section 4, CRLF included

bool is_alnum(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }
bool is_printable(char c) { return c >= ' ' && c <= '~'; }

// RFC 5321 section 4.1.2, atext.
bool is_atext(char c) { return is_alnum(c) || is_one_of(c, "!#$%&'*+-/=?^_`{|}~"); }

// A host name, or an address in brackets. Underscores are no host name but stand in real ones.
Result<void> check_domain(std::string_view what, std::string_view domain) {
  if (domain.empty()) return fail(fmt::format("{}: empty", what));
  if (domain.size() > kMaxDomain) return fail(fmt::format("{}: longer than {} bytes", what, kMaxDomain));
  const bool is_literal = domain.size() > 2 && domain.starts_with('[') && domain.ends_with(']');
  const std::string_view inside = is_literal ? domain.substr(1, domain.size() - 2) : domain;
  const std::string_view also = is_literal ? ".:-" : ".-_";
  if (!std::ranges::all_of(inside, [also](char c) { return is_alnum(c) || is_one_of(c, also); })) {
    return fail(fmt::format("{}: \"{}\" is neither a host name nor an address in brackets", what, printable(domain)));
  }
  const bool has_empty_label = domain.starts_with('.') || domain.ends_with('.') || domain.contains("..");
  if (!is_literal && has_empty_label) return fail(fmt::format("{}: \"{}\" has an empty label", what, domain));
  return {};
}

bool is_dot_string(std::string_view local_part) {
  return !local_part.empty() && !local_part.starts_with('.') && !local_part.ends_with('.') &&
         !local_part.contains("..") && std::ranges::all_of(local_part, [](char c) { return c == '.' || is_atext(c); });
}

// RFC 5321 section 4.1.2: a backslash quotes the next character; a quote inside is always quoted.
bool is_quoted_string(std::string_view local_part) {
  if (local_part.size() < 2 || !local_part.starts_with('"') || !local_part.ends_with('"')) return false;
  const std::string_view inside = local_part.substr(1, local_part.size() - 2);
  for (std::size_t i = 0; i < inside.size(); ++i) {
    if (inside[i] == '"' || !is_printable(inside[i])) return false;
    if (inside[i] != '\\') continue;
    if (++i == inside.size() || !is_printable(inside[i])) return false;
  }
  return true;
}

Result<std::string> finish_line(std::string line) {
  line += "\r\n";
  if (line.size() > kMaxCommandLine) return fail(fmt::format("command line longer than {} bytes", kMaxCommandLine));
  return line;
}

Result<std::string> greet(std::string_view verb, std::string_view domain) {
  if (const auto checked = check_domain(fmt::format("{} name", verb), domain); !checked) {
    return std::unexpected(checked.error());
  }
  return finish_line(fmt::format("{} {}", verb, domain));
}

// Never says what stands in it: it is a credential.
Result<void> check_base64(std::string_view what, std::string_view base64) {
  const std::string_view body = base64.substr(0, std::min(base64.find('='), base64.size()));
  const std::string_view padding = base64.substr(body.size());
  const bool is_base64 = base64.size() % 4 == 0 && padding.size() <= 2 &&
                         std::ranges::all_of(body, [](char c) { return is_alnum(c) || c == '+' || c == '/'; }) &&
                         std::ranges::all_of(padding, [](char c) { return c == '='; });
  if (!is_base64) return fail(fmt::format("{}: not base64", what));
  return {};
}

Result<std::string> finish_auth_line(std::string line) {
  line += "\r\n";
  if (line.size() > kMaxAuthLine) return fail(fmt::format("AUTH line longer than {} bytes", kMaxAuthLine));
  return line;
}

}  // namespace

Result<std::string> ehlo(std::string_view domain) { return greet("EHLO", domain); }
Result<std::string> helo(std::string_view domain) { return greet("HELO", domain); }

Result<std::string> mail_from(std::string_view reverse_path, std::optional<std::uint64_t> size) {
  if (!reverse_path.empty()) {
    const auto checked = check_mailbox(reverse_path);
    if (!checked) return fail("MAIL FROM: " + checked.error().message);
  }
  std::string line = fmt::format("MAIL FROM:<{}>", reverse_path);
  if (size) line += fmt::format(" SIZE={}", *size);
  return finish_line(std::move(line));
}

Result<std::string> rcpt_to(std::string_view forward_path) {
  if (const auto checked = check_mailbox(forward_path); !checked) return fail("RCPT TO: " + checked.error().message);
  return finish_line(fmt::format("RCPT TO:<{}>", forward_path));
}

Result<std::string> auth(std::string_view mechanism, std::optional<std::string_view> initial_base64) {
  const bool is_mechanism = !mechanism.empty() && mechanism.size() <= kMaxMechanism &&
                            std::ranges::all_of(mechanism, [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
  if (!is_mechanism) return fail("AUTH mechanism: 1 to 20 letters, digits, hyphens and underscores are allowed");
  std::string line = fmt::format("AUTH {}", mechanism);
  if (initial_base64) {
    // RFC 4954 section 4: a single "=" stands for a response that is there, but empty.
    const bool is_empty = *initial_base64 == "=";
    if (initial_base64->empty()) return fail("AUTH initial response: empty, which is written \"=\"");
    const auto checked = is_empty ? Result<void>{} : check_base64("AUTH initial response", *initial_base64);
    if (!checked) return std::unexpected(checked.error());
    line += fmt::format(" {}", *initial_base64);
  }
  return finish_auth_line(std::move(line));
}

Result<std::string> auth_response(std::string_view base64) {
  if (const auto checked = check_base64("AUTH response", base64); !checked) return std::unexpected(checked.error());
  return finish_auth_line(std::string(base64));
}

Result<void> check_mailbox(std::string_view mailbox) {
  if (mailbox.empty()) return fail("mailbox: empty");
  if (mailbox.size() > kMaxMailbox) return fail(fmt::format("mailbox: longer than {} bytes", kMaxMailbox));
  const auto at = mailbox.rfind('@');
  if (at == std::string_view::npos) return fail(fmt::format("mailbox: \"{}\" has no @", printable(mailbox)));
  const std::string_view local_part = mailbox.substr(0, at);
  if (local_part.size() > kMaxLocalPart) {
    return fail(fmt::format("mailbox: \"{}\" has more than {} bytes before the @", printable(mailbox), kMaxLocalPart));
  }
  if (!is_dot_string(local_part) && !is_quoted_string(local_part)) {
    return fail(fmt::format("mailbox: \"{}\" has characters before the @ that RFC 5321 does not allow, or none",
                            printable(mailbox)));
  }
  return check_domain("mailbox domain", mailbox.substr(at + 1));
}

std::string message_data(std::string_view text) {
  std::string result;
  result.reserve(text.size() + text.size() / 32 + 8);
  while (!text.empty()) {
    const auto end = text.find_first_of("\r\n");
    const std::string_view line = text.substr(0, end);
    if (line.starts_with('.')) result += '.';
    result += line;
    result += "\r\n";
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + (text.substr(end, 2) == "\r\n" ? 2 : 1));
  }
  result += ".\r\n";
  return result;
}

}  // namespace mailsonde::smtp
