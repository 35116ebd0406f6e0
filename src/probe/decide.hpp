// SPDX-License-Identifier: Apache-2.0
// The decisions of a probe as pure functions: what a reply to a command means for the dialogue, whether to ask for TLS,
// what a failed operation was.
#pragma once

#include <optional>
#include <string>

#include "base/stage.hpp"
#include "classify/classify.hpp"
#include "config/config.hpp"
#include "dns/route.hpp"
#include "net/stream.hpp"
#include "smtp/capabilities.hpp"
#include "smtp/reply.hpp"

namespace mailsonde::probe {

// Why a probe cannot go on although no reply said so.
struct Fault {
  std::optional<classify::LocalFailure> failure;  // none: our own trouble or a stop; the probe is not counted
  std::string detail;                             // a sentence for people, safe to print
  bool of_source = false;                         // ours, because of the address that the probe was to leave from
};

// Whether `depth` asks for this stage. `tls`, `ehlo_tls` belong to starttls, `eod` to data; quit is always walked.
[[nodiscard]] bool reaches(Stage depth, Stage stage);

// What a reply does to the dialogue.
enum class Reaction : std::uint8_t {
  proceed,  // the code that RFC 5321 section 4.3.2 names for success
  stop,     // 4yz or 5yz: the step ends here, by the classifier
  breach,   // a positive code that makes no sense here: protocol_error
};
[[nodiscard]] Reaction react(Stage stage, const smtp::Reply& reply);

// What to do about TLS once EHLO was answered.
enum class TlsMove : std::uint8_t { none, ask, missing };
[[nodiscard]] TlsMove choose_tls_move(const config::Module& module, const smtp::Capabilities& capabilities);

// A server refused STARTTLS: required ends the probe, opportunistic goes on in plain text.
[[nodiscard]] bool may_go_on_without_tls(const config::Module& module);

// RFC 5321 section 4.1.4: HELO when EHLO was answered with 5yz (not with 421 or 4yz: nothing would change).
[[nodiscard]] bool should_try_helo(const smtp::Reply& ehlo_reply);

// What a failed operation of the stream at that stage was.
[[nodiscard]] Fault judge_io(const net::IoError& error, Stage stage);

// A route or an MX host that leads nowhere. `fault` is not none.
[[nodiscard]] Fault judge_route(dns::RouteFault fault, std::string detail);

}  // namespace mailsonde::probe
