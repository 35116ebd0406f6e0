// SPDX-License-Identifier: Apache-2.0
#include "classify/word_finder.hpp"

#include <algorithm>
#include <functional>

namespace mailsonde::classify {
namespace {

constexpr std::uint32_t kSetColumn = 0;
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

void unite(Bits::const_iterator from, std::size_t numbers, Bits::iterator to) {
  std::transform(from, from + static_cast<std::ptrdiff_t>(numbers), to, to, std::bit_or<>());
}

}  // namespace

WordFinder::WordFinder(std::span<const MarkedWord> words, std::size_t bits)
    : numbers_in_set_((bits + 63) / 64), sets_(numbers_in_set_) {
  number_columns(words);
  table_.resize(columns_);
  add(words);
  link();
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
void WordFinder::add(std::span<const MarkedWord> words) {
  std::vector<std::uint32_t> reached(words.size(), kFirstRow);
  bool is_more = true;
  for (std::size_t letter = 0; is_more; ++letter) {
    is_more = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
      const std::string& word = words[i].word;
      if (letter == word.size()) mark(reached[i], words[i].bit);
      if (letter >= word.size()) continue;
      reached[i] = row_after(reached[i], word[letter]);
      is_more = true;
    }
  }
}

std::uint32_t WordFinder::row_after(std::uint32_t row, char c) {
  const std::size_t cell = row + column_of_[lower(c)];
  if (table_[cell] == kFirstRow) {
    table_[cell] = static_cast<std::uint32_t>(table_.size());
    table_.resize(table_.size() + columns_);
  }
  return table_[cell];
}

void WordFinder::mark(std::uint32_t row, std::size_t bit) {
  if (table_[row + kSetColumn] == 0) {
    table_[row + kSetColumn] = static_cast<std::uint32_t>(sets_.size());
    sets_.resize(sets_.size() + numbers_in_set_);
  }
  sets_[table_[row + kSetColumn] + bit / 64] |= std::uint64_t{1} << (bit % 64);
}

// Row by row, short before long. What was read may have no word that goes on as the text does; then its longest end
// counts that begins a word, which is shorter and so has all its cells already. Words that are ends of others are found
// with them.
void WordFinder::link() {
  struct Link {
    std::uint32_t row;
    std::uint32_t end;
  };
  std::vector<Link> links;
  const auto link_next = [&](std::uint32_t& cell, std::uint32_t after_end) {
    if (cell == kFirstRow) {
      cell = after_end;
      return;
    }
    links.push_back({.row = cell, .end = row_of(after_end)});
    if (table_[cell + kSetColumn] != 0) cell |= kHasBits;
    cell |= after_end & kHasBits;
  };
  for (std::uint32_t column = kOtherBytes; column < columns_; ++column) link_next(table_[column], kFirstRow);
  for (std::size_t i = 0; i < links.size(); ++i) {
    const auto [row, end] = links[i];
    add_bits(table_[row + kSetColumn], table_[end + kSetColumn]);
    for (std::uint32_t column = kOtherBytes; column < columns_; ++column) {
      link_next(table_[row + column], table_[end + column]);
    }
  }
}

void WordFinder::add_bits(std::uint32_t& set, std::uint32_t other) {
  if (set == 0) {
    set = other;
  } else if (other != 0) {
    unite(sets_.begin() + other, numbers_in_set_, sets_.begin() + set);
  }
}

void WordFinder::find(std::string_view text, Bits& found) const {
  const std::uint32_t* const table = table_.data();
  std::uint32_t row = kFirstRow;
  for (const char c : text) {
    const std::uint32_t cell = table[row + column_of_[static_cast<std::uint8_t>(c)]];
    row = row_of(cell);
    if (cell != row) unite(sets_.begin() + table[row + kSetColumn], numbers_in_set_, found.begin());
  }
}

}  // namespace mailsonde::classify
