// SPDX-License-Identifier: Apache-2.0
#include "diagnose/rules.hpp"
#include "diagnose/thresholds.hpp"

namespace mailsonde::diagnose {
namespace {

Tally tally_throttles(CellGroup cells) {
  Tally tally;
  for (const Cell* cell : cells) {
    if (cell->sign == Sign::throttled) {
      tally.fail(*cell);
    } else if (cell->sign != Sign::unsent) {
      ++tally.passed;
    }
  }
  return tally;
}

bool throttles_us(const Tally& tally) {
  return tally.failures >= kLeastFailures && tally.failed * 100 >= tally.judged() * kProberLeastPercent;
}

}  // namespace

void blame_prober(Grid& grid, Faults& faults) {
  Cells cells;  // relays too: our own server may throttle us as well
  for (Cell& cell : grid) cells.push_back(&cell);
  Faults found;
  std::size_t parties = 0;
  each_group(
      cells, [](const Cell& cell) { return cell.party; },
      [&](CellGroup group) {
        ++parties;
        const Tally tally = tally_throttles(group);
        if (!throttles_us(tally)) return;
        found.push_back({Scope::prober, std::string(group.front()->party),
                         share(tally.failed, tally.judged()) + " endpoints throttle our probing"});
      });
  if (found.size() >= kProberLeastParties && found.size() * 2 >= parties)
    found = {{Scope::prober, std::string(kEverywhere),
              share(found.size(), parties) + " independent receivers throttle our probing"}};
  faults.insert(faults.end(), found.begin(), found.end());
}

}  // namespace mailsonde::diagnose
