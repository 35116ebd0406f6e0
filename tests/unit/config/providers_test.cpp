// SPDX-License-Identifier: Apache-2.0
#include "loading.hpp"

using namespace mailsonde::config;

TEST_SUITE_BEGIN("config.providers");

TEST_CASE("providers are read in the order of the file, their suffixes in lower case") {
  const auto providers = loaded(R"([[providers]]
name = "acme"
mx_suffixes = ["MX.Acme.example", "acme.test"]
[[providers]]
name = "Google"
mx_suffixes = ["internal"]
)")
                             .providers;
  REQUIRE(providers.size() == 2);
  CHECK(providers[0] == Provider{"acme", {"mx.acme.example", "acme.test"}});
  CHECK(providers[1] == Provider{"Google", {"internal"}});
  CHECK(loaded("").providers.empty());
}

TEST_CASE("a provider needs a name and suffixes") {
  const auto mistakes = mistakes_in("[[providers]]\n[[providers]]\nname = ''\nmx_suffixes = []\nsuffix = 'a'");
  REQUIRE(mistakes.size() == 5);
  CHECK(mistakes[0] == "1:1: mx_suffixes is missing in [[providers]]");
  CHECK(mistakes[1] == "1:1: name is missing in [[providers]]");
  CHECK(mistakes[2] == "3:8: name: \"\" is empty");
  CHECK(mistakes[3] == "4:15: mx_suffixes: expected a list of strings, got an empty array");
  CHECK(mistakes[4].starts_with("5:1: unknown key \"suffix\" in [[providers]]"));
}

TEST_CASE("a suffix is whole labels") {
  const auto suffix = [](std::string_view value) {
    return mistake_in("[[providers]]\nname = 'a'\nmx_suffixes = ['" + std::string(value) + "']");
  };
  CHECK(suffix("mx.acme.example") == "0 mistakes");
  CHECK(suffix("*.acme.example") ==
        "3:16: mx_suffixes: \"*.acme.example\" begins with a dot or *: write the name alone, which stands for itself "
        "and every name below it");
  CHECK(suffix(".acme.example").contains("begins with a dot or *"));
  CHECK(suffix("acme.example.").contains("has an empty label"));
  CHECK(suffix("mx?.acme.example").contains("is not a host name"));
  CHECK(suffix("").contains("is empty"));
}

TEST_CASE("a suffix names one provider only") {
  CHECK(mistake_in("[[providers]]\nname = 'a'\nmx_suffixes = ['x.example']\n"
                   "[[providers]]\nname = 'b'\nmx_suffixes = ['y.example', 'X.example']") ==
        "6:29: mx_suffixes: \"X.example\" stands at c.toml:3 already; it can name one provider only");
}

TEST_CASE("providers in one bracket get told about two") {
  CHECK(mistake_in("[providers]\nname = 'a'") ==
        "1:1: providers: expected [[providers]] in two brackets, since there may be several, got a table");
}
