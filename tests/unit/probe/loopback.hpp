// SPDX-License-Identifier: Apache-2.0
// Probes of real sockets: cases that say how a fixture server behaves and how the probe must end, and what every probe
// owes besides (docs/hostile-cases.md section 1): one report, in time, no descriptor left.
#pragma once

#include <doctest/doctest.h>

#include <asio/cancellation_signal.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fixture/smtp_server.hpp"
#include "net/tcp_dialer.hpp"
#include "probe/probe.hpp"
#include "unit/fixture/plain_client.hpp"
#include "unit/probe/play.hpp"

namespace mailsonde::test {

using namespace std::chrono_literals;

inline constexpr const char* kMxName = "mx.example.com";
inline constexpr Duration kShort = 300ms;                      // the limit of a stage that is expected to hang
inline constexpr Duration kGrace = 500ms;                      // hostile-cases rule 2
inline constexpr Duration kQuitWait = 1s;                      // hostile-cases section 4
inline constexpr std::size_t kMostMemory = 8UL * 1024 * 1024;  // what a flood may cost

// Where a probe may end and how. Two outcomes where the network decides which one it is.
struct Expected {
  std::vector<Stage> stages;
  std::vector<Outcome> outcomes;
};

// A good-natured peer and a whole dialogue, until a test spoils them.
struct Case {
  std::string name;
  fixture::Behaviour behaviour;
  Scene scene;
  Expected expected;
};

// STARTTLS with a certificate for kMxName, and the login that Scene::with_login knows.
[[nodiscard]] fixture::Behaviour whole_behaviour();
// TLS, login, message; the stage that is expected to hang gets kShort, all others time enough.
[[nodiscard]] Scene whole_scene(std::optional<Stage> hanging = std::nullopt);
// The certificate authority of all fixture certificates, and one that it issued.
[[nodiscard]] const fixture::CertificateAuthority& authority();
[[nodiscard]] fixture::Certificate certificate(const fixture::CertificateSpec& spec);

// What a spoilt stage must come to.
[[nodiscard]] Case spoilt(std::string name, Stage stage, fixture::Directive directive, Expected expected);
[[nodiscard]] Case hanging(std::string name, Stage stage, fixture::Directive directive);
// All stages at which the server answers in a whole dialogue, `tls` left out.
[[nodiscard]] const std::vector<Stage>& reply_stages();

// Counts this process's descriptors when made, and again at its end: none may be left.
class DescriptorWatch {
 public:
  DescriptorWatch();
  ~DescriptorWatch();

 private:
  std::size_t before_;
};
[[nodiscard]] std::size_t resident_memory();  // bytes
// A sanitizer keeps freed memory: there a bound on it means nothing.
[[nodiscard]] bool memory_is_measurable();

// Probes that run together on one loop.
class Probing {
 public:
  void add(const Scene& scene, std::uint16_t port);
  void run() { context_.run(); }
  // Runs until the condition holds, which must come true.
  void run_until(const std::function<bool()>& condition);
  void cancel();

  // Of the probe that was added as number `index`; exactly one must have come.
  [[nodiscard]] const probe::Report& report(std::size_t index) const;
  [[nodiscard]] Duration elapsed(std::size_t index) const { return runs_[index]->elapsed; }

 private:
  struct Run {
    std::vector<probe::Report> reports;
    Duration elapsed{};
    asio::cancellation_signal signal;
  };
  asio::io_context context_;
  asio::steady_timer reactor_{context_};  // Asio's descriptors are made by the first user of the loop: now, and by us
  net::TcpDialer dialer_;
  std::vector<std::unique_ptr<Run>> runs_;
};

// A probe of one port.
[[nodiscard]] probe::Report probe_port(const Scene& scene, std::uint16_t port);

void check_report(const Case& one, const probe::Report& report, Duration elapsed);
// Each case against a server of its own, a few at a time.
std::vector<probe::Report> check_cases(const std::vector<Case>& cases);

}  // namespace mailsonde::test
