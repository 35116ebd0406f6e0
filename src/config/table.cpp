// SPDX-License-Identifier: Apache-2.0
#include "config/table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/duration.hpp"
#include "base/text.hpp"

namespace mailsonde::config {
namespace {

Position position_of(const toml::source_region& region) { return {region.begin.line, region.begin.column}; }

std::string_view type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "an array";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "an integer";
    case toml::node_type::floating_point:
      return "a floating-point number";
    case toml::node_type::boolean:
      return "a boolean";
    case toml::node_type::date:
      return "a date";
    case toml::node_type::time:
      return "a time";
    case toml::node_type::date_time:
      return "a date-time";
    case toml::node_type::none:
      break;
  }
  return "nothing";
}

// Keys under which people put a secret in plain. Their values are never shown.
bool is_secret_key(std::string_view key) {
  constexpr std::array<std::string_view, 6> kKeys{"password", "passwd", "pass", "token", "secret", "bearer"};
  return std::ranges::any_of(kKeys, [&](std::string_view word) { return equals_ignoring_case(word, key); });
}

std::string listed(std::span<const std::string_view> words) { return fmt::format("{}", fmt::join(words, ", ")); }

// The end of a sentence about an unknown word.
std::string suggestion(std::string_view word, std::span<const std::string_view> known) {
  const std::string_view close = closest(word, known);
  if (!close.empty()) return fmt::format(", did you mean {}?", in_quotes(close));
  return fmt::format("; known: {}", listed(known));
}

}  // namespace

std::string unknown_word(std::string_view word, std::string_view kind, std::span<const std::string_view> known) {
  return fmt::format("{} is not a known {}{}", in_quotes(word), kind, suggestion(word, known));
}

std::optional<std::string> Table::text(std::string_view key, Check check) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  const auto* value = node->as_string();
  if (value == nullptr) {
    wrong_type(key, "a string", *node);
    return std::nullopt;
  }
  const std::string mistake = check == nullptr ? "" : check(value->get());
  if (mistake.empty()) return value->get();
  problem(key, fmt::format("{} {}", in_quotes(value->get()), mistake));
  return std::nullopt;
}

std::optional<Duration> Table::duration(std::string_view key, DurationRange range) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  const auto* value = node->as_string();
  if (value == nullptr) {
    wrong_type(key, R"(a duration such as "30s")", *node);
    return std::nullopt;
  }
  const auto parsed = parse_duration(value->get());
  if (!parsed) {
    problem(key,
            fmt::format(R"({} is not a duration such as "500ms", "30s", "5m" or "1h30m")", in_quotes(value->get())));
    return std::nullopt;
  }
  if (*parsed < range.least || *parsed > range.most) {
    problem(key, fmt::format("{} is not between {} and {}", in_quotes(value->get()), format_duration(range.least),
                             format_duration(range.most)));
    return std::nullopt;
  }
  return parsed;
}

std::optional<bool> Table::flag(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (const auto* value = node->as_boolean()) return value->get();
  wrong_type(key, "true or false", *node);
  return std::nullopt;
}

std::optional<std::size_t> Table::integer(std::string_view key, IntegerRange range) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  const auto* value = node->as_integer();
  if (value == nullptr) {
    wrong_type(key, fmt::format("an integer between {} and {}", range.least, range.most), *node);
    return std::nullopt;
  }
  const std::int64_t number = value->get();
  if (!std::in_range<std::size_t>(number) || std::cmp_less(number, range.least) ||
      std::cmp_greater(number, range.most)) {
    problem(key, fmt::format("{} is not between {} and {}", number, range.least, range.most));
    return std::nullopt;
  }
  return static_cast<std::size_t>(number);
}

std::optional<std::size_t> Table::choice(std::string_view key, std::span<const std::string_view> words,
                                         std::span<const std::string_view> later) {
  const auto value = text(key);
  if (!value) return std::nullopt;
  const auto found = std::ranges::find(words, *value);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  if (std::ranges::find(later, *value) != later.end()) {
    problem(key,
            fmt::format("{} is not supported by this version yet; supported: {}", in_quotes(*value), listed(words)));
  } else {
    problem(key, unknown_word(*value, key, words));
  }
  return std::nullopt;
}

