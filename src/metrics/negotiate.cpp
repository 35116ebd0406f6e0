// SPDX-License-Identifier: Apache-2.0
#include "metrics/negotiate.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/text.hpp"

namespace mailsonde::metrics {
namespace {

// One element of the list: "text/plain;version=0.0.4;q=0.5".
struct Offer {
  std::string value;    // lower case
  std::string version;  // of the parameter; empty if missing
  int thousandths = 1000;
};

// RFC 9110 section 12.4.2: 0 or 1 with at most three decimals, as thousandths.
std::optional<int> parse_quality(std::string_view text) {
  if (text.empty() || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  int value = (text[0] - '0') * 1000;
  if (text.size() == 1) return value;
  if (text[1] != '.' || text.size() > 5) return std::nullopt;
  int weight = 100;
  for (const char c : text.substr(2)) {
    if (c < '0' || c > '9') return std::nullopt;
    value += (c - '0') * weight;
    weight /= 10;
  }
  return value <= 1000 ? std::optional(value) : std::nullopt;
}

std::string_view unquoted(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') return text.substr(1, text.size() - 2);
  return text;
}

std::optional<Offer> parse_offer(std::string_view text) {
  Offer offer;
  bool first = true;
  for (const std::string_view piece : split(text, ';')) {
    const std::string_view part = trim(piece);
    if (first) {
      offer.value = to_lower(part);
      first = false;
      continue;
    }
    const auto equals = part.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string name = to_lower(trim(part.substr(0, equals)));
    const std::string_view value = unquoted(trim(part.substr(equals + 1)));
    if (name == "version") offer.version = value;
    if (name != "q") continue;
    const auto quality = parse_quality(value);
    if (!quality) return std::nullopt;
    offer.thousandths = *quality;
  }
  return offer.value.empty() ? std::nullopt : std::optional(offer);
}

// Nothing if any element is malformed. Empty elements are allowed (RFC 9110 section 5.6.1.2).
std::optional<std::vector<Offer>> parse_list(std::string_view header) {
  std::vector<Offer> offers;
  for (const std::string_view element : split(header, ',')) {
    if (trim(element).empty()) continue;
    const auto offer = parse_offer(element);
    if (!offer) return std::nullopt;
    offers.push_back(*offer);
  }
  return offers;
}

bool is_openmetrics_1(const Offer& offer) {
  return offer.value == "application/openmetrics-text" && offer.version == "1.0.0";
}

bool is_wildcard(const Offer& offer) { return offer.value.find('*') != std::string::npos; }

}  // namespace

Format negotiate_format(std::string_view accept) {
  const auto offers = parse_list(accept);
  if (!offers) return Format::text;
  const bool all_types =
      std::ranges::all_of(*offers, [](const Offer& o) { return o.value.find('/') != std::string::npos; });
  if (!all_types) return Format::text;
  // With equal q the first one wins, but a type that is named goes before a wildcard.
  const Offer* best = nullptr;
  for (const Offer& offer : *offers) {
    const bool known = is_openmetrics_1(offer) || is_wildcard(offer) || offer.value == "text/plain" ||
                       offer.value == "application/openmetrics-text";
    if (!known || offer.thousandths == 0) continue;
    const bool better = best == nullptr || offer.thousandths > best->thousandths ||
                        (offer.thousandths == best->thousandths && is_wildcard(*best) && !is_wildcard(offer));
    if (better) best = &offer;
  }
  return best != nullptr && is_openmetrics_1(*best) ? Format::openmetrics : Format::text;
}

bool allows_gzip(std::string_view accept_encoding) {
  const auto offers = parse_list(accept_encoding);
  if (!offers) return false;
  bool by_wildcard = false;
  for (const Offer& offer : *offers) {
    if (offer.value == "gzip" || offer.value == "x-gzip") return offer.thousandths > 0;
    if (offer.value == "*") by_wildcard = offer.thousandths > 0;
  }
  return by_wildcard;
}

}  // namespace mailsonde::metrics
