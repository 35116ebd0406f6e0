// SPDX-License-Identifier: Apache-2.0
// The grid of endpoints that the rules read, one cell each, and the few words for counting in it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "diagnose/sign.hpp"

namespace mailsonde::diagnose {

// One endpoint as seen from one source. Views into the observations.
struct Cell {
  std::string_view mx;
  std::string_view source;
  std::string_view provider;
  std::string_view party;  // who runs it: the provider, or the target where the provider is not known
  Family family = Family::ipv4;
  std::uint16_t port = 25;
  bool relay = false;
  Sign sign = Sign::works;
  std::size_t failures = 0;  // what it brings toward kLeastFailures, if it failed
  Outcome outcome = Outcome::ok;
  bool others_pass = false;  // the same host takes another source over this family; set by blame_sources
  bool explained = false;    // a wider fault explains its failure: no narrower rule counts it
};

using Grid = std::vector<Cell>;
using Cells = std::vector<Cell*>;  // a part of a Grid, ends with it
using CellGroup = std::span<Cell* const>;

// One cell an endpoint, sorted; observations that name no endpoint or ended in DNS are left out.
[[nodiscard]] Grid make_grid(std::span<const Observation> observations);

// The cells of destinations that no fault explains yet.
[[nodiscard]] Cells open_destinations(Grid& grid);

// Calls visit(CellGroup) for each set of cells with an equal key. Sorts `cells`.
template <typename Key, typename Visit>
void each_group(Cells& cells, Key key, Visit visit) {
  std::ranges::sort(cells, {}, [&](const Cell* cell) { return key(*cell); });
  for (auto first = cells.begin(); first != cells.end();) {
    const auto last = std::find_if(first, cells.end(), [&](const Cell* cell) { return key(*cell) != key(**first); });
    visit(CellGroup(first, last));
    first = last;
  }
}

// The number of distinct values that key(cell) takes over the cells for which wanted(cell) holds.
template <typename Key, typename Wanted>
[[nodiscard]] std::size_t count_distinct(CellGroup cells, Key key, Wanted wanted) {
  std::vector<std::string_view> values;
  for (const Cell* cell : cells)
    if (std::invoke(wanted, *cell)) values.push_back(std::invoke(key, *cell));
  std::ranges::sort(values);
  const auto repeated = std::ranges::unique(values);
  return values.size() - repeated.size();
}

struct Tally {
  std::size_t failed = 0;
  std::size_t passed = 0;
  std::size_t failures = 0;  // of the failed cells, with those in a row

  void fail(const Cell& cell) {
    ++failed;
    failures += cell.failures;
  }
  Tally& operator+=(const Tally& other);
  Tally& operator-=(const Tally& other);  // `other` is a part of this
  [[nodiscard]] std::size_t judged() const { return failed + passed; }
};
[[nodiscard]] bool nearly_all_fail(const Tally& tally);  // and at least one does
[[nodiscard]] bool is_lasting(const Tally& tally);       // that, by kLeastFailures and kLeastInARow
[[nodiscard]] bool rest_works(const Tally& rest);        // at least one cell, and at least half
// Conclusive cells by is_receiver_failure.
[[nodiscard]] Tally tally_of_receivers(CellGroup cells);

void mark_explained(CellGroup cells, bool (*failed)(Sign));

// The parts of a sentence of evidence: "24 of 24"; "connection_timeout" or "mostly connection_timeout" of the outcomes
// of the cells that failed.
[[nodiscard]] std::string share(std::size_t part, std::size_t whole);
[[nodiscard]] std::string usual_outcome(CellGroup cells, bool (*failed)(Sign));
// "1 host", "3 hosts".
[[nodiscard]] std::string counted(std::size_t count, std::string_view noun);

}  // namespace mailsonde::diagnose
