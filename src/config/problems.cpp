// SPDX-License-Identifier: Apache-2.0
#include "config/problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/text.hpp"

namespace mailsonde::config {

void Problems::add(Position at, std::string what) {
  if (!full()) list_.push_back({file_, at.line, at.column, std::move(what)});
}

std::string Problems::reference(Position at) const { return fmt::format("{}:{}", file_, at.line); }

std::vector<Problem> Problems::take() {
  const auto before = [](const Problem& a, const Problem& b) {
    return std::tie(a.line, a.column, a.what) < std::tie(b.line, b.column, b.what);
  };
  std::ranges::sort(list_, before);
  if (full()) list_.back() = {file_, 0, 0, fmt::format("more than {} mistakes; the rest is not listed", kMaxProblems)};
  return std::move(list_);
}

std::string in_quotes(std::string_view value) { return fmt::format("\"{}\"", printable(value, 64)); }

std::string Problem::to_string() const {
  if (line == 0) return fmt::format("{}: {}", file, what);
  return fmt::format("{}:{}:{}: {}", file, line, column, what);
}

}  // namespace mailsonde::config
