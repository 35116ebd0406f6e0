// SPDX-License-Identifier: Apache-2.0
#include "diagnose/grid.hpp"

#include <array>

#include "diagnose/thresholds.hpp"

namespace mailsonde::diagnose {
namespace {

auto endpoint_of(const Cell& cell) { return std::tie(cell.relay, cell.mx, cell.family, cell.port, cell.source); }

Cell cell_of(const Observation& seen, Sign sign) {
  const bool known = !seen.relay && seen.provider != "other" && !seen.provider.empty();
  return {.mx = seen.mx,
          .source = seen.source,
          .provider = known ? std::string_view(seen.provider) : "other",
          .party = known ? seen.provider : seen.target,
          .family = seen.family,
          .port = seen.port,
          .relay = seen.relay,
          .sign = sign,
          .failures = std::clamp<std::size_t>(seen.in_a_row, 1, kFailuresCap),
          .outcome = seen.outcome};
}

}  // namespace

Grid make_grid(std::span<const Observation> observations) {
  Grid grid;
  grid.reserve(observations.size());
  for (const Observation& seen : observations) {
    const auto sign = sign_of(seen);
    if (sign && !seen.mx.empty()) grid.push_back(cell_of(seen, *sign));
  }
  // Every field that a rule reads takes part, so that the order of the observations cannot show.
  std::ranges::sort(grid, {}, [](const Cell& cell) {
    return std::tuple_cat(endpoint_of(cell),
                          std::tie(cell.sign, cell.failures, cell.outcome, cell.provider, cell.party));
  });
  const auto repeated = std::ranges::unique(grid, {}, endpoint_of);
  grid.erase(repeated.begin(), repeated.end());
  return grid;
}

Cells open_destinations(Grid& grid) {
  Cells cells;
  for (Cell& cell : grid)
    if (!cell.relay && !cell.explained) cells.push_back(&cell);
  return cells;
}

Tally& Tally::operator+=(const Tally& other) {
  failed += other.failed;
  passed += other.passed;
  failures += other.failures;
  return *this;
}

Tally& Tally::operator-=(const Tally& other) {
  failed -= other.failed;
  passed -= other.passed;
  failures -= other.failures;
  return *this;
}

bool nearly_all_fail(const Tally& tally) {
  return tally.failed > 0 && tally.failed * 100 >= tally.judged() * kNearlyAllPercent;
}

bool is_lasting(const Tally& tally) {
  return nearly_all_fail(tally) && tally.failures >= kLeastFailures && tally.failures >= tally.failed * kLeastInARow;
}

bool rest_works(const Tally& rest) { return rest.passed > 0 && rest.passed * 100 >= rest.judged() * kRestWorksPercent; }

Tally tally_of_receivers(CellGroup cells) {
  Tally tally;
  for (const Cell* cell : cells) {
    if (cell->explained || !is_conclusive(cell->sign)) continue;
    if (is_receiver_failure(cell->sign)) {
      tally.fail(*cell);
    } else {
      ++tally.passed;
    }
  }
  return tally;
}

void mark_explained(CellGroup cells, bool (*failed)(Sign)) {
  for (Cell* cell : cells)
    if (failed(cell->sign)) cell->explained = true;
}

std::string share(std::size_t part, std::size_t whole) { return std::to_string(part) + " of " + std::to_string(whole); }

std::string usual_outcome(CellGroup cells, bool (*failed)(Sign)) {
  std::array<std::size_t, kOutcomeCount> counts{};
  std::size_t total = 0;
  for (const Cell* cell : cells) {
    if (!failed(cell->sign)) continue;
    ++counts[static_cast<std::size_t>(cell->outcome)];
    ++total;
  }
  const auto most = std::ranges::max_element(counts);
  const auto name = to_string(static_cast<Outcome>(most - counts.begin()));
  return (*most == total ? "" : "mostly ") + std::string(name);
}

std::string counted(std::size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace mailsonde::diagnose
