// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.hpp"

#include <sys/prctl.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "base/log.hpp"
#include "cli/commands.hpp"
#include "cli/version.hpp"

namespace mailsonde::cli {
namespace {

constexpr int kUsageError = 2;
constexpr const char* kDefaultListenAddress = "127.0.0.1:10451";

constexpr const char* kFirstSteps = R"(First steps:
  mailsonde demo                             probe an embedded mail world, look at http://127.0.0.1:10451/
  mailsonde check example.com                one domain, now
  mailsonde explain "451 4.7.1 Try later"    what a reply means, and what to do
  mailsonde serve --help                     the daemon; the other subcommands have their --help, too
)";

const std::map<std::string, OutputFormat> kOutputFormats{{"text", OutputFormat::text}, {"json", OutputFormat::json}};

struct LogOptions {
  std::string level = "info";
  std::string format = "logfmt";
};

void add_log_options(CLI::App& command, LogOptions& options) {
  command.add_option("--log.level", options.level, "Least severe messages to log: debug, info, warn, error")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}).description(""))
      ->type_name("LEVEL")
      ->capture_default_str();
  command.add_option("--log.format", options.format, "Form of the log on standard error: logfmt, json")
      ->check(CLI::IsMember({"logfmt", "json"}).description(""))
      ->type_name("FORM")
      ->capture_default_str();
}

void add_listen_option(CLI::App& command, std::vector<std::string>& addresses) {
  command
      .add_option("--web.listen-address", addresses,
                  "ADDRESS:PORT to serve metrics and pages on; [V6]:PORT and :PORT too; may be given several times")
      ->type_name("A:P")
      ->take_all()
      ->expected(1);
}

schedule::Share share_from(const std::string& text) {
  const auto share = schedule::Share::parse(text);
  if (!share) throw CLI::ValidationError("--shard", share.error().message);
  return *share;
}

void add_format_option(CLI::App& command, OutputFormat& format) {
  command.add_option("--format", format, "text for people, json: one object a line")
      ->transform(CLI::CheckedTransformer(kOutputFormats).description(""))
      ->type_name("text|json");
}

// All of the command line, and what to run once it was parsed.
class CommandLine {
 public:
  CommandLine() : app_("mailsonde probes SMTP deliverability and exports Prometheus metrics.", "mailsonde") {
    app_.set_version_flag("--version", version_text(), "Print version and build, and exit");
    app_.set_help_flag("-h,--help", "Print this help, and exit");
    app_.require_subcommand(0, 1);
    define_serve();
    define_check();
    define_explain();
    define_rest();
    app_.footer(kFirstSteps);  // last: subcommands would have it, too
  }

  int run(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return app_.exit(error) == 0 ? 0 : kUsageError;
    }
    const auto chosen = app_.get_subcommands();
    if (chosen.empty()) {
      std::fputs(app_.help().c_str(), stdout);
      return 0;
    }
    log::configure(log::level_from_string(log_.level).value_or(log::Level::info),
                   log_.format == "json" ? log::Format::json : log::Format::logfmt);
    return commands_.at(chosen.front()->get_name())();
  }

 private:
  CLI::App& command(const std::string& name, const std::string& description, std::function<int()> run) {
    commands_.emplace(name, std::move(run));
    return *app_.add_subcommand(name, description);
  }

  void define_serve() {
    CLI::App& app = command("serve", "Run the daemon", [this] {
      if (serve_.listen_addresses.empty()) serve_.listen_addresses = {kDefaultListenAddress};
      return serve(serve_);
    });
    app.add_option("--config.file", serve_.config_file, "The configuration (TOML)")->required()->type_name("F");
    app.add_flag_callback(
        "--config.enable-auto-reload", [this] { serve_.auto_reload = AutoReload::on; },
        "Reload also when the configuration changes, or a password or certificate file that it names; target files are "
        "always watched");
    app.add_option_function<std::string>(
           "--shard", [this](const std::string& text) { serve_.share = share_from(text); },
           "Probe one of n shares of the targets; the first is 0/n")
        ->type_name("i/n");
    app.add_option("--threads", serve_.threads, "Threads that probe, 1 to 64")
        ->check(CLI::Range(1, 64).description(""))
        ->type_name("N")
        ->capture_default_str();
    add_listen_option(app, serve_.listen_addresses);
    add_log_options(app, log_);
  }

  void define_check() {
    CLI::App& app = command("check", "Probe once, now, and show the whole dialogue", [this] { return check(check_); });
    app.add_option("TARGET", check_.targets, "A domain (all its MX hosts), host:port, or a configured name")
        ->type_name("")
        ->required();
    app.add_option("--config.file", check_.config_file, "Take modules, targets, sources and resolver from this file")
        ->type_name("F");
    app.add_option("--module", check_.module, "Probe with this module instead of the target's own")->type_name("M");
    app.add_option("--source", check_.source, "Probe from this source of the file instead of the target's own")
        ->type_name("S");
    app.add_option("--resolver", check_.resolver, "Ask this DNS server instead of the configured ones")
        ->type_name("A:P");
    add_format_option(app, check_.format);
    add_log_options(app, log_);
  }

  void define_explain() {
    CLI::App& app = command("explain", "Say what SMTP replies mean", [this] { return explain(explain_); });
    app.add_option("REPLY", explain_.replies, "Replies, or - to read them from standard input, one a line")
        ->type_name("");
    app.add_option("--config.file", explain_.config_file, "Try the rules of this file first")->type_name("F");
    app.add_option("--stage", explain_.stage, "The stage in which they came (banner, rcpt, ...)")->type_name("S");
    app.add_option("--provider", explain_.provider, "Who sent them (google, microsoft, ...)")->type_name("P");
    add_format_option(app, explain_.format);
  }

  void define_rest() {
    CLI::App& check_config_app = command("check-config", "Check configuration files, without opening a socket",
                                         [this] { return check_config(files_); });
    check_config_app.add_option("F", files_, "Configuration files")->type_name("")->required();

    CLI::App& demo_app = command("demo", "Probe a whole mail world that is embedded here, on loopback", [this] {
      if (demo_.listen_addresses.empty()) demo_.listen_addresses = {kDefaultListenAddress};
      return demo(demo_);
    });
    add_listen_option(demo_app, demo_.listen_addresses);
    add_log_options(demo_app, log_);

    CLI::App& health_app =
        command("health", "Exit 0 if a daemon answers /-/healthy", [this] { return health(health_address_); });
    health_app.add_option("--web.listen-address", health_address_, "Where it listens")
        ->type_name("A:P")
        ->capture_default_str();
  }

  CLI::App app_;
  std::map<std::string, std::function<int()>> commands_;
  LogOptions log_;
  ServeOptions serve_;
  CheckOptions check_;
  ExplainOptions explain_;
  DemoOptions demo_;
  std::vector<std::string> files_;
  std::string health_address_ = kDefaultListenAddress;
};

}  // namespace

int run(int argc, char** argv) {
  // Passwords are in memory: no core dump, no ptrace by others of the same user.
  (void)prctl(PR_SET_DUMPABLE, 0);
  CommandLine command_line;
  return command_line.run(argc, argv);
}

}  // namespace mailsonde::cli
