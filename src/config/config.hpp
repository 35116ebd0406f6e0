// SPDX-License-Identifier: Apache-2.0
// The configuration as everybody else sees it: complete, checked, immutable. A reload makes a new one.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.hpp"
#include "base/clock.hpp"
#include "base/outcome.hpp"
#include "base/secret.hpp"
#include "base/stage.hpp"
#include "config/position.hpp"

namespace mailsonde::config {

using namespace std::chrono_literals;

// How a probe treats TLS. `dane` and `mta-sts` are words of the format that this version refuses with a reason.
enum class TlsPolicy : std::uint8_t { none, opportunistic, required, implicit };
[[nodiscard]] std::string_view to_string(TlsPolicy policy);

enum class TlsVersion : std::uint8_t { tls1_2, tls1_3 };

// Deadlines of single steps. RFC 5321 section 4.5.3.2 is the upper bound (5 min and more); an answer within a scrape is
// worth more here. The whole probe has Module::timeout.
struct StageTimeouts {
  Duration dns = 5s;  // a look-up with all its retries
  Duration connect = 10s;
  Duration banner = 30s;
  Duration command = 30s;  // EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, the answer to the final dot: each
  Duration handshake = 15s;
  bool operator==(const StageTimeouts&) const = default;
};

// A named recipe for a probe: [modules.NAME].
struct Module {
  std::string name;
  Stage depth = Stage::starttls;  // the last stage walked: connect banner ehlo starttls auth mail rcpt data
  TlsPolicy tls = TlsPolicy::opportunistic;
  bool verify = false;  // a bad certificate ends the probe; its state is recorded either way
  TlsVersion min_tls_version = TlsVersion::tls1_2;
  std::optional<std::string> ca_file;  // default: the system's trust store
  bool auth_without_tls = false;
  std::size_t max_mx_hosts = 10;
  std::string mail_from;   // reverse-path without <>; empty is the null reverse-path (RFC 5321 section 4.5.5)
  Duration timeout = 60s;  // of a whole probe
  StageTimeouts stage_timeouts;
  bool operator==(const Module&) const = default;
};

// Credentials of one relay. The secret was read from its file or environment variable when the file was loaded.
struct Auth {
  std::string username;
  Secret secret;          // password, or the bearer token for XOAUTH2
  std::string mechanism;  // upper case; empty: the strongest one that both sides know (XOAUTH2 only when named)
  std::string file{};     // that held the secret; empty: an environment variable did
  bool operator==(const Auth&) const = default;
};

// A local address that probes leave from, with a HELO name of its own: [[sources]].
struct Source {
  std::string name;               // the metric label
  std::optional<IpAddress> ipv4;  // both empty: the system chooses the address, in both families
  std::optional<IpAddress> ipv6;
  std::string helo;  // empty: Config::helo

  [[nodiscard]] bool is_chosen_by_system() const { return !ipv4 && !ipv6; }
  // Whether it can dial an address of that family.
  [[nodiscard]] bool has(Family family) const { return is_chosen_by_system() || address(family); }
  // What to bind before connect; nothing where the system chooses.
  [[nodiscard]] const std::optional<IpAddress>& address(Family family) const {
    return family == Family::ipv4 ? ipv4 : ipv6;
  }
  bool operator==(const Source&) const = default;
};
using Sources = std::vector<std::shared_ptr<const Source>>;  // none is null

// The name of the source that is the system's choice; no section may have it.
inline constexpr std::string_view kDefaultSource = "default";
[[nodiscard]] const std::shared_ptr<const Source>& default_source();

enum class TargetKind : std::uint8_t { destination, relay };
[[nodiscard]] std::string_view to_string(TargetKind kind);

// A destination ([[destinations]]) or a relay ([[relays]]).
struct Target {
  TargetKind kind = TargetKind::destination;
  std::string name;  // unique over both kinds; the metric label
  std::string host;  // the recipient domain, or the relay's host name or address
  std::uint16_t port = 25;
  Duration interval = 2min;
  std::shared_ptr<const Module> module;  // never null
  std::string rcpt_to;                   // forward-path without <>; never empty when the module's depth is rcpt or data
  std::string mail_from;                 // the target's own, else the module's
  std::string provider;                  // who operates it; empty: to be told by the name of its MX host
  std::optional<Auth> auth;              // relays only
  Sources sources{default_source()};     // where its probes leave from; never empty, each once
  Position position;                     // in the file that configures it; no part of what it is

