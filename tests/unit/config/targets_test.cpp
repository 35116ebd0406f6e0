// SPDX-License-Identifier: Apache-2.0
#include "config/targets.hpp"

#include "loading.hpp"

using namespace mailsonde;
using namespace mailsonde::config;

namespace {

// A relay with credentials and these further lines.
std::string relay_with_auth(std::string_view lines) {
  return "[[relays]]\nhost = 'relay.example'\nauth = {username = 'u', password_env = 'PATH'}\n" + std::string(lines);
}

}  // namespace

TEST_SUITE_BEGIN("config.targets");

TEST_CASE("a destination needs no more than its domain") {
  const Target target = loaded("[[destinations]]\ndomain = 'example.com'").targets.at(0);
  CHECK(target.kind == TargetKind::destination);
  CHECK(target.name == "example.com");
  CHECK(target.host == "example.com");
  CHECK(target.port == 25);
  CHECK(target.interval == 2min);
  CHECK(target.module->name == "mx");
  CHECK(target.provider.empty());
  CHECK_FALSE(target.auth);
}

TEST_CASE("a relay needs no more than its host") {
  const Target target = loaded("[[relays]]\nhost = 'relay.example.org'").targets.at(0);
  CHECK(target.kind == TargetKind::relay);
  CHECK(target.name == "relay.example.org");
  CHECK(target.port == 587);
  CHECK(target.module->name == "submission");
}

TEST_CASE("targets take every key and keep the order of the file") {
  const Config config = loaded(R"([[relays]]
name = "out-1"
host = "192.0.2.1"
port = 2525
interval = "1s"
module = "mx-rcpt"
rcpt_to = "a@example.org"
mail_from = "b@example.org"
provider = "own"
[[destinations]]
domain = "[IPv6:2001:db8::1]"
name = "six"
port = 26
interval = "1d"
module = "mx-rcpt"
rcpt_to = "c@example.com"
mail_from = ""
provider = "google"
[[relays]]
host = "2001:db8::2"
)");
  REQUIRE(config.targets.size() == 3);
  CHECK(config.targets[0].name == "out-1");
  CHECK(config.targets[0].host == "192.0.2.1");
  CHECK(config.targets[0].port == 2525);
  CHECK(config.targets[0].interval == 1s);
  CHECK(config.targets[0].rcpt_to == "a@example.org");
  CHECK(config.targets[0].mail_from == "b@example.org");
  CHECK(config.targets[0].provider == "own");
  CHECK(config.targets[1].name == "six");
  CHECK(config.targets[1].host == "[IPv6:2001:db8::1]");
  CHECK(config.targets[1].port == 26);
  CHECK(config.targets[1].interval == 24h);
  CHECK(config.targets[1].provider == "google");
  CHECK(config.targets[2].host == "2001:db8::2");
}

TEST_CASE("the reverse-path is the target's own, else the module's") {
  constexpr std::string_view kModule = "[modules.mx-rcpt]\nmail_from = 'm@example.org'\n";
  const auto mail_from = [&](std::string_view line) {
    return loaded(std::string(kModule) + "[[destinations]]\ndomain = 'a'\nmodule = 'mx-rcpt'\nrcpt_to = 'r@a'\n" +
                  std::string(line))
        .targets.at(0)
        .mail_from;
  };
  CHECK(mail_from("") == "m@example.org");
  CHECK(mail_from("mail_from = 't@example.org'") == "t@example.org");
  CHECK(mail_from("mail_from = ''").empty());
}

TEST_CASE("a relay's port follows its module") {
  const auto port = [](std::string_view lines) {
    return loaded("[modules.plain]\ndepth = 'ehlo'\n[modules.deep]\ndepth = 'rcpt'\n" + std::string(lines))
        .targets.at(0)
        .port;
  };
  CHECK(port("[[relays]]\nhost = 'a'\nmodule = 'submission'") == 587);
  CHECK(port("[[relays]]\nhost = 'a'\nmodule = 'smtps'") == 465);
  CHECK(port("[[relays]]\nhost = 'a'\nmodule = 'mx'") == 25);
  CHECK(port("[[relays]]\nhost = 'a'\nmodule = 'plain'") == 25);
  CHECK(port("[[relays]]\nhost = 'a'\nmodule = 'deep'\nrcpt_to = 'r@a'") == 25);
  CHECK(port(relay_with_auth("module = 'deep'\nrcpt_to = 'r@a'")) == 587);
  CHECK(port("[[relays]]\nhost = 'a'\nmodule = 'smtps'\nport = 25") == 25);
}

TEST_CASE("a target without domain or host is told at its section") {
  CHECK(mistake_in("\n[[destinations]]\nport = 25") == "2:1: domain is missing in [[destinations]]");
  CHECK(mistake_in("[[relays]]\nport = 25") == "1:1: host is missing in [[relays]]");
  CHECK(mistake_in("[[relays]]\ndomain = 'a'\nhost = 'a'").starts_with("2:1: unknown key \"domain\" in [[relays]]"));
}

TEST_CASE("two targets of one name are told, with the place of the first") {
  CHECK(mistake_in("[[destinations]]\ndomain = 'a'\n[[destinations]]\ndomain = 'a'") ==
        "4:10: domain: \"a\" is already the name of the target at c.toml:2; give one of them another name");
  CHECK(mistake_in("[[relays]]\nname = 'x'\nhost = 'a'\n[[destinations]]\ndomain = 'b'\nname = 'x'") ==
        "6:8: name: \"x\" is already the name of the target at c.toml:2; give one of them another name");
  CHECK(mistakes_in("[[relays]]\nhost = 'a'\n[[relays]]\nhost = 'a'\nname = 'b'").empty());
}

