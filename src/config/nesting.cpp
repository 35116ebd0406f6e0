// SPDX-License-Identifier: Apache-2.0
#include "config/nesting.hpp"

#include <algorithm>

namespace mailsonde::config {
namespace {

// Walks over a text: strings and comments in one go, everything else byte by byte.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::optional<Position> first_too_deep() {
    while (at_ < text_.size()) {
      const std::size_t start = at_;
      step();
      if (brackets_ > kMaxNesting || dots_ > kMaxNesting) return position_of(start);
    }
    return std::nullopt;
  }

 private:
  void step() {
    switch (text_[at_]) {
      case '#':
        at_ = std::min(text_.find('\n', at_), text_.size());
        return;
      case '"':
        skip_string('"');
        return;
      case '\'':
        skip_string('\'');
        return;
      case '.':
        ++dots_;
        break;
      case '[':
      case '{':
        ++brackets_;
        dots_ = 0;
        break;
      case ']':
      case '}':
        brackets_ -= brackets_ > 0 ? 1U : 0U;
        dots_ = 0;
        break;
      case ',':
      case '=':
      case '\n':
        dots_ = 0;
        break;
      default:
        break;
    }
    ++at_;
  }

  // A string in one or three quotes; only double quotes know the backslash. One in single quotes ends with its line at
  // the latest, which is a syntax error that the parser will tell.
  void skip_string(char quote) {
    const bool multi_line = text_.substr(at_, 3) == std::string(3, quote);
    at_ += multi_line ? 3 : 1;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\\' && quote == '"') {
        ++at_;
      } else if (c == '\n' && !multi_line) {
        return;
      } else if (c == quote && (!multi_line || text_.substr(at_, 3) == std::string(3, quote))) {
        at_ += multi_line ? 3 : 1;
        return;
      }
    }
    at_ = text_.size();
  }

  [[nodiscard]] Position position_of(std::size_t offset) const {
    const std::string_view before = text_.substr(0, offset);
    const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    const auto is_first_byte = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };  // of UTF-8
    return {static_cast<std::uint32_t>(std::ranges::count(before, '\n') + 1),
            static_cast<std::uint32_t>(std::ranges::count_if(before.substr(line_start), is_first_byte) + 1)};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t brackets_ = 0;  // open ones
  std::size_t dots_ = 0;      // of the key that is being read
};

}  // namespace

std::optional<Position> first_too_deep(std::string_view text) { return Scanner(text).first_too_deep(); }

}  // namespace mailsonde::config
