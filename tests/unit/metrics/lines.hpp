// SPDX-License-Identifier: Apache-2.0
// What tests of the metrics share: reports to feed and lines to look for.
#pragma once

#include <string>
#include <string_view>

#include "metrics/metrics.hpp"

namespace mailsonde::metrics::test {

// A destination example.com with a module that goes as far as `depth`.
[[nodiscard]] config::Target destination(std::string name = "example.com", Stage depth = Stage::starttls);

// A successful probe of that host over IPv4: connect 20 ms, banner 30 ms, at 1,000,000 s after 1970.
[[nodiscard]] probe::Report report_of(const std::string& mx, Outcome outcome = Outcome::ok, Stage stage = Stage::quit);

[[nodiscard]] probe::StageReply reply(Stage stage, int code, std::string_view enhanced, Outcome outcome);

[[nodiscard]] dns::MxHost mx_host(std::string name, std::initializer_list<std::string_view> addresses,
                                  dns::RouteFault fault = dns::RouteFault::none);
[[nodiscard]] dns::Route route_of(std::vector<dns::MxHost> hosts);

// The value of the line that begins with `name`, whose labels contain each of `labels` (comma between); "" if there is
// no such line, "ambiguous" if there are several.
[[nodiscard]] std::string value(std::string_view text, std::string_view name, std::string_view labels = {});

// How many sample lines begin with `name`.
[[nodiscard]] std::size_t count(std::string_view text, std::string_view name);

}  // namespace mailsonde::metrics::test
