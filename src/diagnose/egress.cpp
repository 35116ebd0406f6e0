// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "diagnose/rules.hpp"
#include "diagnose/thresholds.hpp"

namespace mailsonde::diagnose {
namespace {

constexpr std::uint16_t kSmtpPort = 25;

// What besides port 25 tells about the network. A relay on port 25 tells nothing: it may stand on our side of the
// block.
struct Witnesses {
  std::size_t relays = 0;
  std::size_t relays_reached = 0;
  std::size_t resolvers_answering = 0;
  std::size_t resolvers_broken = 0;

  [[nodiscard]] bool network_is_up() const { return relays_reached > 0 || resolvers_answering > 0; }
  [[nodiscard]] bool network_is_down() const { return !network_is_up() && (relays > 0 || resolvers_broken > 0); }
};

Witnesses hear_witnesses(const Grid& grid, Resolvers resolvers) {
  Witnesses heard;
  for (const Cell& cell : grid) {
    if (!cell.relay || cell.port == kSmtpPort || cell.sign == Sign::unsent) continue;
    ++heard.relays;
    if (is_reached(cell.sign)) ++heard.relays_reached;
  }
  for (const ResolverObservation& resolver : resolvers) {
    if (is_answering(resolver)) ++heard.resolvers_answering;
    if (is_broken(resolver)) ++heard.resolvers_broken;
  }
  return heard;
}

std::string describe(const Tally& connects, std::size_t parties, CellGroup cells, const Witnesses& heard) {
  const bool up = heard.network_is_up();
  std::string text = share(connects.failed, connects.judged()) + " connects to port 25 of " +
                     counted(parties, "independent receiver") + " failed (" +
                     usual_outcome(cells, [](Sign sign) { return sign == Sign::unreachable; }) + ")";
  if (heard.relays > 0) text += ", " + share(heard.relays_reached, heard.relays) + " relays on other ports answer";
  if (up && heard.resolvers_answering > 0) text += ", " + counted(heard.resolvers_answering, "resolver") + " answering";
  if (!up) text += ", no resolver answers";
  return text;
}

}  // namespace

std::optional<Fault> blame_egress(Grid& grid, Resolvers resolvers) {
  Cells cells = open_destinations(grid);
  std::erase_if(cells, [](const Cell* cell) { return cell->port != kSmtpPort || cell->sign == Sign::unsent; });
  Tally connects;
  for (const Cell* cell : cells) {
    if (is_reached(cell->sign)) {
      ++connects.passed;
    } else {
      connects.fail(*cell);
    }
  }
  const auto parties = count_distinct(cells, &Cell::party, [](const Cell& cell) { return !is_reached(cell.sign); });
  if (!nearly_all_fail(connects) || parties < kEgressLeastParties) return std::nullopt;
  const Witnesses heard = hear_witnesses(grid, resolvers);
  if (!heard.network_is_up() && !heard.network_is_down()) return std::nullopt;
  const auto subject = heard.network_is_up() ? kPort25 : kNetwork;
  return Fault{Scope::egress, std::string(subject), describe(connects, parties, cells, heard)};
}

}  // namespace mailsonde::diagnose
