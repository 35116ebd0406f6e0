// SPDX-License-Identifier: Apache-2.0
#include "config/target_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace mailsonde::config {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxDepth = 16;  // ours has three levels

// Tells how far the parser has read, which it does not say itself when it hands a value over.
class CountedChar {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountedChar(const char* at, std::size_t* count) : at_(at), count_(count) {}
  reference operator*() const { return *at_; }
  CountedChar& operator++() {
    ++at_;
    ++*count_;
    return *this;
  }
  bool operator==(const CountedChar& other) const { return at_ == other.at_; }
  bool operator!=(const CountedChar& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  std::size_t* count_;
};

// Turns offsets that only grow into lines and columns, in one pass over the text.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  Position at(std::size_t offset) {
    for (; offset_ < std::min(offset, text_.size()); ++offset_) {
      const char c = text_[offset_];
      const bool continues = (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;  // UTF-8: no character of its own
      if (c == '\n') position_ = {position_.line + 1, 0};
      if (!continues) ++position_.column;
    }
    return position_;
  }

 private:
  std::string_view text_;
  std::size_t offset_ = 0;
  Position position_{1, 1};
};

// Where a string opens whose closing quote is the last character before `end`: at the quote without a backslash.
std::size_t opening_quote(std::string_view text, std::size_t end) {
  std::size_t quote = text.rfind('"', end - 2);
  for (;;) {
    std::size_t backslashes = 0;
    while (backslashes < quote && text[quote - 1 - backslashes] == '\\') ++backslashes;
    if (backslashes % 2 == 0 || quote == 0) return quote;
    quote = text.rfind('"', quote - 1);
  }
}

// Behind the first `mark`; 0 when there is none.
std::size_t end_of(std::string_view mark, std::string_view text) {
  const auto found = text.find(mark);
  return found == std::string_view::npos ? 0 : found + mark.size();
}

class Reader : public nlohmann::json_sax<json> {
 public:
  Reader(std::string_view text, Problems& problems) : text_(text), cursor_(text), problems_(problems) {}

  std::vector<ListEntry> read() {
    const CountedChar begin(text_.data(), &read_);
    const CountedChar end(text_.data() + text_.size(), &read_);
    nlohmann::json_sax<json>* const events = this;
    (void)json::sax_parse(begin, end, events);
    return std::move(entries_);
  }

 private:
  // What the value that is read now is part of.
  enum class Place : std::uint8_t { outside, list, entry, targets, labels, unknown };
  enum class Shape : std::uint8_t { array, object };

  bool null() override { return other_value("null"); }
  bool boolean(bool /*value*/) override { return other_value("a boolean"); }
  bool number_integer(number_integer_t /*value*/) override { return other_value("a number"); }
  bool number_unsigned(number_unsigned_t /*value*/) override { return other_value("a number"); }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return other_value("a number"); }
  bool binary(binary_t& /*value*/) override { return false; }  // not in JSON

  bool string(string_t& value) override {
    const Position at = cursor_.at(opening_quote(text_, read_));
    if (where() == Place::targets) {
      entries_.back().targets.push_back({std::move(value), at});
    } else if (where() == Place::labels) {
      entries_.back().labels.emplace_back(label_, ListedText{std::move(value), at});
    } else {
      unexpected("a string", at);
    }
    return !problems_.full();
  }

  bool key(string_t& name) override {
    const Position at = cursor_.at(opening_quote(text_, read_));
    if (where() == Place::labels) label_ = {std::move(name), at};
    if (where() != Place::entry) return true;
    next_ = Place::unknown;
    if (name == "targets")
      next_ = note_key(has_targets_, name, at, Place::targets);
    else if (name == "labels")
      next_ = note_key(has_labels_, name, at, Place::labels);
    else
      problems_.add(at, fmt::format("unknown key {}; known: targets, labels", in_quotes(name)));
    return !problems_.full();
  }

  bool start_object(std::size_t /*size*/) override { return open(Shape::object); }
  bool start_array(std::size_t /*size*/) override { return open(Shape::array); }
  bool end_array() override { return close(); }

  bool end_object() override {
    if (where() == Place::entry && !has_targets_) {
      problems_.add(entries_.back().at, R"(targets is missing in this entry: {"targets": ["example.com"]})");
    }
    return close();
  }

  bool parse_error(std::size_t /*offset*/, const std::string& /*token*/, const json::exception& error) override {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while ...": the place is ours.
    std::string_view why = error.what();
    for (const std::string_view mark : {"] ", ": "}) why.remove_prefix(end_of(mark, why));
    problems_.add(cursor_.at(read_ == 0 ? 0 : read_ - 1), fmt::format("not valid JSON: {}", printable(why, 256)));
    return false;
  }

  Place note_key(bool& seen, const std::string& name, Position at, Place place) {
    if (seen) problems_.add(at, fmt::format("{} stands there twice in one entry", name));
    return std::exchange(seen, true) ? Place::unknown : place;
  }

  [[nodiscard]] Place where() const { return places_.empty() ? Place::outside : places_.back(); }

  bool open(Shape shape) {
    const Position at = cursor_.at(read_ - 1);
    if (places_.size() == kMaxDepth) {
      problems_.add(at, fmt::format("is nested more than {} levels deep", kMaxDepth));
      return false;
    }
    const Place inner = place_of(shape);
    if (inner == Place::unknown) unexpected(shape == Shape::array ? "a list" : "an object", at);
    places_.push_back(inner);
    if (inner == Place::entry) {
      entries_.push_back({.at = at, .targets = {}, .labels = {}});
      has_targets_ = has_labels_ = false;
    }
    return !problems_.full();
  }

  bool close() {
    places_.pop_back();
    return true;
  }

  [[nodiscard]] Place place_of(Shape shape) const {
    const bool is_list = shape == Shape::array;
    if (where() == Place::outside && is_list) return Place::list;
    if (where() == Place::list && !is_list) return Place::entry;
    if (where() == Place::entry && next_ == Place::targets && is_list) return Place::targets;
    if (where() == Place::entry && next_ == Place::labels && !is_list) return Place::labels;
    return Place::unknown;
  }

  bool other_value(std::string_view what) {
    unexpected(what, cursor_.at(read_ - 1));
    return !problems_.full();
  }

  // Inside of what was told already nothing is told.
  void unexpected(std::string_view what, Position at) {
    if (where() == Place::unknown || (where() == Place::entry && next_ == Place::unknown)) return;
    problems_.add(at, fmt::format("expected {}, got {}", expected(), what));
  }

  [[nodiscard]] std::string_view expected() const {
    switch (where()) {
      case Place::outside:
        return R"(a list such as [{"targets": ["example.com"]}])";
      case Place::list:
        return R"(an entry such as {"targets": ["example.com"]})";
      case Place::entry:
        return next_ == Place::targets ? "targets to be a list of strings" : "labels to be an object of strings";
      case Place::targets:
        return "a target as a string";
      case Place::labels:
      case Place::unknown:
        return "the value of a label as a string";
    }
    return "";
  }

  std::string_view text_;
  std::size_t read_ = 0;
  Cursor cursor_;
  Problems& problems_;
  std::vector<Place> places_;
  std::vector<ListEntry> entries_;
  bool has_targets_ = false;
  bool has_labels_ = false;
  Place next_ = Place::unknown;  // of an entry: what its last key announced
  ListedText label_;
};

}  // namespace

std::vector<ListEntry> read_target_list(std::string_view text, Problems& problems) {
  Reader reader(text, problems);
  return reader.read();
}

}  // namespace mailsonde::config
