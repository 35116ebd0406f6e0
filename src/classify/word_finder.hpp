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
  std::uint32_t bit;
};

// Immutable; find() may be called by several threads at once.
class WordFinder {
 public:
  // A word may be there with several bits.
  explicit WordFinder(std::span<const MarkedWord> words);

  // Sets in `found`, which has room for all bits, those of the words in `text`; case is ignored, in Latin-1. Linear.
  void find(std::string_view text, Bits& found) const;

 private:
  // Where a word ends.
  struct Mark {
    std::uint32_t row;
    std::uint32_t bit;
  };

  // What was read, and its longest end that some word begins with, too.
  struct Link {
    std::uint32_t row;
    std::uint32_t end;
  };

  void number_columns(std::span<const MarkedWord> words);
  std::vector<Mark> add(std::span<const MarkedWord> words);
  [[nodiscard]] std::uint32_t row_after(std::uint32_t row, char c);
  void link(std::span<const Mark> marks);
  void link_after(Link read, std::span<const Mark> marks, std::vector<Link>& links);
  void list_bits(Link read, std::span<const Mark> marks);

  std::array<std::uint8_t, 256> column_of_{};  // of a byte
  std::uint32_t columns_ = 0;
  // A row is what was read so far that some word begins with; the first is nothing. Its columns lead to the row after
  // one more byte; column 0 is where in bits_ its bits are, 0 without any. Rows are named by where they begin.
  std::vector<std::uint32_t> table_;
  std::vector<std::uint32_t> bits_;  // lists, each behind its length; the first is empty
};

}  // namespace mailsonde::classify
