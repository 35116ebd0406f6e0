// SPDX-License-Identifier: Apache-2.0
#include "schedule/share.hpp"

#include <charconv>
#include <optional>

#include "base/address.hpp"
#include "base/fingerprint.hpp"
#include "base/text.hpp"

namespace mailsonde::schedule {
namespace {

std::optional<std::size_t> number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

Result<Share> Share::parse(std::string_view text) {
  const auto pieces = split(text, '/');
  const auto index = number(pieces.front());
  const auto count = pieces.size() == 2 ? number(pieces.back()) : std::nullopt;
  const auto refuse = [text](const std::string& why) { return fail('"' + printable(text, 40) + "\": " + why); };
  if (!index || !count) return refuse("a share is written i/n; of three there are 0/3, 1/3 and 2/3");
  if (*count < 1 || *count > kMostShares) return refuse("there can be 1 to " + std::to_string(kMostShares) + " shares");
  if (*index >= *count) return refuse("the first share is 0/n, the last (n-1)/n");
  return Share{*index, *count};
}

bool Share::holds(std::string_view name) const { return fingerprint_of(name) % count == index; }

// hash % (count * parts) is index + count * which for one `which` exactly when hash % count is index.
Share Share::part(std::size_t which, std::size_t parts) const { return {index + count * which, count * parts}; }

std::string dealt_as(std::string_view provider, std::string_view mx) {
  if (provider != "other") return std::string(provider);
  const auto dot = mx.find('.');
  const bool has_domain = dot != std::string_view::npos && mx.find('.', dot + 1) != std::string_view::npos;
  if (!has_domain || IpAddress::parse(mx)) return std::string(mx);
  return std::string(mx.substr(dot + 1));
}

}  // namespace mailsonde::schedule
