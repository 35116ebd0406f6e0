// SPDX-License-Identifier: Apache-2.0
// The example that users start from, deploy/mailsonde.example.toml.
#include <sstream>

#include "loading.hpp"

using namespace mailsonde::config;

namespace {

const std::string kExample = MAILSONDE_SOURCE_DIR "/deploy/mailsonde.example.toml";

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
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
