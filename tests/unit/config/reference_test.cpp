// SPDX-License-Identifier: Apache-2.0
// docs/configuration.md against the parser. No list of keys stands here: the page says what it claims, files made from
// it are loaded, and what the parser makes of them, or says about them, must be what the page says.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ranges>
#include <regex>
#include <set>
#include <sstream>

#include "base/text.hpp"
#include "config/found_targets.hpp"
#include "loading.hpp"
#include "reference.hpp"

using namespace mailsonde::config;
using mailsonde::split;

namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;  // key, value as TOML
using Words = std::set<std::string>;

std::string listed(const Words& words) { return fmt::format("{}", fmt::join(words, " ")); }

std::string content_of(const char* path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

std::vector<DocumentedSection> sections() {
  return documented_sections(content_of(MAILSONDE_SOURCE_DIR "/docs/configuration.md"));
}

// A file with that section. What the examples name is there too.
std::string file_with(const std::string& header, const Lines& lines) {
  std::string text = header == "[relays.auth]" ? "[[relays]]\nhost = 'relay.example'\n" : "";
  text += header == "[modules.NAME]" ? "[modules.x]" : header;
  text += '\n';
  for (const auto& [key, value] : lines) text += fmt::format("{} = {}\n", key, value);
  if (header == "[[sources]]") return text;
  return text +
         "[[sources]]\nname = 'pool-a'\nipv4 = '192.0.2.10'\n[[sources]]\nname = 'pool-b'\nipv4 = '192.0.2.11'\n";
}

// The files and the variable that examples name.
class World {
 public:
  World() {
    for (const char* name : {"out-1.password", "out-1.token", "own-ca.pem"}) folder_.write(name, "secret");
    ::setenv("OUT_1_PASSWORD", "another secret", 1);
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World() { ::unsetenv("OUT_1_PASSWORD"); }

  [[nodiscard]] std::string path() const { return folder_.path("c.toml"); }
  [[nodiscard]] std::vector<std::string> mistakes(const std::string& header, const Lines& lines) const {
    return mistakes_in(file_with(header, lines), path());
  }
  [[nodiscard]] Config config(const std::string& header, const Lines& lines) const {
    CAPTURE(file_with(header, lines));
    return loaded(file_with(header, lines), path());
  }

 private:
  Folder folder_;
};

// The part behind `before` of the one mistake that has it; empty if none has.
std::string rest_of(const std::vector<std::string>& mistakes, const std::string& before) {
  for (const std::string& mistake : mistakes) {
    if (const auto at = mistake.find(before); at != std::string::npos) return mistake.substr(at + before.size());
  }
  return "";
}

Words words_of(std::string_view listed) {
  Words words;
  for (const std::string_view word : split(listed, ',')) words.emplace(mailsonde::trim(word));
  return words;
}

// What the parser says that the section must have: each of `all`, and one of `any`.
struct Required {
  Words all;
  Words any;
};
Required required_in(const World& world, const std::string& header) {
  static const std::regex kAll(R"(: (\w+) is missing in )");
  static const std::regex kAny(R"(: one of (.*) is missing in )");
  Required required;
  for (const std::string& mistake : world.mistakes(header, {})) {
    std::smatch found;
    if (std::regex_search(mistake, found, kAny)) required.any = words_of(found.str(1));
    if (std::regex_search(mistake, found, kAll)) required.all.insert(found.str(1));
  }
  return required;
}

std::string example_of(const DocumentedSection& section, const std::string& key) {
  const auto found = std::ranges::find(section.keys, key, &DocumentedKey::key);
  if (found == section.keys.end()) return "0";
  const auto examples = quoted(found->example);
  return examples.empty() ? "0" : examples.front();
}

// The least that a section can be without `key`. Of the keys of which one must be given, `with` stands for them all.
Lines least_without(const World& world, const DocumentedSection& section, const std::string& key, bool with) {
  const Required required = required_in(world, section.header);
  Lines lines;
  for (const std::string& other : required.all) {
    if (other != key) lines.emplace_back(other, example_of(section, other));
  }
  if (required.any.contains(key) && with) return lines;
  const auto other = std::ranges::find_if(required.any, [&](const std::string& word) { return word != key; });
  if (other != required.any.end()) lines.emplace_back(*other, example_of(section, *other));
  // The example of its module needs a recipient.
  if (section.header == "[[destinations]]" && key != "rcpt_to")
    lines.emplace_back("rcpt_to", example_of(section, "rcpt_to"));
  return lines;
}

Lines least_with(const World& world, const DocumentedSection& section, const std::string& key,
                 const std::string& value) {
  Lines lines = least_without(world, section, key, true);
  lines.emplace_back(key, value);
  return lines;
}

std::vector<Source> values(const Sources& sources) {
  std::vector<Source> result;
  for (const auto& source : sources) result.push_back(*source);
  return result;
}

// Whether two files mean the same.
bool same(const Config& a, const Config& b) {
  const auto same_files = [](const TargetFiles& x, const TargetFiles& y) {
    const bool same_module = x.module && y.module ? *x.module == *y.module : x.module == y.module;
    return x.patterns == y.patterns && same_module && x.interval == y.interval &&
           values(x.sources) == values(y.sources);
  };
  const auto same_module = [](const auto& x, const auto& y) { return x.first == y.first && *x.second == *y.second; };
  return a.helo == b.helo && values(a.sources) == values(b.sources) &&
         values(a.default_sources) == values(b.default_sources) && a.state_file == b.state_file &&
         a.resolver == b.resolver && a.politeness == b.politeness &&
         std::ranges::equal(a.modules, b.modules, same_module) && a.targets == b.targets &&
         std::ranges::equal(a.target_files, b.target_files, same_files) && a.providers == b.providers &&
         a.reply_rules == b.reply_rules;
}

// How the parser names a documented type, as in "expected a string, got a date".
std::string expected_by_parser(const DocumentedKey& key) {
  static const std::regex kInteger(R"(integer, (\d+) to (\d+))");
  std::smatch bounds;
  if (key.type == "boolean") return "true or false";
  if (std::regex_match(key.type, bounds, kInteger))
    return fmt::format("an integer between {} and {}", bounds.str(1), bounds.str(2));
  if (key.type.starts_with("duration") || key.type == "timeout") return "a duration such as \"30s\"";
  if (key.type.starts_with("list of ")) return "a list of strings";
  if (key.type.starts_with("table")) return "a table";
  return "a string";
}

// A type of the page, and a value that each key of this type must refuse.
struct Refused {
  std::string_view type;
  std::string value;
};
const std::vector<Refused>& refused() {
  static const std::vector<Refused> kRefused{
      {"domain", "'a..b'"},
      {"label", fmt::format("'{:x>129}'", "")},
      {"mailbox", "'nobody'"},
      {"path", "''"},
      {"rate", "'12'"},
      {"IPv4 address", "'2001:db8::1'"},
      {"IPv6 address", "'192.0.2.1'"},
      {"name of a module", "'nosuch'"},
      {"name of an environment variable", "'A B'"},
      {"name of an [outcome](outcomes.md)", "'nosuch'"},
      {"[RE2]", "'('"},
      {"string, 1 to 255 bytes", "''"},
      {"string: a code", "'9'"},
      {"string: an enhanced code", "'9.9.9'"},
      {"list of [sources]", "['nosuch']"},
      {"list of addresses", "['a..b']"},
      {"list of [outcomes]", "['nosuch']"},
      {"list of paths", "['']"},
      {"list of domains", "['a..b']"},
  };
  return kRefused;
}

bool is_choice(const DocumentedKey& key) { return key.type.starts_with('`') && key.type.ends_with('`'); }

Words choices_of(const DocumentedKey& key) {
  Words words;
  for (std::string word : quoted(key.type)) {
    std::erase(word, '"');
    words.insert(word);
  }
  return words;
}

void check_range(const World& world, const DocumentedSection& section, const DocumentedKey& key) {
  const auto bounds = quoted(key.type);
  const std::string least = key.type == "timeout" ? "1ms" : bounds.at(0);
  const std::string most = key.type == "timeout" ? "10m" : bounds.at(1);
  const auto mistakes = world.mistakes(section.header, least_with(world, section, key.key, "'0s'"));
  CHECK(rest_of(mistakes, key.key + ": ") == fmt::format("\"0s\" is not between {} and {}", least, most));
}

void check_words(const World& world, const DocumentedSection& section, const DocumentedKey& key) {
  const auto mistakes = world.mistakes(section.header, least_with(world, section, key.key, "'zzzzzzzzzzzz'"));
  CHECK(listed(choices_of(key)) == listed(words_of(rest_of(mistakes, "known: "))));
}

void check_form(const World& world, const DocumentedSection& section, const DocumentedKey& key) {
  const auto mistake_about = [&](const std::string& value) {
    return rest_of(world.mistakes(section.header, least_with(world, section, key.key, value)), key.key + ": ");
  };
  const auto type = std::ranges::find_if(refused(), [&](const Refused& row) { return key.type.starts_with(row.type); });
  CHECK_MESSAGE(type != refused().end(), "no type that is known here: " << key.type);
  if (type == refused().end()) return;
  CHECK_FALSE(mistake_about(type->value).empty());
  if (type->type == "label") CHECK(mistake_about("'two words'").empty());
}

template <typename Visit>
void for_each_key(Visit visit) {
  const World world;
  for (const DocumentedSection& section : sections()) {
    for (const DocumentedKey& key : section.keys) {
      CAPTURE(section.header);
      CAPTURE(key.key);
      visit(world, section, key);
    }
  }
}

}  // namespace

TEST_SUITE_BEGIN("config.reference");

TEST_CASE("the reference has every key of every section, and no other") {
  const World world;
  Words headers;
  for (const DocumentedSection& section : sections()) {
    CAPTURE(section.header);
    CHECK(headers.insert(section.header).second);
    Lines lines = least_without(world, section, "", false);
    lines.emplace_back("zzzzzzzzzzzz", "1");
    Words documented;
    for (const DocumentedKey& key : section.keys) CHECK(documented.insert(key.key).second);
    CHECK(listed(documented) == listed(words_of(rest_of(world.mistakes(section.header, lines), "known: "))));
  }
  CHECK(headers.size() == 12);
}

TEST_CASE("the reference has every section that the top level and the tables in it know") {
  const World world;
  Words names;  // without brackets and what is behind the first dot
  Words tables;
  for (const DocumentedSection& section : sections()) {
    const std::string name = section.header.substr(section.header.find_first_not_of('['));
    names.insert(name.substr(0, name.find_first_of(".]")));
    tables.insert(name.substr(name.rfind('.') + 1).substr(0, name.substr(name.rfind('.') + 1).find(']')));
  }
  CHECK(listed(names) == listed(words_of(rest_of(mistakes_in("zzzzzzzzzzzz = 1\n"), "known: "))));
  for_each_key([&](const World&, const DocumentedSection&, const DocumentedKey& key) {
    if (key.type.starts_with("table")) CHECK(tables.contains(key.key));
  });
}

TEST_CASE("the reference says which keys must be given") {
  for_each_key([](const World& world, const DocumentedSection& section, const DocumentedKey& key) {
    const Required required = required_in(world, section.header);
    CHECK((key.fallback == "must be given") == required.all.contains(key.key));
    CHECK(key.fallback.starts_with("one of ") == required.any.contains(key.key));
    for (const std::string& other : required.any) {
      if (required.any.contains(key.key)) CHECK(key.fallback.contains("`" + other + "`"));
    }
  });
}

TEST_CASE("a default of the reference, written into the file, changes nothing") {
  std::size_t defaults = 0;
  for_each_key([&](const World& world, const DocumentedSection& section, const DocumentedKey& key) {
    const auto value = quoted(key.fallback);
    if (value.size() != 1 || key.fallback != "`" + value.front() + "`") return;  // in words
    ++defaults;
    const Config without = world.config(section.header, least_without(world, section, key.key, true));
    const Config with = world.config(section.header, least_with(world, section, key.key, value.front()));
    CHECK(same(without, with));
  });
  CHECK(defaults >= 25);  // else the page is not read as it should be
}

TEST_CASE("an example of the reference loads, and changes something") {
  for_each_key([](const World& world, const DocumentedSection& section, const DocumentedKey& key) {
    const auto examples = quoted(key.example);
    CHECK_FALSE(examples.empty());
    for (const std::string& example : examples) {
      CAPTURE(example);
      const Config with = world.config(section.header, least_with(world, section, key.key, example));
      if (key.fallback == "must be given") continue;  // cannot be left out
      CHECK_FALSE(same(world.config(section.header, least_without(world, section, key.key, false)), with));
    }
  });
}

TEST_CASE("the types of the reference, their words and bounds are those of the parser") {
  for_each_key([](const World& world, const DocumentedSection& section, const DocumentedKey& key) {
    const auto of_date = world.mistakes(section.header, least_with(world, section, key.key, "2026-01-01"));
    CHECK(rest_of(of_date, key.key + ": expected ") == expected_by_parser(key) + ", got a date");
    if (key.type.starts_with("duration") || key.type == "timeout") return check_range(world, section, key);
    if (is_choice(key)) return check_words(world, section, key);
    if (expected_by_parser(key) == "a string" || key.type.starts_with("list of ")) check_form(world, section, key);
  });
}

TEST_CASE("deploy/mailsonde.example.toml shows every key of the reference") {
  const std::string example = content_of(MAILSONDE_SOURCE_DIR "/deploy/mailsonde.example.toml");
  for_each_key([&](const World&, const DocumentedSection&, const DocumentedKey& key) {
    CHECK((example.contains(key.key + " = ") || example.contains("." + key.key + "]")));
  });
}

TEST_CASE("the reference names the labels of target files that mean something, and no other") {
  const Folder folder;
  folder.write("t.json", R"([{"targets": ["a.example"], "labels": {"zzzzzzzzzzzz": "1"}}])");
  const Config config = loaded("[[target_files]]\nfiles = ['t.json']\n", folder.path("c.toml"));
  const auto found = find_targets(config, {});
  REQUIRE(found.remarks.size() == 1);
  const std::string known = rest_of({found.remarks.front().what}, "known: ");
  const std::string page = content_of(MAILSONDE_SOURCE_DIR "/docs/configuration.md");
  const auto begin = page.find("Labels are keys of the target");
  REQUIRE(begin != std::string::npos);
  Words documented;
  for (const std::string& word : quoted(page.substr(begin, page.find("An empty one", begin) - begin))) {
    if (word != "destination" && word != "relay") documented.insert(word);  // what `kind` may be
  }
  CHECK(listed(documented) == listed(words_of(known.substr(0, known.find(';')))));
}
