// SPDX-License-Identifier: Apache-2.0
#include "identity/finding.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace mailsonde::identity {
namespace {

constexpr std::size_t kMostShown = 4;  // addresses or names in a sentence

std::string shown(std::vector<std::string> items) {
  const std::size_t all = items.size();
  items.resize(std::min(all, kMostShown));
  std::string text = join(items, ", ");
  if (all > kMostShown) text += fmt::format(" and {} more", all - kMostShown);
  return text;
}

std::string shown(const std::vector<IpAddress>& addresses) {
  std::vector<std::string> texts;
  texts.reserve(addresses.size());
  for (const IpAddress& address : addresses) texts.push_back(address.to_string());
  return shown(std::move(texts));
}

std::string without_final_dot(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return to_lower(name);
}

std::string could_not_look_up(dns::RrType type, std::string_view name, const dns::Lookup& lookup) {
  return fmt::format("the look-up of {} {} failed: {}", name, to_string(type),
                     lookup.detail.empty() ? to_string(lookup.status) : std::string_view(lookup.detail));
}

Finding judge_literal(const IpAddress& literal, const Claim& claim) {
  const std::string address = claim.address.to_string();
  if (literal == claim.address) return {Verdict::ok, fmt::format("{} is the address itself", claim.helo)};
  return {Verdict::failed,
          fmt::format("{} is not {}: set the HELO of the source to its own address, or better to a name", claim.helo,
                      address)};
}

}  // namespace

std::string_view to_string(Check check) { return check == Check::helo ? "helo" : "ptr"; }

std::string_view to_string(Verdict verdict) {
  constexpr std::array<std::string_view, 3> kNames{"ok", "failed", "unknown"};
  return kNames[static_cast<std::size_t>(verdict)];
}

dns::RrType type_of(Family family) { return family == Family::ipv4 ? dns::RrType::a : dns::RrType::aaaa; }

bool leads_to(const dns::Lookup& forward, const IpAddress& address) {
  return std::ranges::find(forward.addresses, address) != forward.addresses.end();
}

Finding judge_helo(const Claim& claim, const dns::Lookup& forward) {
  if (const auto literal = IpAddress::parse_literal(claim.helo)) return judge_literal(*literal, claim);
  const std::string address = claim.address.to_string();
  const dns::RrType type = type_of(claim.address.family());
  if (leads_to(forward, claim.address)) {
    return {Verdict::ok, fmt::format("{} resolves to {}", claim.helo, address)};
  }
  if (is_failure(forward.status)) return {Verdict::unknown, could_not_look_up(type, claim.helo, forward)};
  std::string wrong = fmt::format("{} resolves to {}, not to {}", claim.helo, shown(forward.addresses), address);
  if (forward.status == dns::Status::nx_domain) wrong = fmt::format("{} does not exist", claim.helo);
  if (forward.status == dns::Status::no_data) wrong = fmt::format("{} has no {} record", claim.helo, to_string(type));
  return {Verdict::failed, fmt::format("{}: publish {} {} {}, or set the source's helo to a name that has it", wrong,
                                       claim.helo, to_string(type), address)};
}

std::vector<std::string> names_to_confirm(const Claim& claim, const dns::Lookup& ptr) {
  std::vector<std::string> names = ptr.hosts;
  std::ranges::sort(names);
  const auto repeated = std::ranges::unique(names);
  names.erase(repeated.begin(), repeated.end());
  const auto own = std::ranges::find(names, without_final_dot(claim.helo));
  if (own != names.end()) std::rotate(names.begin(), own, own + 1);
  names.resize(std::min(names.size(), kMostPtrNames));
  return names;
}

Finding judge_ptr(const Claim& claim, const dns::Lookup& ptr, std::span<const Named> names) {
  const std::string address = claim.address.to_string();
  if (is_failure(ptr.status)) return {Verdict::unknown, could_not_look_up(dns::RrType::ptr, address, ptr)};
  if (names.empty()) {
    return {Verdict::failed, fmt::format("{} has no PTR record: have one published by whoever provides the address, "
                                         "best with the HELO name {}",
                                         address, claim.helo)};
  }
  if (const Named& last = names.back(); leads_to(last.forward, claim.address)) {
    const bool is_helo = last.name == without_final_dot(claim.helo);
    return {Verdict::ok, fmt::format("{} leads to {} and back{}", address, last.name,
                                     is_helo ? "" : fmt::format("; the HELO name {} would be better", claim.helo))};
  }
  const auto failure = std::ranges::find_if(names, [](const Named& one) { return is_failure(one.forward.status); });
  if (failure != names.end()) {
    return {Verdict::unknown, could_not_look_up(type_of(claim.address.family()), failure->name, failure->forward)};
  }
  std::vector<std::string> texts;
  for (const Named& one : names) texts.push_back(one.name);
  return {Verdict::failed,
          fmt::format("{} leads to {}, which does not lead back: publish its {} record, or another PTR", address,
                      shown(std::move(texts)), to_string(type_of(claim.address.family())))};
}

}  // namespace mailsonde::identity
