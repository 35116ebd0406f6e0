// SPDX-License-Identifier: Apache-2.0
#include "diagnose/rules.hpp"
#include "diagnose/thresholds.hpp"

namespace mailsonde::diagnose {
namespace {

bool is_unreachable(Sign sign) { return sign == Sign::unreachable; }

// Connects over one family. A failure counts only where the same host answers over the other one: a host that is down
// says nothing about a family, and neither does one that has no address in it.
struct FamilyCase {
  Tally connects;
  Cells compared;  // the failed ones
  std::size_t hosts = 0;

  void add(CellGroup host, Family family);
};

void FamilyCase::add(CellGroup host, Family family) {
  bool other_answers = false;
  for (const Cell* cell : host) other_answers |= cell->family != family && is_reached(cell->sign);
  const std::size_t before = compared.size();
  for (Cell* cell : host) {
    if (cell->family != family) continue;
    if (is_reached(cell->sign)) {
      ++connects.passed;
    } else if (is_unreachable(cell->sign) && other_answers) {
      connects.fail(*cell);
      compared.push_back(cell);
    }
  }
  if (compared.size() > before) ++hosts;
}

void blame(Cells& cells, Family family, Faults& faults) {
  FamilyCase suspect;
  each_group(cells, [](const Cell& cell) { return cell.mx; }, [&](CellGroup host) { suspect.add(host, family); });
  const auto parties = count_distinct(suspect.compared, &Cell::party, [](const Cell&) { return true; });
  if (!is_lasting(suspect.connects) || suspect.hosts < kFamilyLeastHosts || parties < kFamilyLeastParties) return;
  faults.push_back({Scope::ip_family, std::string(to_string(family)),
                    share(suspect.connects.failed, suspect.connects.judged()) + " connects over " +
                        std::string(to_string(family)) + " failed (" + usual_outcome(suspect.compared, is_unreachable) +
                        ") to " + counted(suspect.hosts, "host") + " of " + counted(parties, "independent receiver") +
                        " that answer over the other family"});
  Cells explained = cells;
  std::erase_if(explained, [&](const Cell* cell) { return cell->family != family; });
  mark_explained(explained, is_unreachable);
}

}  // namespace

void blame_families(Grid& grid, Faults& faults) {
  Cells cells = open_destinations(grid);
  blame(cells, Family::ipv4, faults);
  blame(cells, Family::ipv6, faults);
}

}  // namespace mailsonde::diagnose
