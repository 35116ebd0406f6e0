// SPDX-License-Identifier: Apache-2.0
#include "config/bounds.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mailsonde::config {
namespace {

// Walks over a text: strings and comments in one go, everything else byte by byte.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::optional<Excess> first_excess() {
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    if (text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMark.size());
    while (at_ < text_.size()) {
      const std::size_t start = at_;
      step();
      if (std::string what = excess(); !what.empty()) return Excess{position_of(start), std::move(what)};
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] std::string excess() const {
    if (brackets_ > kMaxNesting || dots_ > kMaxNesting) return fmt::format("nested deeper than {} levels", kMaxNesting);
    if (listed_ > kMaxListed) return fmt::format("more than {} dotted keys and changes of [[section]]", kMaxListed);
    return {};
  }

  void step() {
    switch (text_[at_]) {
      case '#':
        at_ = std::min(text_.find('\n', at_), text_.size());
        return;
      case '"':
      case '\'':
        skip_string(text_[at_]);
        return;
      case '.':
        ++dots_, ++listed_;
        break;
      case '[':
        note_section();
        [[fallthrough]];
      case '{':
        ++brackets_, dots_ = 0;
        break;
      case ']':
      case '}':
        brackets_ -= brackets_ > 0 ? 1U : 0U, dots_ = 0;
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

  void note_section() {
    if (brackets_ > 0 || !text_.substr(at_).starts_with("[[")) return;
    const std::string_view section = text_.substr(at_, text_.find_first_of("]\n", at_) - at_);
    if (section != last_section_) ++listed_;
    last_section_ = section;
  }

  // A string in one or three quotes; only double quotes know the backslash. One in single quotes ends with its line at
  // the latest, which is a syntax error that the parser will tell.
  void skip_string(char quote) {
    const std::string_view three = quote == '"' ? R"(""")" : "'''";
    const bool multi_line = text_.substr(at_).starts_with(three);
    const std::string_view closing = three.substr(0, multi_line ? 3 : 1);
    for (at_ += closing.size(); at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\' && quote == '"') {
        ++at_;
      } else if (text_.substr(at_).starts_with(closing)) {
        at_ += closing.size();
        // TOML 1.0: one or two quotes may stand right before the closing three.
        for (int i = 0; multi_line && i < 2 && text_.substr(at_).starts_with(quote); ++i) ++at_;
        return;
      } else if (text_[at_] == '\n' && !multi_line) {
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
  std::size_t listed_ = 0;    // see kMaxListed
  std::string_view last_section_;
};

}  // namespace

std::optional<Excess> first_excess(std::string_view text) { return Scanner(text).first_excess(); }

}  // namespace mailsonde::config