TEST_CASE("a name fits a metric label") {
  const auto name = [](std::string_view value) {
    return mistake_in("[[destinations]]\ndomain = 'a'\nname = \"" + std::string(value) + "\"");
  };
  CHECK(name("") == "3:8: name: \"\" is empty");
  CHECK(name("a\\nb") == "3:8: name: \"a\\x0ab\" holds control characters");
  CHECK(name(std::string(129, 'a')).ends_with("is longer than 128 bytes, the bound of a metric label"));
  CHECK(name("M\xc3\xbcnchen, \xe2\x84\x96 1") == "0 mistakes");
  const std::string label(60, 'a');
  CHECK(mistake_in("[[destinations]]\ndomain = '" + label + "." + label + "." + label + "'") ==
        "2:10: domain is the target's name too and is longer than 128 bytes, the bound of a metric label; give it a "
        "name");
  CHECK(mistake_in("[[destinations]]\ndomain = 'a'\nprovider = ''") == "3:12: provider: \"\" is empty");
}

TEST_CASE("an interval lies between a second and a day") {
  const auto interval = [](std::string_view value) {
    return mistake_in("[[destinations]]\ndomain = 'a'\ninterval = '" + std::string(value) + "'");
  };
  CHECK(interval("999ms") == "3:12: interval: \"999ms\" is not between 1s and 1d");
  CHECK(interval("25h") == "3:12: interval: \"25h\" is not between 1s and 1d");
  CHECK(interval("1s") == "0 mistakes");
  CHECK(interval("24h") == "0 mistakes");
}

TEST_CASE("an unknown module gets a suggestion, or the list") {
  CHECK(mistake_in("[[destinations]]\ndomain = 'a'\nmodule = 'mx-rctp'") ==
        "3:10: module: \"mx-rctp\" is not a known module, did you mean \"mx-rcpt\"?");
  CHECK(mistake_in("[[destinations]]\ndomain = 'a'\nmodule = 'everything'") ==
        "3:10: module: \"everything\" is not a known module; known: mx, mx-rcpt, smtps, submission");
}

TEST_CASE("a probe as deep as RCPT needs a mailbox") {
  CHECK(mistake_in("[[destinations]]\ndomain = 'a'\nmodule = 'mx-rcpt'") ==
        "3:10: module: \"mx-rcpt\" goes as deep as rcpt, so rcpt_to must name a mailbox that you own");
  CHECK(mistake_in("[modules.mx]\ndepth = 'data'\n[[destinations]]\ndomain = 'a'")
            .starts_with("3:1: module: \"mx\" goes"));
  CHECK(mistake_in("[[relays]]\nhost = 'a'\nmodule = 'mx-rcpt'").starts_with("3:10: module: \"mx-rcpt\" goes"));
  CHECK(mistake_in("[[destinations]]\ndomain = 'a'\nmodule = 'mx-rcpt'\nrcpt_to = 'nobody'") ==
        "4:11: rcpt_to: \"nobody\" is not a mailbox: local-part@domain, with one @");
  CHECK(mistakes_in("[modules.m]\ndepth = 'mail'\n[[destinations]]\ndomain = 'a'\nmodule = 'm'").empty());
}

TEST_CASE("a line feed never reaches the envelope") {
  CHECK(mistake_in("[[destinations]]\ndomain = 'a'\nrcpt_to = \"r@a\\r\\nDATA\"").starts_with("3:11: rcpt_to: "));
  CHECK(mistake_in("[[destinations]]\ndomain = 'a'\nmail_from = \"r\\n@a\"").starts_with("3:13: mail_from: "));
  CHECK(mistake_in("[[destinations]]\ndomain = \"a\\n\"").starts_with("2:10: domain: \"a\\x0a\" is not a host name"));
}

TEST_CASE("nobody logs in at a destination") {
  CHECK(mistake_in("[[destinations]]\ndomain = 'a'\nmodule = 'submission'") ==
        "3:10: module: \"submission\" logs in (depth auth), which is for [[relays]] only");
  CHECK(mistake_in("[modules.mx]\ndepth = 'auth'\n[[destinations]]\ndomain = 'a'")
            .starts_with("3:1: module: \"mx\" logs in"));
  CHECK(mistake_in("[[destinations]]\ndomain = 'a'\nauth = {username = 'u', password_env = 'PATH'}") ==
        "3:1: auth is for [[relays]] only: nobody logs in at somebody else's MX");
}

TEST_CASE("credentials need a module that logs in, over TLS unless it says otherwise") {
  CHECK(mistake_in(relay_with_auth("module = 'mx'")) ==
        "3:8: auth: module \"mx\" ends at starttls and never logs in; use one with depth auth or deeper");
  CHECK(mistake_in("[modules.submission]\ntls = 'none'\n" + relay_with_auth("")) ==
        "5:8: auth: module \"submission\" has tls none and would log in without TLS; set its tls to required, or its "
        "auth_without_tls to true");
  CHECK(mistakes_in("[modules.submission]\ntls = 'none'\nauth_without_tls = true\n" + relay_with_auth("")).empty());
  CHECK(mistakes_in(relay_with_auth("module = 'mx-rcpt'\nrcpt_to = 'r@a'")).empty());
}
