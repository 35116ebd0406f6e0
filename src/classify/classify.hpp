// SPDX-License-Identifier: Apache-2.0
// Reply or local failure -> outcome. No socket, no clock, any bytes, linear time. The rules about replies stand in
// reply_rules.hpp.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/outcome.hpp"
#include "base/stage.hpp"
#include "config/config.hpp"
#include "smtp/reply.hpp"

namespace mailsonde::classify {

class RuleSet;

// A failure that no reply told us of. Its outcome comes from the stage and the kind, never from text.
enum class LocalFailure : std::uint8_t {
  dns_no_name,      // NXDOMAIN
  dns_no_address,   // the name is there, an address or MX is not; unusable MX target
  dns_null_mx,      // RFC 7505
  dns_bad_address,  // hostile-cases rule 10: an address that is not dialled
  dns_failed,       // SERVFAIL, REFUSED, time-out, nonsense
  connect_refused,  // ECONNREFUSED, EHOSTUNREACH, ENETUNREACH
  connect_timeout,
  timeout,          // connected, then no complete answer in time
  lost,             // reset, end of file
  tls_not_offered,  // STARTTLS required and missing
  tls_handshake,
  tls_certificate,  // required to verify, and did not
  auth_impossible,  // no mechanism both sides know, or only without TLS
  protocol,         // not SMTP, over a limit, out of turn
};

struct Verdict {
  Outcome outcome = Outcome::unclassified;
  Retry retry = Retry::yes;
  std::string rule;                          // which rule decided, for `explain`
  std::optional<Duration> retry_after = {};  // how long the server asks to wait: see hint.hpp
  bool operator==(const Verdict&) const = default;
};

// Judges replies: by the operator's own rules, then by the built-in ones. Immutable; may be used by several threads at
// once.
class Classifier {
 public:
  // `own` are the rules of the configuration, in its order; their patterns compile.
  explicit Classifier(std::vector<config::ReplyRule> own = {});
  Classifier(const Classifier&) = delete;
  Classifier& operator=(const Classifier&) = delete;
  ~Classifier();

  // A 4xx or 5xx reply. `provider` may be empty or "-" when not known; `stage` may be missing.
  [[nodiscard]] Verdict judge(const smtp::Reply& reply, std::optional<Stage> stage, std::string_view provider) const;

 private:
  std::vector<config::ReplyRule> own_;
  std::unique_ptr<const RuleSet> own_rules_;  // over own_
};

// `at` is the stage in which it happened: a connection that was lost during the handshake is tls_failed.
[[nodiscard]] Verdict classify_failure(LocalFailure failure, Stage at);

}  // namespace mailsonde::classify
