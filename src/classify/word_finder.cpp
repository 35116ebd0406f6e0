// SPDX-License-Identifier: Apache-2.0
#include "classify/word_finder.hpp"

#include <algorithm>

namespace mailsonde::classify {
namespace {

constexpr std::uint32_t kBitsColumn = 0;
constexpr std::uint8_t kOtherBytes = 1;  // those in no word: they lead back to the first row
constexpr std::uint32_t kFirstRow = 0;

// In a cell that leads to a row with bits: most have none, and need not be read for them.
constexpr std::uint32_t kHasBits = std::uint32_t{1} << 31;
constexpr std::uint32_t row_of(std::uint32_t cell) { return cell & ~kHasBits; }

// Of Latin-1: RE2 ignores the case of its accented letters, too. 0xd7 is the multiplication sign.
std::uint8_t lower(char c) {
  const auto byte = static_cast<std::uint8_t>(c);
  const bool upper = (byte >= 'A' && byte <= 'Z') || (byte >= 0xc0 && byte <= 0xde && byte != 0xd7);
  return upper ? byte | 0x20 : byte;
}

}  // namespace

WordFinder::WordFinder(std::span<const MarkedWord> words) : bits_(1) {
  number_columns(words);
  table_.resize(columns_);
  link(add(words));
}

// Replies have few letters: rows are a fifth of 256 numbers.
void WordFinder::number_columns(std::span<const MarkedWord> words) {
  column_of_.fill(kOtherBytes);
  std::uint8_t last = kOtherBytes;
  for (const MarkedWord& word : words) {
    for (const char c : word.word) {
      std::uint8_t& column = column_of_[lower(c)];
      if (column == kOtherBytes) column = ++last;
    }
  }
  columns_ = last + 1U;
  for (int byte = 0; byte < 256; ++byte) {
    column_of_[static_cast<std::size_t>(byte)] = column_of_[lower(static_cast<char>(byte))];
  }
}

// Letter by letter: the rows of beginnings, which texts visit most, are close together, and short before long.
std::vector<WordFinder::Mark> WordFinder::add(std::span<const MarkedWord> words) {
  std::vector<Mark> marks;
  std::vector<std::uint32_t> reached(words.size(), kFirstRow);
  bool is_more = true;
  for (std::size_t letter = 0; is_more; ++letter) {
    is_more = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
      const std::string& word = words[i].word;
      if (letter == word.size()) marks.push_back({.row = reached[i], .bit = words[i].bit});
      if (letter >= word.size()) continue;
      reached[i] = row_after(reached[i], word[letter]);
      is_more = true;
    }
  }
  std::ranges::sort(marks, {}, &Mark::row);
  return marks;
}

std::uint32_t WordFinder::row_after(std::uint32_t row, char c) {
  const std::size_t cell = row + column_of_[lower(c)];
  if (table_[cell] == kFirstRow) {
    table_[cell] = static_cast<std::uint32_t>(table_.size());
    table_.resize(table_.size() + columns_);
  }
  return table_[cell];
}

// Row by row, short before long.
void WordFinder::link(std::span<const Mark> marks) {
  std::vector<Link> links{{.row = kFirstRow, .end = kFirstRow}};
  for (std::size_t i = 0; i < links.size(); ++i) link_after(links[i], marks, links);
}

// What was read may have no word that goes on as the text does; then its longest end counts that begins a word, which
// is shorter and so has all its cells already. Words that are ends of others are found with them.
void WordFinder::link_after(Link read, std::span<const Mark> marks, std::vector<Link>& links) {
  std::uint32_t* const cells = table_.data() + read.row;
  const std::uint32_t* const cells_of_end = table_.data() + read.end;
  for (std::size_t column = kOtherBytes, columns = columns_; column < columns; ++column) {
    if (cells[column] == kFirstRow) {
      cells[column] = cells_of_end[column];
      continue;
    }
    const Link next{.row = cells[column], .end = read.row == kFirstRow ? kFirstRow : row_of(cells_of_end[column])};
    list_bits(next, marks);
    if (table_[next.row + kBitsColumn] != 0) cells[column] |= kHasBits;
    links.push_back(next);
  }
}

// The row's own and those of its end; without own ones, it shares those of its end.
void WordFinder::list_bits(Link read, std::span<const Mark> marks) {
  const std::uint32_t list_of_end = table_[read.end + kBitsColumn];
  const auto own = std::ranges::equal_range(marks, read.row, {}, &Mark::row);
  if (own.empty()) {
    table_[read.row + kBitsColumn] = list_of_end;
    return;
  }
  table_[read.row + kBitsColumn] = static_cast<std::uint32_t>(bits_.size());
  const std::uint32_t bits_of_end = bits_[list_of_end];
  bits_.push_back(static_cast<std::uint32_t>(own.size()) + bits_of_end);
  for (const Mark& mark : own) bits_.push_back(mark.bit);
  for (std::uint32_t i = 1; i <= bits_of_end; ++i) bits_.push_back(bits_[list_of_end + i]);
}

void WordFinder::find(std::string_view text, Bits& found) const {
  const std::uint32_t* const table = table_.data();
  std::uint32_t row = kFirstRow;
  for (const char c : text) {
    const std::uint32_t cell = table[row + column_of_[static_cast<std::uint8_t>(c)]];
    row = row_of(cell);
    if (cell == row) continue;
    const std::uint32_t* const list = bits_.data() + table[row + kBitsColumn];
    for (const std::uint32_t bit : std::span(list + 1, *list)) found[bit / 64] |= std::uint64_t{1} << (bit % 64);
  }
}

}  // namespace mailsonde::classify
