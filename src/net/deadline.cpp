// SPDX-License-Identifier: Apache-2.0
#include "net/deadline.hpp"

#include <cerrno>

namespace mailsonde::net {
namespace {

Failure failure_of(int code) {
  switch (code) {
    case ECONNREFUSED:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case EHOSTDOWN:
    case ENETDOWN:
    case EINVAL:  // what Linux says of a route that is a black hole
      return Failure::refused;
    case ETIMEDOUT:
      return Failure::timeout;
    case ECANCELED:
      return Failure::cancelled;
    // Ours: descriptors, memory, local ports, a local firewall rule.
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
    case EADDRINUSE:
    case EADDRNOTAVAIL:
    case EACCES:
    case EPERM:
    case EAFNOSUPPORT:
    case EPROTONOSUPPORT:
      return Failure::resources;
    default:
      return Failure::reset;
  }
}

}  // namespace

IoResult<void> judge_race(bool operation_first, const asio::error_code& operation, const asio::error_code& timer) {
  if (operation_first && !operation) return {};
  if (operation_first) return std::unexpected(describe_error(operation));
  if (!timer) return std::unexpected(IoError{Failure::timeout, "timed out"});
  return std::unexpected(IoError{Failure::cancelled, "cancelled"});
}

IoError describe_error(const asio::error_code& error) { return {failure_of(error.value()), error.message()}; }

}  // namespace mailsonde::net
