// SPDX-License-Identifier: Apache-2.0
// Reads one TOML table key by key. Each question is also the declaration that the key is known, so finish() can tell
// unknown keys and list the known ones without a second list.
#pragma once

#include <toml++/toml.h>

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "config/problems.hpp"

namespace mailsonde::config {

// What is wrong with a text, as the rest of a sentence that begins with it ("holds a space"); empty: nothing.
using Check = std::string (*)(std::string_view);

struct DurationRange {
  Duration least;
  Duration most;
};

struct IntegerRange {
  std::size_t least;
  std::size_t most;
};

// A view of one table of a parsed document, which must outlive it, as must `problems`. Used by one thread.
// Every reader gives nothing for a key that is absent and for one that is wrong; the wrong one is then in `problems`.
class Table {
 public:
  // `title` is how messages call the table: "[prober]", "[[relays]]"; empty for the top level.
  Table(const toml::table& table, std::string title, Problems& problems)
      : table_(&table), title_(std::move(title)), problems_(&problems) {}

  [[nodiscard]] std::optional<std::string> text(std::string_view key, Check check = nullptr);
  [[nodiscard]] std::optional<Duration> duration(std::string_view key, DurationRange range);
  [[nodiscard]] std::optional<bool> flag(std::string_view key);
  [[nodiscard]] std::optional<std::size_t> integer(std::string_view key, IntegerRange range);
  // The index of the text in `words`. A word in `later` is one that a later version will know.
  [[nodiscard]] std::optional<std::size_t> choice(std::string_view key, std::span<const std::string_view> words,
                                                  std::span<const std::string_view> later = {});

  struct Item {
    std::string value;
    Position at;
  };
  enum class Least : std::uint8_t { none, one };
  // A list of strings; items that are no strings are left out (and told).
  [[nodiscard]] std::optional<std::vector<Item>> texts(std::string_view key, Least least = Least::one);

  [[nodiscard]] std::optional<Table> table(std::string_view key);
  // [[key]], or an array of inline tables; items that are no tables are left out (and told).
  [[nodiscard]] std::vector<Table> tables(std::string_view key);
  // Every key as a table, in the order of the file: for tables whose keys are names, each of which `check` judges.
  struct Named;
  [[nodiscard]] std::vector<Named> named_tables(Check check);

  // Adds a problem if the key is absent; if all of them are.
  void require(std::string_view key);
  void require_one_of(std::span<const std::string_view> keys);
  // Words of the format that this version does not know yet; never listed among the known keys.
  void not_yet(std::initializer_list<std::string_view> keys);
  // A key that has no place here, with the reason; never listed among the known keys.
  void refuse(std::string_view key, std::string_view reason);

  [[nodiscard]] bool has(std::string_view key) const { return table_->contains(key); }
  // Where the key's value stands; the table's own place if it is absent.
  [[nodiscard]] Position position(std::string_view key) const;
  [[nodiscard]] Position position() const;
  // Adds "key: what" at position(key).
  void problem(std::string_view key, std::string_view what);

  // Tells the keys that nobody asked for. Call last.
  void finish();

 private:
  [[nodiscard]] const toml::node* find(std::string_view key);
  void wrong_type(std::string_view key, std::string_view expected, const toml::node& node);
  void unknown_key(const toml::key& key);
  [[nodiscard]] std::string child_title(std::string_view key) const;

  const toml::table* table_;
  std::string title_;
  Problems* problems_;
  std::vector<std::string_view> known_;
  std::vector<std::string_view> judged_;  // not known, but already told
};

// `"word" is not a known KIND` with the closest known one, or with all of them.
[[nodiscard]] std::string unknown_word(std::string_view word, std::string_view kind,
                                       std::span<const std::string_view> known);

struct Table::Named {
  std::string name;
  Position at;  // of the name
  Table table;
};

}  // namespace mailsonde::config