std::optional<std::vector<Table::Item>> Table::texts(std::string_view key, Least least) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  const auto* array = node->as_array();
  if (array == nullptr || (array->empty() && least == Least::one)) {
    wrong_type(key, "a list of strings", *node);
    return std::nullopt;
  }
  std::vector<Item> items;
  for (const toml::node& item : *array) {
    if (const auto* value = item.as_string()) {
      items.push_back({value->get(), position_of(item.source())});
    } else {
      problems_->add(position_of(item.source()), fmt::format("{}: expected a string, got {}", key, type_name(item)));
    }
  }
  return items;
}

std::optional<Table> Table::table(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (const auto* value = node->as_table()) return Table(*value, child_title(key), *problems_);
  wrong_type(key, "a table", *node);
  return std::nullopt;
}

std::vector<Table> Table::tables(std::string_view key) {
  std::vector<Table> result;
  const toml::node* node = find(key);
  if (node == nullptr) return result;
  const auto* array = node->as_array();
  if (array == nullptr) {
    wrong_type(key, fmt::format("[{}] in two brackets, since there may be several", child_title(key)), *node);
    return result;
  }
  for (const toml::node& item : *array) {
    if (const auto* value = item.as_table()) {
      result.emplace_back(*value, fmt::format("[{}]", child_title(key)), *problems_);
    } else {
      problems_->add(position_of(item.source()), fmt::format("{}: expected a table, got {}", key, type_name(item)));
    }
  }
  return result;
}

std::vector<Table::Named> Table::named_tables(Check check) {
  std::vector<Named> result;
  for (const auto& [key, node] : *table_) {
    const std::string shown = printable(key.str(), 64);
    const std::string mistake = check(key.str());
    if (!mistake.empty())
      problems_->add(position_of(key.source()), fmt::format("{} {}", in_quotes(key.str()), mistake));
    if (const auto* value = node.as_table()) {
      result.push_back(
          {std::string(key.str()), position_of(key.source()), Table(*value, child_title(shown), *problems_)});
    } else {
      wrong_type(shown, "a table", node);
    }
  }
  std::ranges::sort(result, {}, &Named::at);
  return result;
}

void Table::require(std::string_view key) {
  if (has(key)) return;
  problems_->add(position(), fmt::format("{} is missing in {}", key, title_));
}

void Table::require_one_of(std::span<const std::string_view> keys) {
  if (std::ranges::any_of(keys, [this](std::string_view key) { return has(key); })) return;
  problems_->add(position(), fmt::format("one of {} is missing in {}", listed(keys), title_));
}

void Table::not_yet(std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) refuse(key, "is not supported by this version yet");
}

void Table::refuse(std::string_view key, std::string_view reason) {
  const auto found = table_->find(key);
  if (found == table_->end()) return;
  judged_.push_back(key);
  problems_->add(position_of(found->first.source()), fmt::format("{} {}", key, reason));
}

Position Table::position(std::string_view key) const {
  const toml::node* node = table_->get(key);
  return node == nullptr ? position() : position_of(node->source());
}

Position Table::position() const { return position_of(table_->source()); }

void Table::problem(std::string_view key, std::string_view what) {
  problems_->add(position(key), fmt::format("{}: {}", key, what));
}

void Table::finish() {
  for (const auto& [key, node] : *table_) {
    if (problems_->full()) return;
    const auto in = [&](const auto& list) { return std::ranges::find(list, key.str()) != list.end(); };
    if (!in(known_) && !in(judged_)) unknown_key(key);
  }
}

const toml::node* Table::find(std::string_view key) {
  known_.push_back(key);
  return table_->get(key);
}

void Table::wrong_type(std::string_view key, std::string_view expected, const toml::node& node) {
  const auto* array = node.as_array();
  const bool empty_array = array != nullptr && array->empty();
  problems_->add(position_of(node.source()), fmt::format("{}: expected {}, got {}", key, expected,
                                                         empty_array ? "an empty array" : type_name(node)));
}

void Table::unknown_key(const toml::key& key) {
  const std::string place = title_.empty() ? "at the top level" : "in " + title_;
  const std::string what =
      is_secret_key(key.str())
          ? fmt::format("{}: secrets never stand in the file: use password_file or password_env", key.str())
          : fmt::format("unknown key {} {}{}", in_quotes(key.str()), place, suggestion(key.str(), known_));
  problems_->add(position_of(key.source()), what);
}

std::string Table::child_title(std::string_view key) const {
  if (title_.empty()) return fmt::format("[{}]", key);
  if (title_.ends_with("]]")) return fmt::format("{} of {}", key, title_);
  return fmt::format("{}.{}]", title_.substr(0, title_.size() - 1), key);
}

}  // namespace mailsonde::config
