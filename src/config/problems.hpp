// SPDX-License-Identifier: Apache-2.0
// Collects the mistakes of one file while it is read, so that all of them are told and not only the first.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/load.hpp"
#include "config/position.hpp"

namespace mailsonde::config {

// A file of nothing but mistakes must not become a list of a million.
inline constexpr std::size_t kMaxProblems = 1000;

class Problems {
 public:
  explicit Problems(std::string file) : file_(std::move(file)) {}

  void add(Position at, std::string what);
  [[nodiscard]] bool empty() const { return list_.empty(); }
  // There are more than will be listed: further reading is in vain.
  [[nodiscard]] bool full() const { return list_.size() > kMaxProblems; }
  // "FILE:LINE" of another place in the same file.
  [[nodiscard]] std::string reference(Position at) const;
  // In the order of the file; the last one says so when the list was full. Call once, last.
  [[nodiscard]] std::vector<Problem> take();

 private:
  std::string file_;
  std::vector<Problem> list_;
};

// A value from the file as a message shows it: in quotes, bounded, printable.
[[nodiscard]] std::string in_quotes(std::string_view value);

}  // namespace mailsonde::config
