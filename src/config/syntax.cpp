// SPDX-License-Identifier: Apache-2.0
#include "config/syntax.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace mailsonde::config {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kLettersAndDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

bool is_high(char c) { return (static_cast<unsigned char>(c) & 0x80U) != 0; }

// Also what a Prometheus label, a transcript or a page could hold, but nobody could see.
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; }

bool only(std::string_view text, std::string_view letters_and_digits_or) {
  const auto allowed = [&](char c) { return kLettersAndDigits.contains(c) || letters_and_digits_or.contains(c); };
  return std::ranges::all_of(text, allowed);
}

std::string dns_label_mistake(std::string_view label) {
  if (label.empty()) return "has an empty label: two dots in a row, or one at an end";
  if (label.size() > 63) return "has a label of more than 63 characters";
  if (label.front() == '-' || label.back() == '-') return "has a label that begins or ends with a hyphen";
  return {};
}

// RFC 1123 section 2.1, and the underscore that is met in practice.
std::string name_mistake(std::string_view text) {
  if (text.empty()) return "is empty";
  if (text.size() > 253) return "is longer than 253 characters";
  if (std::ranges::any_of(text, is_high)) return "is not ASCII: write its A-label form (xn--...)";
  if (!only(text, "-_.")) return "is not a host name: letters, digits, hyphens, underscores and dots";
  const auto labels = split(text, '.');
  for (const std::string_view label : labels) {
    if (std::string mistake = dns_label_mistake(label); !mistake.empty()) return mistake;
  }
  // RFC 3696 section 2: no top-level domain is all digits, so this was meant as an address.
  if (labels.back().find_first_not_of(kDigits) == std::string_view::npos)
    return "is neither a host name nor an address";
  return {};
}

std::string name_or_literal_mistake(std::string_view text) {
  if (text.starts_with('[')) {
    return IpAddress::parse_literal(text)
               ? ""
               : "is not an address literal such as \"[192.0.2.1]\" or \"[IPv6:2001:db8::1]\"";
  }
  if (IpAddress::parse(text)) return "is an address: write it as a literal, \"[192.0.2.1]\" or \"[IPv6:2001:db8::1]\"";
  return name_mistake(text);
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 3 && text.find_first_not_of(kDigits) == std::string_view::npos;
}

// RFC 5321 section 4.1.2: Dot-string. Quoted strings are left out: nobody needs them to be probed.
bool is_local_part(std::string_view text) {
  if (text.empty() || text.starts_with('.') || text.ends_with('.') || text.contains("..")) return false;
  return only(text, ".!#$%&'*+-/=?^_`{|}~");
}

}  // namespace

bool has_control_characters(std::string_view text) { return std::ranges::any_of(text, is_control); }

std::string domain_mistake(std::string_view text) { return name_or_literal_mistake(text); }

std::string helo_mistake(std::string_view text) { return name_or_literal_mistake(text); }

std::string host_mistake(std::string_view text) {
  if (IpAddress::parse(text)) return {};
  if (text.starts_with('[')) return "stands in brackets: write a plain host name or address; the port has its own key";
  if (text.contains(':')) return "is not a host name or address; the port has its own key";
  return name_mistake(text);
}

std::string mx_suffix_mistake(std::string_view text) {
  if (text.starts_with('.') || text.starts_with('*')) {
    return "begins with a dot or *: write the name alone, which stands for itself and every name below it";
  }
  return name_mistake(text);
}

std::string code_mistake(std::string_view text) {
  const bool refuses = text.starts_with('4') || text.starts_with('5');
  if (refuses && is_number(text)) return {};
  return "is not the code of a refusal such as \"451\", nor its beginning such as \"4\" or \"45\"";
}

std::string enhanced_code_mistake(std::string_view text) {
  const auto parts = split(text, '.');
  const bool has_class = parts[0] == "4" || parts[0] == "5" || parts[0] == "x";
  if (has_class && parts.size() == 3 && is_number(parts[1]) && is_number(parts[2])) return {};
  return "is not an enhanced code such as \"4.7.1\", or \"x.7.1\" for both 4.7.1 and 5.7.1";
}

std::string mailbox_mistake(std::string_view text) {
  if (text.empty()) return "is empty";
  const auto at = text.find('@');
  if (at == std::string_view::npos || text.find('@', at + 1) != std::string_view::npos) {
    return "is not a mailbox: local-part@domain, with one @";
  }
  if (text.size() > 254) return "is longer than 254 characters";
  if (at > 64) return "has a local part of more than 64 characters";
  if (!is_local_part(text.substr(0, at))) return "has a local part that is not plain ASCII without spaces and quotes";
  if (const std::string mistake = domain_mistake(text.substr(at + 1)); !mistake.empty()) {
    return "is not a mailbox: the part after the @ " + mistake;
  }
  return {};
}

std::string reverse_path_mistake(std::string_view text) { return text.empty() ? "" : mailbox_mistake(text); }

std::string label_mistake(std::string_view text) {
  if (text.empty()) return "is empty";
  if (text.size() > 128) return "is longer than 128 bytes, the bound of a metric label";
  if (has_control_characters(text)) return "holds control characters";
  return {};
}

std::string username_mistake(std::string_view text) {
  if (text.empty()) return "is empty";
  if (text.size() > 255) return "is longer than 255 bytes";
  if (has_control_characters(text)) return "holds control characters";
  return {};
}

std::string variable_mistake(std::string_view text) {
  const bool well_formed = !text.empty() && only(text, "_") && !kDigits.contains(text.front());
  return well_formed ? "" : "is not the name of an environment variable: letters, digits, underscores";
}

std::string path_mistake(std::string_view text) {
  if (text.empty()) return "is empty";
  if (text.size() > 4095) return "is longer than a path may be";
  if (text.contains('\0')) return "holds a NUL";
  return {};
}

std::optional<HostPort> split_host_port(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, port);
  if (error != std::errc{} || stop != end || port == 0) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (host.empty() || (host.contains(':') && !bracketed)) return std::nullopt;
  return HostPort{std::string(host), port};
}

std::optional<Resolver::Server> parse_server(std::string_view text) {
  Resolver::Server server;
  std::string_view host = text;
  std::string_view port;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    host = text.substr(1, close - 1);
    if (!host.contains(':')) return std::nullopt;  // brackets are for IPv6
    port = text.substr(close + 1);
  } else if (std::ranges::count(text, ':') == 1) {
    host = text.substr(0, text.find(':'));
    port = text.substr(host.size());
  }
  const auto address = IpAddress::parse(host);
  if (!address) return std::nullopt;
  server.address = *address;
  if (port.empty()) return server;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(port.data() + 1, end, server.port);
  if (port.front() != ':' || error != std::errc{} || stop != end || server.port == 0) return std::nullopt;
  return server;
}

}  // namespace mailsonde::config
