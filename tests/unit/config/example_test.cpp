// SPDX-License-Identifier: Apache-2.0
// The example that users start from, deploy/mailsonde.example.toml.
#include <sstream>

#include "loading.hpp"

using namespace mailsonde::config;

namespace {

const std::string kExample = MAILSONDE_SOURCE_DIR "/deploy/mailsonde.example.toml";
const std::string kReference = MAILSONDE_SOURCE_DIR "/docs/configuration.md";

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

// The words a message lists after "known: ".
std::vector<std::string> known_keys(std::string_view section) {
  const std::string mistake = mistake_in(std::string(section) + "zzzzzzzzzz = 1\n");
  const auto start = mistake.find("known: ");
  REQUIRE(start != std::string::npos);
  std::istringstream words(mistake.substr(start + 7));
  std::vector<std::string> keys;
  for (std::string key; words >> key;) keys.push_back(key.substr(0, key.find(',')));
  return keys;
}

std::vector<std::string> all_keys() {
  std::vector<std::string> keys;
  for (const std::string_view section :
       {"", "[prober]\n", "[prober.stage_timeouts]\n", "[resolver]\n", "[politeness]\n",
        "[[sources]]\nname = 'a'\nipv4 = '192.0.2.1'\n", "[modules.x]\n",
        "[[providers]]\nname = 'a'\nmx_suffixes = ['a']\n", "[[classify.rules]]\ncode = '4'\noutcome = 'reputation'\n",
        "[[destinations]]\ndomain = 'a'\n", "[[target_files]]\nfiles = ['a']\n", "[[relays]]\nhost = 'a'\n",
        "[[relays]]\nhost = 'a'\n[relays.auth]\nusername = 'u'\npassword_env = 'PATH'\n"}) {
    const auto more = known_keys(section);
    keys.insert(keys.end(), more.begin(), more.end());
  }
  return keys;
}

}  // namespace

TEST_SUITE_BEGIN("config.example");

TEST_CASE("the example loads") {
  const Config config = loaded(content_of(kExample), kExample);
  CHECK(config.helo == "probe.example.org");
  CHECK(config.targets.size() == 6);
  CHECK(config.modules.size() == 5);
  CHECK(config.modules.at("strict")->verify);
  CHECK(config.sources.size() == 2);
  CHECK(config.targets[1].sources.size() == 2);
  CHECK(config.providers.size() == 1);
  CHECK(config.reply_rules.size() == 2);
  CHECK(load_file(kExample));
}

TEST_CASE("the example loads with CRLF line ends too") {
  std::string crlf;
  for (const char c : content_of(kExample)) crlf += c == '\n' ? "\r\n" : std::string(1, c);
  CHECK(loaded(crlf).targets.size() == 6);
}

TEST_CASE("the example and the reference name every key") {
  const std::string example = content_of(kExample);
  const std::string reference = content_of(kReference);
  const auto keys = all_keys();
  CHECK(keys.size() > 55);
  for (const std::string& key : keys) {
    CAPTURE(key);
    CHECK(example.contains(key));
    CHECK((reference.contains("`" + key + "`") || reference.contains("[" + key + "]") ||
           reference.contains("[" + key + ".")));
  }
}

TEST_CASE("the example cut at any byte loads or has a problem inside it") {
  const std::string example = content_of(kExample);
  for (std::size_t size = 0; size <= example.size(); ++size) {
    const auto config = load_text(std::string_view(example).substr(0, size), "c.toml");
    if (config) continue;
    REQUIRE_FALSE(config.error().empty());
    for (const Problem& problem : config.error()) REQUIRE(problem.line > 0);
  }
}

TEST_CASE("the example with any byte replaced loads or has a problem") {
  const std::string example = content_of(kExample);
  for (std::size_t at = 0; at < example.size(); at += 3) {
    for (const char byte : {'\0', '\n', '"', '.', '[', '\xff'}) {
      std::string changed = example;
      changed[at] = byte;
      const auto config = load_text(changed, "c.toml");
      REQUIRE((config || !config.error().empty()));
    }
  }
}
