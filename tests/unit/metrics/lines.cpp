// SPDX-License-Identifier: Apache-2.0
#include "unit/metrics/lines.hpp"

#include "base/text.hpp"

namespace mailsonde::metrics::test {

using namespace std::chrono_literals;

config::Target destination(std::string name, Stage depth) {
  auto module = std::make_shared<config::Module>();
  module->name = "m";
  module->depth = depth;
  config::Target target;
  target.name = name;
  target.host = std::move(name);
  target.module = module;
  target.provider = "other";
  return target;
}

probe::Report report_of(const std::string& mx, Outcome outcome, Stage stage) {
  probe::Report report;
  report.id = "00000000000000aa";
  report.target = "example.com";
  report.mx = mx;
  report.address = IpAddress::parse("192.0.2.1");
  report.started_at = WallTime(1'000'000s);
  report.duration = 50ms;
  report.stages = {{Stage::connect, 20ms}, {Stage::banner, 30ms}};
  report.verdict.outcome = outcome;
  report.stage = stage;
  return report;
}

probe::StageReply reply(Stage stage, int code, std::string_view enhanced, Outcome outcome) {
  smtp::Reply made;
  made.code = code;
  made.enhanced = smtp::parse_enhanced_code(enhanced);
  return {stage, made, outcome};
}

dns::MxHost mx_host(std::string name, std::initializer_list<std::string_view> addresses, dns::RouteFault fault) {
  dns::MxHost host;
  host.name = std::move(name);
  for (const std::string_view address : addresses) host.addresses.push_back(*IpAddress::parse(address));
  host.fault = fault;
  return host;
}

dns::Route route_of(std::vector<dns::MxHost> hosts) {
  dns::Route route;
  route.hosts = std::move(hosts);
  route.mx_total = route.hosts.size();
  return route;
}

std::string value(std::string_view text, std::string_view name, std::string_view labels) {
  std::string found;
  for (const std::string_view line : split(text, '\n')) {
    const auto end = line.find_first_of("{ ");
    if (line.substr(0, end) != name) continue;
    bool matches = true;
    if (!labels.empty()) {
      for (const std::string_view label : split(labels, ','))
        matches = matches && line.find(label) != std::string_view::npos;
    }
    if (!matches) continue;
    if (!found.empty()) return "ambiguous";
    const auto closed = line.find("} ");
    found = line.substr(closed == std::string_view::npos ? end + 1 : closed + 2);
  }
  return found;
}

std::size_t count(std::string_view text, std::string_view name) {
  std::size_t lines = 0;
  for (const std::string_view line : split(text, '\n'))
    lines += line.substr(0, line.find_first_of("{ ")) == name ? 1 : 0;
  return lines;
}

}  // namespace mailsonde::metrics::test
