// SPDX-License-Identifier: Apache-2.0
#include "cli/check_target.hpp"

#include <doctest/doctest.h>

#include "config/load.hpp"

using namespace mailsonde;

namespace {

config::Config sample() {
  const auto config = config::load_text(R"(
[prober]
sources = ["pool-a"]
[[sources]]
name = "pool-a"
ipv4 = "192.0.2.10"
[[sources]]
name = "pool-b"
ipv4 = "192.0.2.11"
[[destinations]]
name = "partner"
domain = "partner.example"
module = "mx-rcpt"
rcpt_to = "probe@partner.example"
sources = ["pool-b"]
)",
                                        "test.toml");
  REQUIRE(config.has_value());
  return *config;
}

}  // namespace

TEST_SUITE_BEGIN("cli.check_target");

TEST_CASE("a configured name is probed as configured") {
  const auto target = cli::find_target(sample(), "partner", "");
  REQUIRE(target.has_value());
  CHECK(target->host == "partner.example");
  CHECK(target->module->name == "mx-rcpt");
}

TEST_CASE("a domain is a destination that nothing past STARTTLS is said to") {
  const auto target = cli::find_target(sample(), "Example.COM.", "");
  REQUIRE(target.has_value());
  CHECK(target->kind == config::TargetKind::destination);
  CHECK(target->host == "example.com");
  CHECK(target->port == 25);
  CHECK(target->module->depth == Stage::starttls);
}

TEST_CASE("host:port is a host as it stands there, with the module that its port suggests") {
  const auto submission = cli::find_target(sample(), "relay.example.org:587", "");
  REQUIRE(submission.has_value());
  CHECK(submission->kind == config::TargetKind::relay);
  CHECK(submission->host == "relay.example.org");
  CHECK(submission->module->name == "submission");
  CHECK(cli::find_target(sample(), "192.0.2.1:465", "")->module->name == "smtps");
  CHECK(cli::find_target(sample(), "[2001:db8::1]:25", "")->host == "2001:db8::1");
  CHECK(cli::find_target(sample(), "relay.example.org:2525", "")->module->name == "mx");
}

TEST_CASE("what is no target is refused with a sentence") {
  for (const char* word : {"", "a..b", "exa mple.com", "host:0", "host:65536", "host:x", ":25", "192.0.2.1",
                           "2001:db8::1", "a\r\nb", "-", "http://example.com/", "user@example.com"}) {
    CAPTURE(word);
    const auto target = cli::find_target(sample(), word, "");
    if (std::string_view(word) == "-") continue;
    REQUIRE_FALSE(target.has_value());
    CHECK(target.error().message.find('\n') == std::string::npos);
    CHECK(target.error().message.size() > 10);
  }
}

TEST_CASE("an unknown module is named together with those that there are") {
  const auto target = cli::find_target(sample(), "example.com", "deep");
  REQUIRE_FALSE(target.has_value());
  CHECK(target.error().message.find("deep") != std::string::npos);
  CHECK(target.error().message.find("mx-rcpt") != std::string::npos);
}

TEST_CASE("a module that names a recipient is not used without one") {
  const auto target = cli::find_target(sample(), "example.com", "mx-rcpt");
  REQUIRE_FALSE(target.has_value());
  CHECK(target.error().message.find("rcpt_to") != std::string::npos);
  CHECK(cli::find_target(sample(), "partner", "mx").has_value());
}

TEST_CASE("a target is probed from its own sources, what is not configured from the prober's") {
  CHECK(cli::find_target(sample(), "partner", "")->sources.at(0)->name == "pool-b");
  CHECK(cli::find_target(sample(), "example.com", "")->sources.at(0)->name == "pool-a");
}

TEST_CASE("a source is one of the file, or default; another name is told with those there are") {
  CHECK(cli::find_source(sample(), "pool-b").value()->name == "pool-b");
  CHECK(cli::find_source(sample(), "default").value()->is_chosen_by_system());
  CHECK(cli::find_source(sample(), "pool-c").error().message ==
        "no source \"pool-c\"; there are: pool-a, pool-b, default");
}

TEST_SUITE_END();
