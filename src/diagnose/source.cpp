// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "diagnose/rules.hpp"
#include "diagnose/thresholds.hpp"

namespace mailsonde::diagnose {
namespace {

// Why one outbound address (a source in one family) is suspected; empty if it is not.
using Suspicion = std::string;

// A failure speaks against a source only where the same host, over the same family, takes another one.
void find_contrasts(Cells& cells) {
  each_group(
      cells, [](const Cell& cell) { return std::tie(cell.mx, cell.family, cell.port); },
      [](CellGroup host) {
        const bool works = std::ranges::any_of(host, [](const Cell* cell) { return cell->sign == Sign::works; });
        for (Cell* cell : host) cell->others_pass = works;
      });
}

bool is_contrasted(const Cell& cell) { return cell.others_pass && is_source_failure(cell.sign); }

Tally tally_contrasts(CellGroup cells) {
  Tally tally;
  for (const Cell* cell : cells) {
    if (is_contrasted(*cell)) {
      tally.fail(*cell);
    } else if (cell->sign == Sign::works) {
      ++tally.passed;
    }
  }
  return tally;
}

// Receivers that say themselves that it is the address; needs no other source to compare with.
Tally tally_listings(CellGroup cells) {
  Tally tally;
  for (const Cell* cell : cells) {
    if (cell->sign == Sign::listed) {
      tally.fail(*cell);
    } else if (is_conclusive(cell->sign)) {
      ++tally.passed;
    }
  }
  return tally;
}

Tally tally_unsent(CellGroup cells) {
  Tally tally;
  for (const Cell* cell : cells) {
    if (cell->sign == Sign::unsent) {
      tally.fail(*cell);
    } else {
      ++tally.passed;
    }
  }
  return tally;
}

void explain(CellGroup cells) {
  for (Cell* cell : cells)
    if (is_contrasted(*cell) || cell->sign == Sign::listed) cell->explained = true;
}

// The address is not there any more: its probes never leave while those of others do.
Suspicion suspect_missing(CellGroup address, const Tally& everywhere) {
  const Tally own = tally_unsent(address);
  Tally rest = everywhere;
  rest -= own;
  if (!is_lasting(own) || !rest_works(rest)) return {};
  return share(own.failed, own.judged()) + " probes could not leave this host, " + share(rest.passed, rest.judged()) +
         " from other addresses did";
}

// Nearly every host that takes others refuses, drops or never hears this address.
Suspicion suspect_dead(CellGroup address) {
  const Tally tally = tally_contrasts(address);
  if (!is_lasting(tally)) return {};
  explain(address);
  return share(tally.failed, tally.judged()) + " endpoints that take other sources fail (" +
         usual_outcome(address, is_source_failure) + ")";
}

// Some receivers take others and not this address, or several say that they refuse it for what it is.
Suspicion suspect_refused(CellGroup address) {
  Cells cells(address.begin(), address.end());
  Cells refusing;
  std::size_t parties = 0;
  std::size_t contrasting = 0;
  std::size_t listing = 0;
  each_group(
      cells, [](const Cell& cell) { return cell.party; },
      [&](CellGroup party) {
        ++parties;
        const bool takes_others = is_lasting(tally_contrasts(party));
        const bool lists = is_lasting(tally_listings(party));
        if (!takes_others && !lists) return;
        ++(takes_others ? contrasting : listing);
        refusing.insert(refusing.end(), party.begin(), party.end());
      });
  if (contrasting == 0 && listing < kListedLeastParties) return {};
  explain(refusing);
  return share(contrasting + listing, parties) + " independent receivers refuse it (" +
         usual_outcome(refusing, is_source_failure) + ")" +
         (contrasting > 0 ? ", " + std::to_string(contrasting) + " of them take other sources" : "");
}

}  // namespace

void blame_sources(Grid& grid, Faults& faults) {
  Cells cells = open_destinations(grid);
  find_contrasts(cells);
  const Tally everywhere = tally_unsent(cells);
  std::map<std::string_view, std::string> evidence;  // of a source, over both its families
  each_group(
      cells, [](const Cell& cell) { return std::tie(cell.source, cell.family); },
      [&](CellGroup address) {
        Suspicion why = suspect_missing(address, everywhere);
        if (why.empty()) why = suspect_dead(address);
        if (why.empty()) why = suspect_refused(address);
        if (why.empty()) return;
        const Cell& any = *address.front();
        std::string& text = evidence[any.source];
        text += (text.empty() ? "over " : "; over ") + std::string(to_string(any.family)) + " " + why;
      });
  for (auto& [source, text] : evidence) faults.push_back({Scope::source, std::string(source), std::move(text)});
}

}  // namespace mailsonde::diagnose
