// SPDX-License-Identifier: Apache-2.0
#include "reference.hpp"

#include <doctest/doctest.h>

#include <string_view>

#include "base/text.hpp"

namespace mailsonde::config {
namespace {

constexpr std::size_t kColumns = 5;

// "| a | b |" is {"a", "b"}.
std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells;
  auto pieces = split(line, '|');
  for (std::size_t i = 1; i + 1 < pieces.size(); ++i) cells.emplace_back(trim(pieces[i]));
  return cells;
}

// "## `[prober]`" is "[prober]"; empty for other headings.
std::string header_in(std::string_view heading) {
  const auto begin = heading.find(" `[");
  return begin == std::string_view::npos || !heading.ends_with("]`")
             ? ""
             : std::string(heading.substr(begin + 2, heading.size() - begin - 3));
}

}  // namespace

std::vector<DocumentedSection> documented_sections(const std::string& page) {
  std::vector<DocumentedSection> sections;
  std::string header;
  bool in_table = false;
  for (const std::string_view line : split(page, '\n')) {
    if (line.starts_with("#")) header = header_in(line);
    if (line.starts_with("| key | type | default | example | what it ")) {
      CAPTURE(line);
      CHECK_MESSAGE(!header.empty(), "a table of keys under a heading that is no header");
      sections.push_back({header, {}});
      in_table = true;
    } else if (!line.starts_with("|")) {
      in_table = false;
    } else if (in_table && !line.starts_with("| ---")) {
      const auto cells = cells_of(line);
      CAPTURE(line);
      REQUIRE(cells.size() == kColumns);
      for (const std::string& cell : cells) CHECK_FALSE(cell.empty());
      const auto key = quoted(cells[0]);
      REQUIRE(key.size() == 1);
      sections.back().keys.push_back({key.front(), cells[1], cells[2], cells[3], cells[4]});
    }
  }
  return sections;
}

std::vector<std::string> quoted(const std::string& cell) {
  const auto pieces = split(cell, '`');
  std::vector<std::string> result;
  for (std::size_t i = 1; i + 1 < pieces.size(); i += 2) result.emplace_back(pieces[i]);
  return result;
}

}  // namespace mailsonde::config
