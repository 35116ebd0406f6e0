// SPDX-License-Identifier: Apache-2.0
// Finds thousands of words in a text at once, reading it once (Aho and Corasick, Efficient String Matching, 1975). Each
// word stands for some bits: a text is answered by the bits of all words that it has.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mailsonde::classify {

// Bit n is bit n % 64 of number n / 64.
using Bits = std::vector<std::uint64_t>;

struct MarkedWord {
  std::string word;  // not empty
  std::size_t bit;
};

// Immutable; find() may be called by several threads at once.
class WordFinder {
 public:
  // `bits` is one more than the greatest bit. A word may be there with several bits.
  WordFinder(std::span<const MarkedWord> words, std::size_t bits);

  // Sets in `found`, which has room for all bits, those of the words in `text`; case is ignored, in Latin-1. Linear.
  void find(std::string_view text, Bits& found) const;

 private:
  void number_columns(std::span<const MarkedWord> words);
  void add(std::span<const MarkedWord> words);
  [[nodiscard]] std::uint32_t row_after(std::uint32_t row, char c);
  void mark(std::uint32_t row, std::size_t bit);
  void link();
  void add_bits(std::uint32_t& set, std::uint32_t other);

  std::array<std::uint8_t, 256> column_of_{};  // of a byte
  std::uint32_t columns_ = 0;
  std::size_t numbers_in_set_;
  // A row is what was read so far that some word begins with; the first is nothing. Its columns lead to the row after
  // one more byte; column 0 is where in sets_ its bits begin, 0 without any. Rows are named by where they begin.
  std::vector<std::uint32_t> table_;
  Bits sets_;  // the first is empty
};

}  // namespace mailsonde::classify
