// SPDX-License-Identifier: Apache-2.0
#include "cli/report_text.hpp"

#include <doctest/doctest.h>

using namespace mailsonde;
using namespace std::chrono_literals;

namespace {

probe::Report greylisted() {
  probe::Report report;
  report.target = "example.com";
  report.mx = "mx1.example.com";
  report.address = IpAddress::parse("192.0.2.1");
  report.stages = {{Stage::dns, 10ms}, {Stage::connect, 20ms}, {Stage::banner, 970ms}};
  report.duration = 1s;
  report.stage = Stage::banner;
  smtp::Reply reply;
  reply.code = 451;
  reply.lines = {"4.7.1 Greylisted\x1b[2J"};
  report.replies = {{Stage::banner, reply, Outcome::greylisted}};
  report.verdict = {Outcome::greylisted, Retry::yes, "test"};
  report.dialogue = {{probe::DialogueLine::Who::server, 1s, "451 4.7.1 Greylisted\\x1b[2J"}};
  return report;
}

}  // namespace

TEST_SUITE_BEGIN("cli.report_text");

TEST_CASE("a failed probe says where, what came, whose side it is on and what to do") {
  const std::string text = cli::render_text(greylisted(), cli::Colour::off);
  CHECK(text.find("example.com via mx1.example.com [192.0.2.1]:25: greylisted at banner after 1.00 s") !=
        std::string::npos);
  CHECK(text.find("S: 451 4.7.1 Greylisted") != std::string::npos);
  CHECK(text.find("whose side   receiver") != std::string::npos);
  CHECK(text.find("what to do   ") != std::string::npos);
}

TEST_CASE("no byte of a server reaches the terminal as it is, and there is no colour unless asked for") {
  CHECK(cli::render_text(greylisted(), cli::Colour::off).find('\x1b') == std::string::npos);
  const std::string coloured = cli::render_text(greylisted(), cli::Colour::on);
  CHECK(coloured.find("\x1b[2J") == std::string::npos);
  CHECK(coloured.find("\x1b[1;31m") != std::string::npos);
}

TEST_CASE("the bars of the waterfall begin where the ones before ended") {
  const std::string text = cli::render_waterfall(greylisted());
  CHECK(text.find("  dns           10 ms  |#") != std::string::npos);
  CHECK(text.find("  banner       970 ms  |  ") == std::string::npos);
  CHECK(text.find("  banner       970 ms  | #") != std::string::npos);
}

TEST_CASE("a success is one line of praise and its evidence") {
  probe::Report report = greylisted();
  report.verdict = {Outcome::ok, Retry::yes, "test"};
  const std::string text = cli::render_text(report, cli::Colour::off);
  CHECK(text.find(": ok in 1.00 s") != std::string::npos);
  CHECK(text.find("what to do") == std::string::npos);
}

TEST_CASE("a source that is not the default one is named, and one that is missing says so") {
  probe::Report report = greylisted();
  report.source = "pool-a";
  CHECK(cli::render_text(report, cli::Colour::off).starts_with("example.com from pool-a via mx1.example.com ["));
  report.counted = false;
  report.detail = "source pool-a: 192.0.2.9 is not an address of this host";
  CHECK(cli::render_text(report, cli::Colour::off).find("not probed, source pool-a: 192.0.2.9 is not") !=
        std::string::npos);
}

TEST_SUITE_END();
