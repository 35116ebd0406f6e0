// SPDX-License-Identifier: Apache-2.0
#include "probe/decide.hpp"

#include "base/assert.hpp"

namespace mailsonde::probe {

using classify::LocalFailure;

bool reaches(Stage depth, Stage stage) {
  switch (stage) {
    case Stage::tls:
    case Stage::ehlo_tls:
      return depth >= Stage::starttls;
    case Stage::eod:
      return depth >= Stage::data;
    case Stage::quit:
      return true;
    default:
      return stage <= depth;
  }
}

Reaction react(Stage stage, const smtp::Reply& reply) {
  if (!reply.is_positive()) return Reaction::stop;
  const auto expect = [&](bool right) { return right ? Reaction::proceed : Reaction::breach; };
  const bool completed = reply.code < 300;
  switch (stage) {
    case Stage::banner:
    case Stage::starttls:
      return expect(reply.code == 220);
    case Stage::auth:
      return expect(reply.code == 235 || reply.code == 334);
    case Stage::data:
      return expect(reply.code == 354);
    default:
      return expect(completed);  // RFC 5321 section 4.3.2: 250, and 251, 252 to RCPT; other 2yz do no harm
  }
}

TlsMove choose_tls_move(const config::Module& module, const smtp::Capabilities& capabilities) {
  if (!reaches(module.depth, Stage::starttls)) return TlsMove::none;
  if (module.tls == config::TlsPolicy::none || module.tls == config::TlsPolicy::implicit) return TlsMove::none;
  return capabilities.has("STARTTLS") ? TlsMove::ask : TlsMove::missing;
}

bool may_go_on_without_tls(const config::Module& module) { return module.tls == config::TlsPolicy::opportunistic; }

bool should_try_helo(const smtp::Reply& ehlo_reply) { return ehlo_reply.is_permanent(); }

Fault judge_io(const net::IoError& error, Stage stage) {
  switch (error.failure) {
    case net::Failure::refused:
      return {LocalFailure::connect_refused, error.detail};
    case net::Failure::timeout:
      if (stage == Stage::connect) return {LocalFailure::connect_timeout, "no answer to the connect in time"};
      return {LocalFailure::timeout, "no complete answer in time"};
    case net::Failure::closed:
    case net::Failure::reset:
      return {LocalFailure::lost, error.detail};
    case net::Failure::tls:
      return {LocalFailure::tls_handshake, error.detail};
    case net::Failure::resources:
      return {std::nullopt, "a fault of this host: " + error.detail};
    case net::Failure::source:
      return {std::nullopt, error.detail, true};
    case net::Failure::cancelled:
      return {std::nullopt, "the prober is stopping"};
  }
  return {std::nullopt, error.detail};
}

Fault judge_route(dns::RouteFault fault, std::string detail) {
  switch (fault) {
    case dns::RouteFault::no_name:
      return {LocalFailure::dns_no_name, std::move(detail)};
    case dns::RouteFault::no_address:
      return {LocalFailure::dns_no_address, std::move(detail)};
    case dns::RouteFault::null_mx:
      return {LocalFailure::dns_null_mx, std::move(detail)};
    case dns::RouteFault::bad_address:
      return {LocalFailure::dns_bad_address, std::move(detail)};
    case dns::RouteFault::failed:
      return {LocalFailure::dns_failed, std::move(detail)};
    case dns::RouteFault::none:
      break;
  }
  MAILSONDE_ASSERT(fault != dns::RouteFault::none);
  return {};
}

}  // namespace mailsonde::probe
