// SPDX-License-Identifier: Apache-2.0
#include "unit/probe/loopback.hpp"

#include <unistd.h>

#include <algorithm>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <filesystem>
#include <fstream>

namespace mailsonde::test {

using fixture::Behaviour;
using fixture::Directive;

namespace {

constexpr Duration kEnough = 5s;      // for a stage that is answered, on a busy machine
constexpr std::size_t kTogether = 6;  // more probes at once would wait for the processor, not for their peers

Duration& limit_of(config::Module& module, Stage stage) {
  if (stage == Stage::connect) return module.stage_timeouts.connect;
  if (stage == Stage::banner) return module.stage_timeouts.banner;
  if (stage == Stage::tls) return module.stage_timeouts.handshake;
  return module.stage_timeouts.command;
}

std::shared_ptr<const net::TlsContext> tls_context(const config::Module& module) {
  static const auto usual = *net::TlsContext::make(config::TlsVersion::tls1_2, std::nullopt);
  if (!module.ca_file) return usual;
  return *net::TlsContext::make(module.min_tls_version, module.ca_file);
}

probe::Request make_request(const Scene& scene, std::uint16_t port) {
  config::Target target = scene.target;
  target.module = std::make_shared<const config::Module>(scene.module);
  probe::Request request;
  request.id = "00000000000000aa";
  request.tls = tls_context(scene.module);
  request.target = std::make_shared<const config::Target>(std::move(target));
  request.classifier = std::make_shared<const classify::Classifier>();
  request.helo = "probe.example.org";
  request.mx = kMxName;
  request.address = *IpAddress::parse("127.0.0.1");
  request.port = port;
  return request;
}

std::size_t count_descriptors() {
  const std::filesystem::directory_iterator open("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(open), end(open)));
}

}  // namespace

const fixture::CertificateAuthority& authority() {
  static const auto made = *fixture::CertificateAuthority::create();
  return made;
}

fixture::Certificate certificate(const fixture::CertificateSpec& spec) { return *authority().issue(spec); }

Behaviour whole_behaviour() {
  static const fixture::Certificate good = certificate({.names = {kMxName}});
  Behaviour behaviour;
  behaviour.name = kMxName;
  behaviour.tls_mode = fixture::TlsMode::starttls;
  behaviour.tls = fixture::ServerTls{.certificate = good};
  behaviour.users = {{"probe", Secret("hunter2secret")}};
  return behaviour;
}

Scene whole_scene(std::optional<Stage> hanging) {
  Scene scene = Scene(Stage::data, config::TlsPolicy::required).with_login("PLAIN");
  scene.module.timeout = 20s;
  for (const Stage stage : {Stage::connect, Stage::banner, Stage::tls, Stage::ehlo})
    limit_of(scene.module, stage) = kEnough;
  if (hanging) limit_of(scene.module, *hanging) = kShort;
  return scene;
}

Case spoilt(std::string name, Stage stage, Directive directive, Expected expected) {
  Case one{std::move(name), whole_behaviour(), whole_scene(), std::move(expected)};
  one.behaviour.directives[stage] = std::move(directive);
  return one;
}

Case hanging(std::string name, Stage stage, Directive directive) {
  Case one = spoilt(std::move(name), stage, std::move(directive), {{stage}, {Outcome::remote_timeout}});
  one.scene = whole_scene(stage);
  return one;
}

const std::vector<Stage>& reply_stages() {
  static const std::vector<Stage> stages{Stage::banner, Stage::ehlo, Stage::starttls, Stage::ehlo_tls, Stage::auth,
                                         Stage::mail,   Stage::rcpt, Stage::data,     Stage::eod};
  return stages;
}

DescriptorWatch::DescriptorWatch() : before_(count_descriptors()) {}
DescriptorWatch::~DescriptorWatch() { CHECK(count_descriptors() == before_); }

std::size_t resident_memory() {
  std::ifstream statm("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  statm >> total >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

bool memory_is_measurable() {
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  return false;
#else
  return true;
#endif
}

void Probing::add(const Scene& scene, std::uint16_t port) {
  Run& run = *runs_.emplace_back(std::make_unique<Run>());
  const MonotonicTime start = monotonic_now();
  auto done = [&run, start](const std::exception_ptr& error, probe::Report report) {
    REQUIRE_FALSE(error);
    run.reports.push_back(std::move(report));
    run.elapsed = monotonic_now() - start;
  };
  asio::co_spawn(context_, probe::run(make_request(scene, port), dialer_),
                 asio::bind_cancellation_slot(run.signal.slot(), std::move(done)));
}

void Probing::run_until(const std::function<bool()>& condition) {
  const MonotonicTime patience = monotonic_now() + 10s;
  while (!condition()) {
    REQUIRE(monotonic_now() < patience);
    context_.run_for(1ms);
  }
  while (context_.poll() > 0) continue;  // what has arrived by now is taken
}

void Probing::cancel() {
  for (const auto& run : runs_) run->signal.emit(asio::cancellation_type::terminal);
}

const probe::Report& Probing::report(std::size_t index) const {
  REQUIRE(runs_[index]->reports.size() == 1);
  return runs_[index]->reports.front();
}

probe::Report probe_port(const Scene& scene, std::uint16_t port) {
  Probing probing;
  probing.add(scene, port);
  probing.run();
  return probing.report(0);
}

void check_report(const Case& one, const probe::Report& report, Duration elapsed) {
  INFO(one.name, " ended at ", to_string(report.stage), " as ", to_string(report.verdict.outcome), ": ", report.detail);
  CHECK(std::ranges::count(one.expected.stages, report.stage) == 1);
  CHECK(std::ranges::count(one.expected.outcomes, report.verdict.outcome) == 1);
  CHECK(report.success() == (report.stage == Stage::quit));
  CHECK(report.counted);
  config::Module limits = one.scene.module;
  for (const auto& time : report.stages) {
    if (time.stage == Stage::dns || time.stage == Stage::quit) continue;
    CAPTURE(to_string(time.stage));
    CHECK(time.elapsed < limit_of(limits, time.stage) + kGrace);
  }
  CHECK(elapsed < one.scene.module.timeout + kQuitWait + kGrace);
}

std::vector<probe::Report> check_cases(const std::vector<Case>& cases) {
  const DescriptorWatch watch;
  std::vector<probe::Report> reports;
  for (std::size_t first = 0; first < cases.size(); first += kTogether) {
    const std::size_t last = std::min(first + kTogether, cases.size());
    fixture::ServerThread thread;
    std::vector<std::unique_ptr<fixture::SmtpServer>> servers;
    Probing probing;
    for (std::size_t i = first; i < last; ++i) {
      servers.push_back(*fixture::SmtpServer::start(thread.context, cases[i].behaviour));
      probing.add(cases[i].scene, servers.back()->port());
    }
    probing.run();
    for (std::size_t i = first; i < last; ++i) {
      reports.push_back(probing.report(i - first));
      check_report(cases[i], reports.back(), probing.elapsed(i - first));
      CHECK(servers[i - first]->record().faults == 0);
    }
  }
  return reports;
}

}  // namespace mailsonde::test
