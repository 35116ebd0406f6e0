// SPDX-License-Identifier: Apache-2.0
#include "config/listed_targets.hpp"

#include "loading.hpp"

using namespace mailsonde;
using namespace mailsonde::config;

namespace {

const Config& config() {
  static const Config kConfig = loaded(R"([modules.mx-rcpt]
mail_from = "m@example.org"
[[sources]]
name = "pool-a"
ipv4 = "192.0.2.10"
[[target_files]]
files = ["*.json"]
[[target_files]]
files = ["*.json"]
module = "mx-rcpt"
interval = "7m"
sources = ["pool-a"]
)");
  return kConfig;
}

struct Read {
  std::vector<Target> targets;
  std::vector<Problem> problems;
  std::vector<Problem> remarks;
};

Read read(std::string_view text, std::size_t section = 0) {
  Problems problems("t.json");
  Problems remarks("t.json");
  auto targets = read_listed_targets(text, config().target_files.at(section), config(), problems, remarks);
  return {std::move(targets), problems.take(), remarks.take()};
}

// Of an entry with that target and those labels.
Read entry(std::string_view target, std::string_view labels = "", std::size_t section = 0) {
  return read(R"([{"targets": [")" + std::string(target) + R"("], "labels": {)" + std::string(labels) + "}}]", section);
}

Target one(const Read& read) {
  for (const Problem& problem : read.problems) FAIL_CHECK(problem.to_string());
  REQUIRE(read.targets.size() == 1);
  return read.targets.front();
}

std::string mistake(const Read& read) {
  if (read.problems.size() != 1) return std::to_string(read.problems.size()) + " mistakes";
  return read.problems[0].to_string();
}

}  // namespace

TEST_SUITE_BEGIN("config.listed_targets");

TEST_CASE("a domain is a destination, named as it is written") {
  const Target target = one(entry("example.com"));
  CHECK(target.kind == TargetKind::destination);
  CHECK(target.name == "example.com");
  CHECK(target.host == "example.com");
  CHECK(target.port == 25);
  CHECK(target.interval == 2min);
  CHECK(target.module->name == "mx");
  CHECK(target.sources.front()->name == "default");
  CHECK(one(entry("[192.0.2.25]")).kind == TargetKind::destination);
}

TEST_CASE("host and port are a relay, named with its port, with the module of the port") {
  const Target target = one(entry("relay.example:25"));
  CHECK(target.kind == TargetKind::relay);
  CHECK(target.name == "relay.example:25");
  CHECK(target.host == "relay.example");
  CHECK(target.port == 25);
  CHECK(target.module->name == "mx");
  CHECK(one(entry("relay.example:587")).module->name == "submission");
  CHECK(one(entry("relay.example:465")).module->name == "smtps");
  CHECK(one(entry("[2001:db8::1]:2525")).host == "2001:db8::1");
  CHECK(one(entry("192.0.2.1:25")).host == "192.0.2.1");
}

TEST_CASE("the label kind says otherwise") {
  const Target destination = one(entry("example.com:2525", R"("kind": "destination")"));
  CHECK(destination.kind == TargetKind::destination);
  CHECK(destination.host == "example.com");
  CHECK(destination.port == 2525);
  const Target relay = one(entry("relay.example", R"("kind": "relay")"));
  CHECK(relay.kind == TargetKind::relay);
  CHECK(relay.module->name == "submission");
  CHECK(relay.port == 587);
}

TEST_CASE("labels are the keys of a target, before those of the section") {
  const Target target = one(entry("example.com", R"("name": "in", "module": "mx-rcpt", "interval": "30s",
    "provider": "google", "rcpt_to": "r@example.com", "mail_from": "f@example.org")",
                                  1));
  CHECK(target.name == "in");
  CHECK(target.interval == 30s);
  CHECK(target.provider == "google");
  CHECK(target.rcpt_to == "r@example.com");
  CHECK(target.mail_from == "f@example.org");
  const Target plain = one(entry("example.com", R"("rcpt_to": "r@example.com")", 1));
  CHECK(plain.module->name == "mx-rcpt");
  CHECK(plain.interval == 7min);
  CHECK(plain.mail_from == "m@example.org");
  CHECK(plain.sources.front()->name == "pool-a");
}

