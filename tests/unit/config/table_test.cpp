// SPDX-License-Identifier: Apache-2.0
#include "config/table.hpp"

#include "loading.hpp"

using namespace mailsonde::config;

TEST_SUITE_BEGIN("config.table");

TEST_CASE("every mistake of a file is told, in the order of the file") {
  constexpr std::string_view kText = R"([[relays]]
host = "[::1]"
logs = 1
[[destinations]]
domain = "example.com"
intervall = "2m"
port = 70000
[prober]
timeout = 30
[modules.mx]
tls = "tls"
)";
  const auto mistakes = mistakes_in(kText);
  REQUIRE(mistakes.size() == 6);
  CHECK(mistakes[0] ==
        "2:8: host: \"[::1]\" stands in brackets: write a plain host name or address; the port has its own key");
  CHECK(mistakes[1] == "3:1: logs is not supported by this version yet");
  CHECK(mistakes[2] == "6:1: unknown key \"intervall\" in [[destinations]], did you mean \"interval\"?");
  CHECK(mistakes[3] == "7:8: port: 70000 is not between 1 and 65535");
  CHECK(mistakes[4] == "9:11: timeout: expected a duration such as \"30s\", got an integer");
  CHECK(mistakes[5] == "11:7: tls: \"tls\" is not a known tls; known: none, opportunistic, required, implicit");
}

TEST_CASE("an unknown key gets a suggestion, or the known keys when nothing is close") {
  CHECK(mistake_in("[destination]") ==
        "1:2: unknown key \"destination\" at the top level, did you mean \"destinations\"?");
  CHECK(mistake_in("[politeness]\nbanana = 1") ==
        "2:1: unknown key \"banana\" in [politeness]; known: per_mx_concurrency, max_probes_in_flight, "
        "per_provider_rate, per_mx_rate, backoff_on, require_identity");
  CHECK(mistake_in("[prober.stage_timeouts]\ntcp = 1") ==
        "2:1: unknown key \"tcp\" in [prober.stage_timeouts]; known: dns, connect, banner, command, handshake");
  CHECK(mistake_in("[modules.mx.stage_timeouts]\nDNS = 1")
            .starts_with("2:1: unknown key \"DNS\" in [modules.mx.stage_timeouts]"));
  CHECK(mistake_in("[[relays]]\nhost = 'a'\nauth = {username = 'u', password_env = 'PATH', mech = 1}")
            .starts_with("3:48: unknown key \"mech\" in auth of [[relays]]"));
}

TEST_CASE("an unknown key cannot fool a terminal or flood it") {
  CHECK(mistake_in("\"\\u001b[31m\" = 1").starts_with("1:1: unknown key \"\\x1b[31m\""));
  CHECK(mistake_in(std::string(100'000, 'x') + " = 1").size() < 300);
}

TEST_CASE("the words of later versions are told apart from unknown ones") {
  CHECK(mistake_in("[web.probe]\nenabled = true") == "1:2: web is not supported by this version yet");
  CHECK(mistake_in("[[relays]]\nhost = 'a'\n[[relays.logs]]\npath = '/x'") ==
        "3:10: logs is not supported by this version yet");
  CHECK(mistake_in("[[relays]]\nhost = 'a'\n[relays.queue]\n") == "3:9: queue is not supported by this version yet");
  CHECK(mistake_in("[modules.x]\ntls = 'dane'") ==
        "2:7: tls: \"dane\" is not supported by this version yet; supported: none, opportunistic, required, implicit");
  CHECK(mistake_in("[modules.x]\ntls = 'mta-sts'").contains("is not supported by this version yet"));
}

TEST_CASE("a wrong type says what was expected and what stands there") {
  CHECK(mistake_in("prober = 1") == "1:10: prober: expected a table, got an integer");
  CHECK(mistake_in("[prober]\nhelo = true") == "2:8: helo: expected a string, got a boolean");
  CHECK(mistake_in("[prober]\ntimeout = 1.5") ==
        "2:11: timeout: expected a duration such as \"30s\", got a floating-point number");
  CHECK(mistake_in("[prober]\ntimeout = 07:00:00").ends_with("got a time"));
  CHECK(mistake_in("[prober]\ntimeout = 2026-01-01").ends_with("got a date"));
  CHECK(mistake_in("[prober]\ntimeout = 2026-01-01T00:00:00").ends_with("got a date-time"));
  CHECK(mistake_in("[prober]\nstage_timeouts = '5s'") == "2:18: stage_timeouts: expected a table, got a string");
  CHECK(mistake_in("[modules.mx]\nverify = 'yes'") == "2:10: verify: expected true or false, got a string");
  CHECK(mistake_in("[modules.mx]\nmax_mx_hosts = '3'") ==
        "2:16: max_mx_hosts: expected an integer between 1 and 100, got a string");
  CHECK(mistake_in("modules = []") == "1:11: modules: expected a table, got an empty array");
  CHECK(mistake_in("[modules]\nmx = 1") == "2:6: mx: expected a table, got an integer");
  CHECK(mistake_in("[destinations]\ndomain = 'a'") ==
        "1:1: destinations: expected [[destinations]] in two brackets, since there may be several, got a table");
  CHECK(mistake_in("destinations = [{domain = 'a'}, 1]") == "1:33: destinations: expected a table, got an integer");
  CHECK(mistake_in("[resolver]\nservers = '127.0.0.1'") == "2:11: servers: expected a list of strings, got a string");
  CHECK(mistake_in("[resolver]\nservers = []") == "2:11: servers: expected a list of strings, got an empty array");
  CHECK(mistake_in("[resolver]\nservers = ['::1', 1]") == "2:19: servers: expected a string, got an integer");
}

TEST_CASE("a duration has units and bounds") {
  const auto timeout = [](std::string_view value) {
    return mistake_in("[prober]\ntimeout = '" + std::string(value) + "'");
  };
  CHECK(timeout("30") == "2:11: timeout: \"30\" is not a duration such as \"500ms\", \"30s\", \"5m\" or \"1h30m\"");
  CHECK(timeout("-1s").contains("is not a duration"));
  CHECK(timeout("0s") == "2:11: timeout: \"0s\" is not between 1ms and 10m");
  CHECK(timeout("601s") == "2:11: timeout: \"601s\" is not between 1ms and 10m");
  CHECK(timeout("10m") == "0 mistakes");
}

TEST_CASE("integers beyond every bound are refused") {
  const auto concurrency = [](std::string_view value) {
    return mistake_in("[politeness]\nper_mx_concurrency = " + std::string(value));
  };
  CHECK(concurrency("0") == "2:22: per_mx_concurrency: 0 is not between 1 and 100");
  CHECK(concurrency("-9223372036854775808").ends_with("is not between 1 and 100"));
  CHECK(concurrency("9223372036854775807").ends_with("is not between 1 and 100"));
  CHECK(concurrency("100") == "0 mistakes");
}

TEST_CASE("inline tables and dotted keys are as good as sections") {
  const Config config =
      loaded("prober.stage_timeouts = {dns = '1s'}\nprober.timeout = '7s'\ndestinations = [{domain = 'a.example'}]");
  CHECK(config.targets.at(0).module->stage_timeouts.dns == std::chrono::seconds(1));
  CHECK(config.targets.at(0).module->timeout == std::chrono::seconds(7));
}
