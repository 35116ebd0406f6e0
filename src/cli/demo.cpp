// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <thread>

#include "cli/commands.hpp"
#include "cli/limits.hpp"
#include "cli/service.hpp"
#include "fixture/world.hpp"

namespace mailsonde::cli {
namespace {

// The embedded mail world on a thread of its own, as if it were somebody else's.
class Demo {
 public:
  ~Demo() {
    keep_running_.reset();
    context_.stop();
    if (thread_.joinable()) thread_.join();
  }

  Result<void> open() {
    auto world = fixture::World::build(context_);
    if (!world) return std::unexpected(world.error());
    world_ = std::move(*world);
    thread_ = std::thread([this] { context_.run(); });
    return {};
  }

  [[nodiscard]] const fixture::World& world() const { return *world_; }

 private:
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> keep_running_{context_.get_executor()};
  std::unique_ptr<fixture::World> world_;
  std::thread thread_;
};

}  // namespace

int demo(const DemoOptions& options) {
  (void)raise_descriptor_limit();
  Demo demo;
  if (const auto opened = demo.open(); !opened) {
    fmt::print(stderr, "mailsonde demo: {}\n", opened.error().message);
    return 1;
  }
  ServiceOptions service;
  service.listen_addresses = options.listen_addresses;
  service.load = [&]() -> Result<Loaded> {
    auto plan = schedule::Plan::make(demo.world().config());
    if (!plan) return std::unexpected(plan.error());
    return Loaded{.plan = *std::move(plan), .refused = ""};
  };
  service.make_resolver = [&](asio::io_context&, const config::Resolver&, dns::Observer&) {
    return std::make_shared<fixture::NameTable>(demo.world().names());
  };
  service.announce = [&](const std::vector<std::string>& urls) {
    fmt::print("{}\n", demo.world().describe());
    for (const std::string& url : urls) fmt::print("look at {0}/ and {0}/metrics\n", url);
    fmt::print("Within half a minute every target shows its outcome. Ctrl-C ends the demo.\n");
    std::fflush(stdout);
  };
  return run_service(service);
}

}  // namespace mailsonde::cli