TEST_CASE("a target of a file equals one of the configuration that says the same") {
  const Target same = loaded("[[destinations]]\ndomain = 'example.com'").targets.at(0);
  CHECK(one(entry("example.com")) == same);
}

TEST_CASE("an empty label counts as absent") {
  const Target target = one(entry("example.com", R"("name": "", "module": "", "interval": "", "kind": "")"));
  CHECK(target.name == "example.com");
  CHECK(target.interval == 2min);
}

TEST_CASE("labels that are no keys are told once a file and refuse nothing") {
  const Read found = read(R"([{"targets": ["a.example"], "labels": {"team": "x", "modul": "y"}},
                              {"targets": ["b.example"], "labels": {"team": "x"}}])");
  CHECK(found.problems.empty());
  CHECK(found.targets.size() == 2);
  REQUIRE(found.remarks.size() == 2);
  CHECK(found.remarks[0].to_string() ==
        "t.json:1:40: \"team\" is not a known label; known: name, kind, module, interval, provider, rcpt_to, "
        "mail_from; it means nothing here");
  CHECK(found.remarks[1].what == "\"modul\" is not a known label, did you mean \"module\"?; it means nothing here");
}

TEST_CASE("what is wrong with a target is told at its place") {
  CHECK(mistake(entry("exa mple.com")) ==
        "t.json:1:15: \"exa mple.com\" is not a host name: letters, digits, hyphens, underscores and dots; right are "
        "\"example.com\", a destination, and \"relay.example:25\", a relay");
  CHECK(mistake(entry("192.0.2.1")).starts_with("t.json:1:15: \"192.0.2.1\" is an address: write it as a literal"));
  CHECK(mistake(entry("a.example:0")).starts_with("t.json:1:15: "));
  CHECK(mistake(entry("a.example:65536")).starts_with("t.json:1:15: "));
  CHECK(mistake(entry("http://a.example:25")).starts_with("t.json:1:15: "));
  CHECK(mistake(entry("")).starts_with("t.json:1:15: \"\" is empty"));
  CHECK(mistake(entry("a.example\\r\\nQUIT")).starts_with("t.json:1:15: \"a.example\\x0d\\x0aQUIT\" is not"));
}

TEST_CASE("what is wrong with a label is told at its value") {
  CHECK(mistake(entry("a.example", R"("module": "mz")")) ==
        "t.json:1:50: module: \"mz\" is not a known module, did you mean \"mx\"?");
  CHECK(mistake(entry("a.example", R"("interval": "5")")) ==
        "t.json:1:52: interval: \"5\" is not a duration such as \"30s\", \"5m\" or \"1h30m\"");
  CHECK(mistake(entry("a.example", R"("interval": "1ms")")) ==
        "t.json:1:52: interval: \"1ms\" is not between 1s and 1d");
  CHECK(mistake(entry("a.example", R"("kind": "mx")")) ==
        "t.json:1:48: kind: \"mx\" is neither \"destination\" nor \"relay\"");
  CHECK(mistake(entry("a.example", R"("rcpt_to": "nobody")")).starts_with("t.json:1:51: rcpt_to: \"nobody\" is not"));
  CHECK(mistake(entry("a.example", R"("name": "a\nb")")).starts_with("t.json:1:48: name: "));
  CHECK(mistake(entry("a.example", R"("kind": "relay", "kind": "relay")")) ==
        "t.json:1:57: \"kind\" stands there twice in one entry");
  CHECK(mistake(read(R"([{"targets": ["a.b", "c.d"], "labels": {"name": "x"}}])")) ==
        "t.json:1:49: name: is for an entry with one target: give each an entry of its own");
}

TEST_CASE("a target fits its module") {
  CHECK(mistake(entry("a.example", "", 1)) ==
        "t.json:1:15: module: \"mx-rcpt\" goes as deep as rcpt, so rcpt_to must name a mailbox that you own");
  CHECK(mistake(entry("a.example", R"("module": "submission")")) ==
        "t.json:1:50: module: \"submission\" logs in (depth auth), which is for [[relays]] only");
  CHECK(mistake(entry("a.example", R"("module": "mx-rcpt", "rcpt_to": "nobody")")).contains("rcpt_to: \"nobody\""));
}
