// SPDX-License-Identifier: Apache-2.0
#include "config/modules.hpp"

#include "loading.hpp"

using namespace mailsonde;
using namespace mailsonde::config;

TEST_SUITE_BEGIN("config.modules");

TEST_CASE("four modules are built in") {
  const auto modules = loaded("").modules;
  REQUIRE(modules.size() == 4);
  CHECK(modules.at("mx")->depth == Stage::starttls);
  CHECK(modules.at("mx")->tls == TlsPolicy::opportunistic);
  CHECK(modules.at("mx-rcpt")->depth == Stage::rcpt);
  CHECK(modules.at("mx-rcpt")->tls == TlsPolicy::opportunistic);
  CHECK(modules.at("submission")->depth == Stage::auth);
  CHECK(modules.at("submission")->tls == TlsPolicy::required);
  CHECK(modules.at("smtps")->depth == Stage::auth);
  CHECK(modules.at("smtps")->tls == TlsPolicy::implicit);
  for (const auto& [name, module] : modules) CHECK(module->name == name);
}

TEST_CASE("naming a built-in module changes only the keys that are given") {
  const auto module = *loaded("[modules.submission]\nverify = true").modules.at("submission");
  CHECK(module.verify);
  CHECK(module.depth == Stage::auth);
  CHECK(module.tls == TlsPolicy::required);
  CHECK(loaded("[modules.submission]\ndepth = 'ehlo'").modules.at("submission")->tls == TlsPolicy::required);
}

TEST_CASE("a module takes every key") {
  const Folder folder;
  folder.write("ca.pem", "x");
  const Config config = loaded(R"([modules.full]
depth = "data"
tls = "implicit"
verify = true
min_tls_version = "1.3"
ca_file = "ca.pem"
auth_without_tls = true
max_mx_hosts = 3
mail_from = "probe@example.org"
timeout = "9s"
stage_timeouts = { connect = "1s" }
)",
                               folder.path("c.toml"));
  const Module& module = *config.modules.at("full");
  CHECK(module.name == "full");
  CHECK(module.depth == Stage::data);
  CHECK(module.tls == TlsPolicy::implicit);
  CHECK(module.verify);
  CHECK(module.min_tls_version == TlsVersion::tls1_3);
  CHECK(module.ca_file == folder.path("ca.pem"));
  CHECK(module.auth_without_tls);
  CHECK(module.max_mx_hosts == 3);
  CHECK(module.mail_from == "probe@example.org");
  CHECK(module.timeout == 9s);
  CHECK(module.stage_timeouts.connect == 1s);
  CHECK(module.stage_timeouts.banner == 30s);
}

TEST_CASE("timeouts come from the module, else from [prober], else from the house") {
  const Config config = loaded(R"([modules.a]
timeout = "3s"
[modules.a.stage_timeouts]
dns = "1s"
[prober]
timeout = "40s"
[prober.stage_timeouts]
dns = "2s"
connect = "4s"
)");
  const Module& own = *config.modules.at("a");
  CHECK(own.timeout == 3s);
  CHECK(own.stage_timeouts.dns == 1s);
  CHECK(own.stage_timeouts.connect == 4s);
  CHECK(own.stage_timeouts.banner == 30s);
  CHECK(config.modules.at("mx")->timeout == 40s);
  CHECK(config.modules.at("mx")->stage_timeouts.dns == 2s);
  CHECK(loaded("").modules.at("mx")->timeout == 60s);
}

TEST_CASE("every depth of the format is known, other stages are not depths") {
  for (const std::string_view depth : {"connect", "banner", "ehlo", "starttls", "auth", "mail", "rcpt", "data"}) {
    const Config config = loaded("[modules.x]\ndepth = '" + std::string(depth) + "'");
    CHECK(to_string(config.modules.at("x")->depth) == depth);
  }
  for (const std::string_view policy : {"none", "opportunistic", "required", "implicit"}) {
    const Config config = loaded("[modules.x]\ntls = '" + std::string(policy) + "'");
    CHECK(to_string(config.modules.at("x")->tls) == policy);
  }
  CHECK(mistake_in("[modules.x]\ndepth = 'quit'").starts_with("2:9: depth: \"quit\" is not a known depth"));
  CHECK(mistake_in("[modules.x]\ndepth = 'startls'") ==
        "2:9: depth: \"startls\" is not a known depth, did you mean \"starttls\"?");
  CHECK(
      mistake_in("[modules.x]\nmin_tls_version = '1.1'").starts_with("2:19: min_tls_version: \"1.1\" is not a known"));
}

TEST_CASE("a CA file must be there and be a file") {
  const Folder folder;
  const auto mistake = [&](std::string_view path) {
    return mistake_in("[modules.x]\nca_file = '" + std::string(path) + "'", folder.path("c.toml"));
  };
  CHECK(mistake("none.pem") ==
        "2:11: ca_file: " + folder.path("none.pem") + " cannot be opened: No such file or directory");
  CHECK(mistake(folder.path(".")).ends_with("is a directory"));
  CHECK(mistake("") == "2:11: ca_file: \"\" is empty");
}

TEST_CASE("a module's reverse-path is a mailbox or empty, its name fits a message") {
  CHECK(loaded("[modules.x]\nmail_from = ''").modules.at("x")->mail_from.empty());
  CHECK(mistake_in("[modules.x]\nmail_from = 'probe'").starts_with("2:13: mail_from: \"probe\" is not a mailbox"));
  CHECK(mistake_in("[modules.'']\nverify = true") == "1:10: \"\" is empty");
  CHECK(mistake_in("[modules.\"a\\nb\"]\nverify = true") == "1:10: \"a\\x0ab\" holds control characters");
}
