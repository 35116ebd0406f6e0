// SPDX-License-Identifier: Apache-2.0
// Plays a probe against a script.
#pragma once

#include <doctest/doctest.h>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "fixture/scripted_stream.hpp"
#include "probe/probe.hpp"

namespace mailsonde::test {

// A relay probe that goes to `depth`; tests change what they are about.
struct Scene {
  config::Module module;
  config::Target target;
  std::size_t chunk = 0;
  std::optional<std::size_t> fail_at = std::nullopt;
  net::Failure failure = net::Failure::reset;

  explicit Scene(Stage depth, config::TlsPolicy tls = config::TlsPolicy::none) {
    module.name = "test";
    module.depth = depth;
    module.tls = tls;
    target.kind = config::TargetKind::relay;
    target.name = "relay";
    target.mail_from = "probe@example.org";
    target.rcpt_to = "canary@example.com";
  }
  Scene& with_login(const std::string& mechanism) {
    target.auth = config::Auth{"probe", Secret("hunter2secret"), mechanism};
    return *this;
  }
};

struct Played {
  probe::Report report;
  fixture::Playback playback;
};

inline Played play(const Scene& scene, const std::string& script_text) {
  const auto script = fixture::parse_script(script_text);
  REQUIRE_MESSAGE(script.has_value(), script.error().message);
  fixture::ScriptedDialer dialer({{*script, scene.chunk, scene.fail_at, {scene.failure, "injected"}}});

  static const auto tls = *net::TlsContext::make(config::TlsVersion::tls1_2, std::nullopt);
  config::Target target = scene.target;
  target.module = std::make_shared<const config::Module>(scene.module);
  probe::Request request;
  request.id = "00000000000000aa";
  request.target = std::make_shared<const config::Target>(target);
  request.tls = tls;
  request.classifier = std::make_shared<const classify::Classifier>();
  request.helo = "probe.example.org";
  request.mx = "mx.example.com";
  request.provider = "acme";
  request.address = *IpAddress::parse("192.0.2.1");

  asio::io_context context;
  std::optional<probe::Report> report;
  asio::co_spawn(context, probe::run(std::move(request), dialer),
                 [&](const std::exception_ptr& error, probe::Report finished) {
                   REQUIRE_FALSE(error);
                   report = std::move(finished);
                 });
  context.run();
  REQUIRE(report.has_value());
  REQUIRE(dialer.playbacks().size() == 1);
  return {std::move(*report), *dialer.playbacks().front()};
}

// Everything that the report could show to somebody, as one text.
inline std::string all_text(const probe::Report& report) {
  std::string text = report.detail + report.mx;
  for (const auto& line : report.dialogue) text += '\n' + line.text;
  for (const auto& reply : report.replies) text += '\n' + reply.reply.text();
  for (const auto& note : report.notes) text += '\n' + note;
  return text;
}

inline std::string stage_names(const probe::Report& report) {
  std::string names;
  for (const auto& time : report.stages) names += (names.empty() ? "" : " ") + std::string(to_string(time.stage));
  return names;
}

}  // namespace mailsonde::test
