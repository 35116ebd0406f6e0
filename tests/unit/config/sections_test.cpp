// SPDX-License-Identifier: Apache-2.0
#include "loading.hpp"

using namespace mailsonde;
using namespace mailsonde::config;

TEST_SUITE_BEGIN("config.sections");

TEST_CASE("the prober's name in EHLO is a domain or an address literal") {
  CHECK(loaded("[prober]\nhelo = 'probe.example.org'").helo == "probe.example.org");
  CHECK(loaded("[prober]\nhelo = '[192.0.2.1]'").helo == "[192.0.2.1]");
  CHECK(mistake_in("[prober]\nhelo = 'a b'") ==
        "2:8: helo: \"a b\" is not a host name: letters, digits, hyphens, underscores and dots");
  CHECK(mistake_in("[prober]\nhelo = ''") == "2:8: helo: \"\" is empty");
  CHECK(
      mistake_in("[prober]\nhelo = \"a\\r\\nQUIT\"").starts_with("2:8: helo: \"a\\x0d\\x0aQUIT\" is not a host name"));
  CHECK(mistake_in("[prober]\nhelo = '192.0.2.1'").contains("write it as a literal"));
}

TEST_CASE("the resolvers of the file replace the system's") {
  const Resolver resolver = loaded(R"([resolver]
servers = ["127.0.0.1:5353", "192.0.2.1", "[2001:db8::1]:54", "2001:db8::2"]
allow_private_addresses = true
timeout = "2s")")
                                .resolver;
  REQUIRE(resolver.servers.size() == 4);
  CHECK(resolver.servers[0].to_string() == "127.0.0.1:5353");
  CHECK(resolver.servers[1].to_string() == "192.0.2.1:53");
  CHECK(resolver.servers[2].to_string() == "[2001:db8::1]:54");
  CHECK(resolver.servers[3].to_string() == "[2001:db8::2]:53");
  CHECK(resolver.allow_private_addresses);
  CHECK(resolver.timeout == 2s);
}

TEST_CASE("each bad resolver is told where it stands") {
  const auto mistakes =
      mistakes_in("[resolver]\nservers = ['dns.example:53',\n '127.0.0.1:0', '127.0.0.1', '127.0.0.1:53']");
  REQUIRE(mistakes.size() == 3);
  CHECK(mistakes[0] ==
        "2:12: servers: \"dns.example:53\" is not an address with a port such as \"127.0.0.1:53\" or \"[::1]:53\"");
  CHECK(mistakes[1].starts_with("3:2: servers: \"127.0.0.1:0\" is not an address"));
  CHECK(mistakes[2] == "3:30: servers: 127.0.0.1:53 stands there twice");
}

TEST_CASE("more than 16 resolvers are refused") {
  std::string text = "[resolver]\nservers = [";
  for (int i = 1; i <= 17; ++i) text += "'192.0.2." + std::to_string(i) + "',";
  CHECK(mistake_in(text + "]").ends_with("servers: more than 16"));
}

TEST_CASE("politeness has its defaults and takes what the file says") {
  CHECK(loaded("").politeness.per_mx_concurrency == 1);
  CHECK(loaded("").politeness.max_probes_in_flight == 1000);
  const Politeness politeness = loaded("[politeness]\nper_mx_concurrency = 2\nmax_probes_in_flight = 5").politeness;
  CHECK(politeness.per_mx_concurrency == 2);
  CHECK(politeness.max_probes_in_flight == 5);
}

TEST_CASE("rates are a count and a unit; without a word there are 12 a minute for a provider, and none for a host") {
  const auto read = [](const std::string& lines) { return loaded("[politeness]\n" + lines).politeness; };
  CHECK(read("").per_provider_rate == Rate{12, 1min});
  CHECK_FALSE(read("").per_mx_rate.has_value());
  CHECK(read("per_provider_rate = '1/s'").per_provider_rate == Rate{1, 1s});
  CHECK(read("per_mx_rate = '100000/h'").per_mx_rate == Rate{100'000, 1h});
  CHECK_FALSE(read("per_provider_rate = 'none'").per_provider_rate.has_value());
  for (const char* wrong : {"", "12", "0/min", "100001/min", "-1/min", "12/d", "12 /min", "1.5/min", "/min", "12/",
                            "99999999999999999999/s"}) {
    CAPTURE(wrong);
    CHECK(mistake_in("[politeness]\nper_provider_rate = '" + std::string(wrong) + "'").starts_with("2:21: "));
  }
  CHECK(mistake_in("[politeness]\nper_mx_rate = 'often'") ==
        "2:15: per_mx_rate: \"often\" is not a rate such as \"12/min\" (1 to 100000 per s, min or h), nor \"none\"");
}

TEST_CASE("backoff_on lists the outcomes that slow us down") {
  const auto read = [](const std::string& lines) { return loaded("[politeness]\n" + lines).politeness.backoff_on; };
  CHECK(read("") ==
        std::vector{Outcome::rate_limited, Outcome::server_overloaded, Outcome::reputation, Outcome::blocklisted});
  CHECK(read("backoff_on = []").empty());
  CHECK(read("backoff_on = ['blocklisted']") == std::vector{Outcome::blocklisted});
  CHECK(mistake_in("[politeness]\nbackoff_on = ['rate_limitd']") ==
        "2:15: backoff_on: \"rate_limitd\" is not a known outcome of a failure, did you mean \"rate_limited\"?");
  CHECK(mistake_in("[politeness]\nbackoff_on = ['ok']").starts_with("2:15: backoff_on: \"ok\" is not a known outcome"));
  CHECK(mistake_in("[politeness]\nbackoff_on = ['reputation', 'reputation']") ==
        "2:29: backoff_on: \"reputation\" stands there twice");
}

TEST_CASE("the state file is relative to the folder of the configuration, and there is none by default") {
  CHECK(loaded("").state_file.empty());
  CHECK(loaded("[prober]\nstate_file = '/var/lib/mailsonde/state.json'").state_file == "/var/lib/mailsonde/state.json");
}

TEST_CASE("a source must be confirmed for the envelope, always or never") {
  const auto read = [](const std::string& lines) { return loaded("[politeness]\n" + lines).politeness; };
  CHECK(read("").require_identity == RequireIdentity::envelope);
  CHECK(read("require_identity = 'envelope'").require_identity == RequireIdentity::envelope);
  CHECK(read("require_identity = 'always'").require_identity == RequireIdentity::always);
  CHECK(read("require_identity = 'never'").require_identity == RequireIdentity::never);
  CHECK(mistake_in("[politeness]\nrequire_identity = 'allways'") ==
        "2:20: require_identity: \"allways\" is not a known require_identity, did you mean \"always\"?");
  CHECK(mistake_in("[politeness]\nrequire_identity = true").starts_with("2:20: require_identity: "));
}
