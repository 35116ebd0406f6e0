// SPDX-License-Identifier: Apache-2.0
// Recognising an unchanged target after a reload.
#include "loading.hpp"

using namespace mailsonde::config;

namespace {

constexpr std::string_view kText = R"([prober]
helo = "probe.example.org"
[[relays]]
host = "relay.example"
auth = { username = "u", password_env = "PATH" }
)";

std::string with(std::string_view from, std::string_view to) {
  std::string text(kText);
  text.replace(text.find(from), from.size(), to);
  return text;
}

Target target_of(std::string_view text) { return loaded(text).targets.at(0); }

}  // namespace

TEST_SUITE_BEGIN("config.equality");

TEST_CASE("a target of the same file equals itself, though its module is another object") {
  const Target before = target_of(kText);
  const Target after = target_of(kText);
  CHECK(before.module != after.module);
  CHECK(before == after);
}

TEST_CASE("a change of the target, its module or its credentials makes it another") {
  const Target before = target_of(kText);
  CHECK(before != target_of(with("relay.example", "relay2.example")));
  CHECK(before != target_of(with("\"u\"", "\"v\"")));
  CHECK(before != target_of(with("\"PATH\"", "\"HOME\"")));
  CHECK(before != target_of(std::string(kText) + "interval = '1m'"));
  CHECK(before != target_of(std::string(kText) + "provider = 'own'"));
  CHECK(before != target_of(std::string(kText) + "[modules.submission]\nverify = true"));
  CHECK(before != target_of(with("[prober]", "[prober]\nstage_timeouts = {dns = '1s'}")));
  CHECK(before == target_of(std::string(kText) + "[modules.mx]\nverify = true"));
}

TEST_CASE("a target without a module can be compared") {
  CHECK(Target{} == Target{});
  CHECK(Target{} != target_of(kText));
}