  // Everything that shapes a probe is the same, module and sources by their values: after a reload such a target keeps
  // its schedule and counters.
  bool operator==(const Target& other) const;
};

// Files of targets, which come and go while the daemon runs: [[target_files]]. The rest is for targets that do not say
// it themselves.
struct TargetFiles {
  std::vector<std::string> patterns;     // paths; wildcards of fnmatch(3) in the last component only
  std::shared_ptr<const Module> module;  // null: by kind and port of the target
  Duration interval = 2min;
  Sources sources{default_source()};  // never empty, each once
};

struct Resolver {
  struct Server {
    IpAddress address;
    std::uint16_t port = 53;
    [[nodiscard]] std::string to_string() const;  // "127.0.0.1:53", "[::1]:53": the metric label
    bool operator==(const Server&) const = default;
  };
  std::vector<Server> servers;  // never empty: the system's when the file names none
  bool allow_private_addresses = false;
  Duration timeout = 5s;  // of one look-up, retries included
  bool operator==(const Resolver&) const = default;
};

// "12/min" is {12, 1min}; count is at least 1.
struct Rate {
  std::uint32_t count = 1;
  Duration per = 1min;
  bool operator==(const Rate&) const = default;
};

// What follows for the probes of destinations from a source whose identity is not confirmed. Relays are the operator's.
enum class RequireIdentity : std::uint8_t {
  envelope,  // none that would go to MAIL
  always,    // none at all
  never,     // it is only reported
};

struct Politeness {
  std::size_t per_mx_concurrency = 1;  // probes of one MX host at a time
  std::size_t max_probes_in_flight = 1000;
  // Probes begun toward one provider (an MX host that belongs to none is one of its own), toward one MX host; none: no
  // limit.
  std::optional<Rate> per_provider_rate = Rate{.count = 12, .per = 1min};
  std::optional<Rate> per_mx_rate = {};
  // Outcomes that speak about us and make us slow down; each once, never ok.
  std::vector<Outcome> backoff_on{Outcome::rate_limited, Outcome::server_overloaded, Outcome::reputation,
                                  Outcome::blocklisted};
  RequireIdentity require_identity = RequireIdentity::envelope;
  bool operator==(const Politeness&) const = default;
};

// An operator of mail servers, known by how the names of its MX hosts end: [[providers]].
struct Provider {
  std::string name;                      // metric label; several sections may share it
  std::vector<std::string> mx_suffixes;  // whole labels, lower case, no final dot; each once in the file
  bool operator==(const Provider&) const = default;
};

// A rule of the user's own about replies: [[classify.rules]]. Every condition that is set must hold; at least one of
// pattern, code and enhanced_code is set.
struct ReplyRule {
  std::string name;     // "rule 3 of the file" if it has none; need not be unique
  std::string pattern;  // RE2, compiles under the options of pattern.hpp, does not fit every text; empty: any text
  std::string code;     // "451", or how it begins: "4", "45"; empty: any
  std::string enhanced_code;  // "4.7.1", "x.7.1" for both classes; empty: any or none
  std::optional<Stage> stage;
  std::string provider;                     // lower case; empty: any, also when not known
  Outcome outcome = Outcome::unclassified;  // never ok
  std::optional<Retry> retry;
  Position position;  // of the rule in the file
  bool operator==(const ReplyRule&) const = default;
};

struct Config {
  std::string file;  // where it was read from, for messages
  std::string helo;  // what the EHLO says: [prober] helo, else the host's FQDN; a source may have its own
  Sources sources;   // in the order of the file; the default one is not among them
  Sources default_sources{default_source()};  // of targets that name none; never empty
  std::string state_file;                     // where greylist chains outlive a restart; empty: nowhere
  Resolver resolver;
  Politeness politeness;
  std::map<std::string, std::shared_ptr<const Module>, std::less<>> modules;  // built-in ones included
  std::vector<Target> targets;                                                // in the order of the file
  std::vector<TargetFiles> target_files;  // in the order of the file; what they hold is found_targets.hpp's
  std::vector<Provider> providers;        // in the order of the file
  std::vector<ReplyRule> reply_rules;     // in the order of the file
};

// Every configured source, and those that targets leave from; by name, each once.
[[nodiscard]] Sources all_sources(const Config& config);

}  // namespace mailsonde::config
