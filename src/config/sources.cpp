// SPDX-License-Identifier: Apache-2.0
#include "config/sources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "config/syntax.hpp"

namespace mailsonde::config {
namespace {

// IPv4 inside IPv6 is bound to a socket of the wrong kind, and a link-local address is none without its interface.
bool is_mapped_or_link_local(const IpAddress& address) {
  constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  const auto bytes = address.bytes();
  if (address.family() == Family::ipv4) return bytes[0] == 169 && bytes[1] == 254;
  const bool is_link_local = bytes[0] == 0xfe && (bytes[1] & 0xc0U) == 0x80U;
  return is_link_local || std::ranges::equal(bytes.first(12), kMapped);
}

std::string address_mistake(std::string_view text, Family wanted) {
  const auto address = IpAddress::parse(text);
  const std::string example = wanted == Family::ipv4 ? "\"192.0.2.10\"" : "\"2001:db8::10\"";
  if (!address) return fmt::format("is not an address such as {}", example);
  if (address->family() != wanted) {
    const auto other = wanted == Family::ipv4 ? Family::ipv6 : Family::ipv4;
    return fmt::format("is of the other family: write it as {}, and here one such as {}", to_string(other), example);
  }
  if (reach_of(*address) == Reach::never || is_mapped_or_link_local(*address)) {
    return fmt::format("is no address that mail can leave from; write one of this host's such as {}", example);
  }
  return {};
}

std::string ipv4_mistake(std::string_view text) { return address_mistake(text, Family::ipv4); }
std::string ipv6_mistake(std::string_view text) { return address_mistake(text, Family::ipv6); }

std::string name_mistake(std::string_view text) {
  if (text == kDefaultSource) return "is the name of the system's own choice; give the source another name";
  return label_mistake(text);
}

std::optional<IpAddress> read_address(Table& table, std::string_view key, Check check) {
  const auto text = table.text(key, check);
  return text ? IpAddress::parse(*text) : std::nullopt;
}

Source read_source(Table& table) {
  constexpr std::array<std::string_view, 2> kAddresses{"ipv4", "ipv6"};
  Source source;
  table.require("name");
  source.name = table.text("name", name_mistake).value_or("");
  source.ipv4 = read_address(table, "ipv4", ipv4_mistake);
  source.ipv6 = read_address(table, "ipv6", ipv6_mistake);
  table.require_one_of(kAddresses);
  source.helo = table.text("helo", helo_mistake).value_or("");
  table.finish();
  return source;
}

const std::shared_ptr<const Source>* find_source(const Sources& known, std::string_view name) {
  if (name == kDefaultSource) return &default_source();
  const auto found = std::ranges::find(known, name, [](const auto& source) { return std::string_view(source->name); });
  return found == known.end() ? nullptr : &*found;
}

std::string unknown_source(const Sources& known, std::string_view name) {
  std::vector<std::string_view> names{kDefaultSource};
  for (const auto& source : known) names.push_back(source->name);
  return unknown_word(name, "source", names);
}

}  // namespace

Sources read_sources(Table& root, Problems& problems) {
  Sources sources;
  std::unordered_map<std::string, Position> first_uses;
  for (Table& table : root.tables("sources")) {
    Source source = read_source(table);
    if (problems.full()) break;
    if (source.name.empty()) continue;  // told already
    const Position at = table.position("name");
    const auto [first, is_new] = first_uses.try_emplace(source.name, at);
    if (is_new) {
      sources.push_back(std::make_shared<const Source>(std::move(source)));
    } else {
      problems.add(at, fmt::format("name: {} is already the name of the source at {}; give one of them another name",
                                   in_quotes(source.name), problems.reference(first->second)));
    }
  }
  return sources;
}

std::optional<Sources> read_source_list(Table& table, const Sources& known, Problems& problems) {
  Sources chosen;
  for (const Table::Item& item : table.texts("sources").value_or(std::vector<Table::Item>{})) {
    const auto* const source = find_source(known, item.value);
    if (source == nullptr) {
      problems.add(item.at, "sources: " + unknown_source(known, item.value));
    } else if (std::ranges::find(chosen, *source) != chosen.end()) {
      problems.add(item.at, fmt::format("sources: {} stands there twice", in_quotes(item.value)));
    } else {
      chosen.push_back(*source);
    }
  }
  if (chosen.empty()) return std::nullopt;
  return chosen;
}

}  // namespace mailsonde::config
