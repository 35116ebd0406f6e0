// SPDX-License-Identifier: Apache-2.0
// One function a command, each with the options that the command line gave it. All return the exit status and write
// results to standard output, complaints to standard error.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/live_config.hpp"
#include "schedule/share.hpp"

namespace mailsonde::cli {

enum class OutputFormat : std::uint8_t { text, json };

struct ServeOptions {
  std::string config_file;
  std::vector<std::string> listen_addresses;
  std::size_t threads = 1;
  AutoReload auto_reload = AutoReload::off;
  schedule::Share share = {};
};
[[nodiscard]] int serve(const ServeOptions& options);

struct CheckOptions {
  std::string config_file;  // empty: built-in defaults
  std::string module;       // empty: the target's own
  std::string source;       // empty: those of the target
  std::string resolver;     // empty: the configuration's
  OutputFormat format = OutputFormat::text;
  std::vector<std::string> targets;
};
[[nodiscard]] int check(const CheckOptions& options);

struct ExplainOptions {
  std::string config_file;  // empty: none
  std::string stage;
  std::string provider;
  OutputFormat format = OutputFormat::text;
  std::vector<std::string> replies;  // "-": standard input
};
[[nodiscard]] int explain(const ExplainOptions& options);

[[nodiscard]] int check_config(const std::vector<std::string>& files);

struct DemoOptions {
  std::vector<std::string> listen_addresses;
};
[[nodiscard]] int demo(const DemoOptions& options);

[[nodiscard]] int health(const std::string& listen_address);

}  // namespace mailsonde::cli
