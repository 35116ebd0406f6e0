// SPDX-License-Identifier: Apache-2.0
// Connections that are refused, cut, starved or dripped, over real sockets (docs/hostile-cases.md section 4), and
// stops.
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>

#include "fixture/dead_end.hpp"
#include "unit/probe/loopback.hpp"
#include "unit/probe/raw_peer.hpp"

using namespace mailsonde;
using namespace mailsonde::test;
using fixture::kForEver;
using fixture::Then;

TEST_SUITE_BEGIN("probe.hostile_tcp.loopback");

namespace {

// A case without a server of its own.
Case at_port(std::string name, Scene scene, Expected expected) {
  return {std::move(name), {}, std::move(scene), std::move(expected)};
}

// Descriptors of this process cannot be opened while it lives.
class NoDescriptors {
 public:
  NoDescriptors() {
    getrlimit(RLIMIT_NOFILE, &usual_);
    const rlimit none{3, usual_.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptors() { setrlimit(RLIMIT_NOFILE, &usual_); }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;

 private:
  rlimit usual_{};
};

// The server waits for nothing more but the answer that it will not give at this stage.
bool has_reached(const fixture::Record& record, Stage stage) {
  switch (stage) {
    case Stage::banner:
      return record.connections == 1;
    case Stage::ehlo:
      return record.commands == 1;
    case Stage::starttls:
      return record.commands == 2;
    case Stage::tls:
      return record.replies.contains(220) && record.replies.at(220) == 2;
    case Stage::ehlo_tls:
      return record.commands == 3;
    case Stage::auth:
      return record.commands == 4;
    case Stage::mail:
      return record.commands == 5;
    case Stage::rcpt:
      return record.commands == 6;
    case Stage::data:
      return record.commands == 7;
    default:
      return record.messages.size() == 1;
  }
}

bool heard_quit(const fixture::Record& record) { return std::ranges::count(record.lines, "QUIT") == 1; }

struct Stopped {
  probe::Report report;
  fixture::Record record;
  Duration took;
};

Stopped stop_at(Stage stage, fixture::Directive silence) {
  fixture::ServerThread thread;
  auto behaviour = whole_behaviour();
  behaviour.directives[stage] = std::move(silence);
  const auto server = *fixture::SmtpServer::start(thread.context, behaviour);
  Probing probing;
  probing.add(whole_scene(), server->port());
  probing.run_until([&] { return has_reached(server->record(), stage); });
  const MonotonicTime start = monotonic_now();
  probing.cancel();
  probing.run();
  return {probing.report(0), server->record(), monotonic_now() - start};
}

}  // namespace

TEST_CASE("a whole dialogue over a real socket ends well and leaves nothing behind") {
  const auto reports = check_cases({spoilt("whole", Stage::dns, {}, {{Stage::quit}, {Outcome::ok}})});
  CHECK(reports[0].replies.size() == 10);
  CHECK(reports[0].tls->version == "TLSv1.3");
}

TEST_CASE("a refused connect, a dropped SYN and a peer that never accepts have their own outcomes") {
  const DescriptorWatch watch;
  asio::io_context context;
  const auto refusing = *fixture::RefusingPort::open(context);
  const auto dropping = *fixture::UnattendedPort::open(context, fixture::Queue::full);
  const auto unattended = *fixture::UnattendedPort::open(context, fixture::Queue::roomy);
  Probing probing;
  const std::vector<Case> cases{
      at_port("refused", whole_scene(), {{Stage::connect}, {Outcome::connection_refused}}),
      at_port("dropped", whole_scene(Stage::connect), {{Stage::connect}, {Outcome::connection_timeout}}),
      at_port("unattended", whole_scene(Stage::banner), {{Stage::banner}, {Outcome::remote_timeout}})};
  probing.add(cases[0].scene, refusing.port());
  probing.add(cases[1].scene, dropping.port());
  probing.add(cases[2].scene, unattended.port());
  probing.run();
  for (std::size_t i = 0; i < cases.size(); ++i) check_report(cases[i], probing.report(i), probing.elapsed(i));
}

TEST_CASE("no descriptor left for a socket blames nobody") {
  Probing probing;
  probing.add(whole_scene(), 25);
  const NoDescriptors none;
  probing.run();
  CHECK_FALSE(probing.report(0).counted);
  CHECK_FALSE(probing.report(0).success());
  CHECK(probing.report(0).stage == Stage::connect);
}

TEST_CASE("FIN or RST in place of a reply, or in mid-reply, is a lost connection where it was") {
  std::vector<Case> cases;
  for (const Stage stage : reply_stages()) {
    for (const char* half : {"", "25", "250-half a reply\r\n250"}) {
      for (const Then end : {Then::close, Then::reset}) {
        const std::string name = std::string("cut at ") + std::string(to_string(stage));
        cases.push_back(spoilt(name, stage, {.reply = half, .then = end}, {{stage}, {Outcome::connection_lost}}));
        // RST can overtake our own look at the finished connect.
        if (stage == Stage::banner && end == Then::reset) cases.back().expected.stages.push_back(Stage::connect);
      }
    }
  }
  check_cases(cases);
}

TEST_CASE("every byte in a segment of its own comes as if it came whole") {
  Case one = spoilt("segments", Stage::dns, {}, {{Stage::quit}, {Outcome::ok}});
  for (const Stage stage : reply_stages()) one.behaviour.directives[stage].drip = 200us;
  one.behaviour.directives[Stage::tls].drip = 100us;
  check_cases({one});
}

TEST_CASE("urgent data comes as if it came whole") {
  const DescriptorWatch watch;
  RawPeer peer([](int descriptor) {
    send_all(descriptor, "220 mx.example.com");
    ::send(descriptor, "\r", 1, MSG_OOB | MSG_NOSIGNAL);
    ::send(descriptor, "\n", 1, MSG_OOB | MSG_NOSIGNAL);
    wait_for_line(descriptor);
  });
  Scene scene = whole_scene(Stage::banner);
  scene.module.depth = Stage::banner;
  const auto report = probe_port(scene, peer.port());
  check_report(at_port("urgent", scene, {{Stage::quit}, {Outcome::ok}}), report, report.duration);
}

TEST_CASE("RST, FIN, silence, garbage and floods in answer to QUIT change nothing and cost a second at most") {
  std::vector<Case> cases;
  for (const fixture::Directive& answer :
       std::vector<fixture::Directive>{{.reply = "", .then = Then::reset},
                                       {.reply = "", .then = Then::close},
                                       {.reply = "", .then = Then::hang},
                                       {.reply = std::string("\0\xff garbage", 10), .then = Then::close},
                                       {.reply = "221 a drip for ever\r\n", .drip = 200ms},
                                       {.reply = "221-flood\r\n", .repeat = kForEver},
                                       {.reply = std::string(4096, '\0'), .repeat = kForEver},
                                       {.reply = "221 bye\r\n", .outside_tls = true}}) {
    cases.push_back(spoilt("QUIT", Stage::quit, answer, {{Stage::quit}, {Outcome::ok}}));
  }
  for (const auto& report : check_cases(cases)) {
    const auto quit = std::ranges::find(report.stages, Stage::quit, &probe::StageTime::stage);
    REQUIRE(quit != report.stages.end());
    CHECK(quit->elapsed < kQuitWait + kGrace);
  }
}

TEST_CASE("the deadline of the whole probe ends it although every stage is in time") {
  Case one = spoilt("total", Stage::dns, {}, {reply_stages(), {Outcome::remote_timeout}});
  one.expected.stages.push_back(Stage::tls);
  for (const Stage stage : reply_stages()) one.behaviour.directives[stage].delay = 100ms;
  one.scene.module.timeout = 450ms;
  check_cases({one});
}

TEST_CASE("a probe that hangs at any stage is stopped at once, is not counted, and says QUIT where that makes sense") {
  const DescriptorWatch watch;
  for (const Stage stage : reply_stages()) {
    CAPTURE(to_string(stage));
    const Stopped stopped = stop_at(stage, {.reply = ""});
    CHECK(stopped.took < kQuitWait + kGrace);
    CHECK_FALSE(stopped.report.counted);
    CHECK_FALSE(stopped.report.success());
    CHECK(stopped.report.stage == stage);
    // After 354 it would be text of the message; after AUTH it answers no challenge.
    if (stage != Stage::eod) CHECK(heard_quit(stopped.record));
  }
}

TEST_CASE("a stop does not wait for a peer that never answers QUIT, nor in a handshake") {
  const DescriptorWatch watch;
  for (const Stage stage : {Stage::banner, Stage::tls, Stage::rcpt, Stage::eod}) {
    CAPTURE(to_string(stage));
    const Stopped stopped = stop_at(stage, {.reply = "", .then = Then::hang});
    CHECK(stopped.took < kQuitWait + kGrace);
    CHECK_FALSE(stopped.report.counted);
  }
}

TEST_CASE("a stop ends a connect that nobody answers") {
  const DescriptorWatch watch;
  asio::io_context context;
  const auto dropping = *fixture::UnattendedPort::open(context, fixture::Queue::full);
  Probing probing;
  probing.add(whole_scene(), dropping.port());
  const MonotonicTime start = monotonic_now();
  bool begun = false;
  probing.run_until([&] { return std::exchange(begun, true); });
  probing.cancel();
  probing.run();
  CHECK(monotonic_now() - start < kQuitWait + kGrace);
  CHECK_FALSE(probing.report(0).counted);
  CHECK(probing.report(0).stage == Stage::connect);
}

TEST_SUITE_END();
