// SPDX-License-Identifier: Apache-2.0
// The two scopes on the receiver's side: a whole provider, and one MX host.
#include <array>
#include <cstddef>

#include "diagnose/rules.hpp"
#include "diagnose/thresholds.hpp"

namespace mailsonde::diagnose {
namespace {

bool is_provider_down(CellGroup cells, const Tally& own, const Tally& rest) {
  const auto hosts = count_distinct(cells, &Cell::mx, [](const Cell& cell) { return is_receiver_failure(cell.sign); });
  return is_lasting(own) && hosts >= kProviderLeastHosts && rest_works(rest);
}

std::string describe(CellGroup cells, const Tally& own, const Tally& rest) {
  return share(own.failed, own.judged()) + " endpoints fail (" + usual_outcome(cells, is_receiver_failure) + "), " +
         share(rest.passed, rest.judged()) + " elsewhere pass";
}

// Both families by Family's value.
using ByFamily = std::array<Tally, 2>;

ByFamily tally_by_family(CellGroup cells) {
  ByFamily tallies;
  for (Cell* const& cell : cells) tallies[static_cast<std::size_t>(cell->family)] += tally_of_receivers({&cell, 1});
  return tallies;
}

// A host over one family is blamed only if that family works elsewhere; else it is the family that nobody can reach.
std::string suspect_host(CellGroup cells, const ByFamily& everywhere) {
  const ByFamily own = tally_by_family(cells);
  Tally failing;
  Tally rest;
  std::string_view only;
  std::size_t families = 0;
  for (const Family family : {Family::ipv4, Family::ipv6}) {
    const Tally& part = own[static_cast<std::size_t>(family)];
    Tally others = everywhere[static_cast<std::size_t>(family)];
    others -= part;
    if (!nearly_all_fail(part) || !rest_works(others)) continue;
    failing += part;
    rest += others;
    only = to_string(family);
    ++families;
  }
  if (!is_lasting(failing)) return {};
  return (families == 1 ? "over " + std::string(only) + " " : std::string()) + describe(cells, failing, rest);
}

}  // namespace

void blame_providers(Grid& grid, Faults& faults) {
  Cells cells = open_destinations(grid);
  const Tally everywhere = tally_of_receivers(cells);
  Cells explained;
  each_group(
      cells, [](const Cell& cell) { return cell.provider; },
      [&](CellGroup group) {
        if (group.front()->provider == "other") return;  // no one operator
        const Tally own = tally_of_receivers(group);
        Tally rest = everywhere;
        rest -= own;
        if (!is_provider_down(group, own, rest)) return;
        faults.push_back({Scope::provider, std::string(group.front()->provider), describe(group, own, rest)});
        explained.insert(explained.end(), group.begin(), group.end());
      });
  mark_explained(explained, is_receiver_failure);
}

void blame_mx_hosts(Grid& grid, Faults& faults) {
  Cells cells = open_destinations(grid);
  const ByFamily everywhere = tally_by_family(cells);
  each_group(
      cells, [](const Cell& cell) { return cell.mx; },
      [&](CellGroup group) {
        std::string evidence = suspect_host(group, everywhere);
        if (!evidence.empty()) faults.push_back({Scope::mx_host, std::string(group.front()->mx), std::move(evidence)});
      });
}

}  // namespace mailsonde::diagnose
