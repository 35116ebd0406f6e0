// SPDX-License-Identifier: Apache-2.0
#include "config/sources.hpp"

#include "loading.hpp"

using namespace mailsonde;
using namespace mailsonde::config;

namespace {

const std::string kTwo = R"([[sources]]
name = "pool-a"
ipv4 = "192.0.2.10"
ipv6 = "2001:db8::10"
helo = "out-a.example.org"
[[sources]]
name = "pool-b"
ipv4 = "192.0.2.11"
)";

std::vector<std::string> names_of(const Sources& sources) {
  std::vector<std::string> names;
  for (const auto& source : sources) names.push_back(source->name);
  return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_SUITE_BEGIN("config.sources");

TEST_CASE("a source has a name, one address or two, and a HELO name if it is not the prober's") {
  const Config config = loaded(kTwo);
  REQUIRE(names_of(config.sources) == Names{"pool-a", "pool-b"});
  const Source& a = *config.sources[0];
  CHECK(a.ipv4 == IpAddress::parse("192.0.2.10"));
  CHECK(a.ipv6 == IpAddress::parse("2001:db8::10"));
  CHECK(a.helo == "out-a.example.org");
  const Source& b = *config.sources[1];
  CHECK(b.has(Family::ipv4));
  CHECK_FALSE(b.has(Family::ipv6));
  CHECK(b.helo.empty());
}

TEST_CASE("without [[sources]], and for targets that name none, the system chooses the address, in both families") {
  for (const std::string& before : {std::string(), kTwo}) {
    const Target target = loaded(before + "[[destinations]]\ndomain = 'a.example'").targets.at(0);
    CHECK(names_of(target.sources) == Names{"default"});
    CHECK(target.sources[0]->is_chosen_by_system());
    CHECK(target.sources[0]->has(Family::ipv4));
    CHECK(target.sources[0]->has(Family::ipv6));
    CHECK_FALSE(target.sources[0]->address(Family::ipv4));
  }
}

TEST_CASE("a target's own list wins over the prober's, and both may name the default source") {
  const Config config = loaded("[prober]\nsources = ['pool-a', 'pool-b']\n" + kTwo +
                               "[[destinations]]\ndomain = 'a.example'\n"
                               "[[relays]]\nhost = 'b.example'\nsources = ['pool-b', 'default']\n");
  CHECK(names_of(config.default_sources) == Names{"pool-a", "pool-b"});
  CHECK(names_of(config.targets.at(0).sources) == Names{"pool-a", "pool-b"});
  CHECK(names_of(config.targets.at(1).sources) == Names{"pool-b", "default"});
}

TEST_CASE("an unknown source is told with the closest known one") {
  CHECK(mistake_in(kTwo + "[[destinations]]\ndomain = 'a'\nsources = ['pool-a', 'pool-c2']").contains("known source"));
  CHECK(mistake_in(kTwo + "[[relays]]\nhost = 'a'\nsources = ['pol-a']").contains("pool-a"));
  CHECK(mistake_in("[prober]\nsources = ['pool-a']").starts_with("2:12: sources: \"pool-a\" is not a known source"));
  CHECK(mistake_in(kTwo + "[prober]\nsources = ['pool-a', 'pool-a']") ==
        "10:22: sources: \"pool-a\" stands there twice");
  CHECK(mistake_in("[prober]\nsources = []").starts_with("2:"));
}

TEST_CASE("a name stands for one source, and default for none of the file") {
  CHECK(mistake_in(kTwo + "[[sources]]\nname = 'pool-a'\nipv4 = '192.0.2.12'") ==
        "10:8: name: \"pool-a\" is already the name of the source at c.toml:2; give one of them another name");
  CHECK(mistake_in("[[sources]]\nname = 'default'\nipv4 = '192.0.2.12'") ==
        "2:8: name: \"default\" is the name of the system's own choice; give the source another name");
  CHECK(mistake_in("[[sources]]\nipv4 = '192.0.2.12'").contains("name"));
  CHECK(mistake_in("[[sources]]\nname = ''\nipv4 = '192.0.2.12'") == "2:8: name: \"\" is empty");
}

TEST_CASE("a source needs an address") {
  const std::string mistake = mistake_in("[[sources]]\nname = 'a'");
  CHECK(mistake.contains("ipv4"));
  CHECK(mistake.contains("ipv6"));
}

TEST_CASE("an address stands under the key of its family") {
  CHECK(mistake_in("[[sources]]\nname = 'a'\nipv4 = '2001:db8::1'") ==
        "3:8: ipv4: \"2001:db8::1\" is of the other family: write it as ipv6, and here one such as \"192.0.2.10\"");
  CHECK(mistake_in("[[sources]]\nname = 'a'\nipv6 = '192.0.2.1'") ==
        "3:8: ipv6: \"192.0.2.1\" is of the other family: write it as ipv4, and here one such as \"2001:db8::10\"");
  CHECK(mistake_in("[[sources]]\nname = 'a'\nipv4 = 'eth0'") ==
        "3:8: ipv4: \"eth0\" is not an address such as \"192.0.2.10\"");
}

TEST_CASE("an address that no connection can leave from is refused") {
  for (const char* address : {"0.0.0.0", "224.0.0.1", "255.255.255.255", "240.0.0.1", "169.254.1.1"}) {
    CAPTURE(address);
    CHECK(mistake_in("[[sources]]\nname = 'a'\nipv4 = '" + std::string(address) + "'")
              .contains("is no address that mail can leave from"));
  }
  for (const char* address : {"::", "ff02::1", "fe80::1", "::ffff:192.0.2.1"}) {
    CAPTURE(address);
    CHECK(mistake_in("[[sources]]\nname = 'a'\nipv6 = '" + std::string(address) + "'")
              .contains("is no address that mail can leave from"));
  }
  CHECK(loaded("[[sources]]\nname = 'a'\nipv4 = '127.0.0.2'\nipv6 = '::1'").sources.size() == 1);
}

TEST_CASE("a HELO name of a source is judged like the prober's") {
  CHECK(
      mistake_in("[[sources]]\nname = 'a'\nipv4 = '192.0.2.1'\nhelo = 'a b'").starts_with("4:8: helo: \"a b\" is not"));
}

TEST_CASE("a source that changed makes its targets others, one that they do not name does not") {
  const auto target_of = [](const std::string& sources) {
    return loaded(sources + "[[destinations]]\ndomain = 'a.example'\nsources = ['pool-a']").targets.at(0);
  };
  const auto with = [](std::string_view from, std::string_view to) {
    std::string text = kTwo;
    return text.replace(text.find(from), from.size(), to);
  };
  const Target before = target_of(kTwo);
  CHECK(before == target_of(kTwo));
  CHECK(before == target_of(with("192.0.2.11", "192.0.2.12")));
  CHECK(before != target_of(with("192.0.2.10", "192.0.2.12")));
  CHECK(before != target_of(with("out-a.", "out-b.")));
}

TEST_SUITE_END();

TEST_CASE("all sources are those of the file and those that targets leave from, each once") {
  CHECK(names_of(all_sources(loaded(kTwo))) == Names{"pool-a", "pool-b"});
  CHECK(names_of(all_sources(loaded(kTwo + "[[destinations]]\ndomain = 'example.com'\n"))) ==
        Names{"default", "pool-a", "pool-b"});
  CHECK(names_of(all_sources(loaded("[[destinations]]\ndomain = 'example.com'\n"))) == Names{"default"});
}
