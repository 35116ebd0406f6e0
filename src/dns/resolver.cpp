// SPDX-License-Identifier: Apache-2.0
#include "dns/resolver.hpp"

namespace mailsonde::dns {

std::string_view to_string(RrType type) {
  switch (type) {
    case RrType::a:
      return "A";
    case RrType::aaaa:
      return "AAAA";
    case RrType::mx:
      return "MX";
    case RrType::ptr:
      break;
  }
  return "PTR";
}

std::string_view to_string(Status status) {
  switch (status) {
    case Status::ok:
      return "NOERROR";
    case Status::no_data:
      return "NODATA";
    case Status::nx_domain:
      return "NXDOMAIN";
    case Status::serv_fail:
      return "SERVFAIL";
    case Status::refused:
      return "REFUSED";
    case Status::other:
      return "OTHER";
    case Status::timeout:
      return "TIMEOUT";
    case Status::malformed:
      break;
  }
  return "MALFORMED";
}

bool is_failure(Status status) {
  return status != Status::ok && status != Status::no_data && status != Status::nx_domain;
}

}  // namespace mailsonde::dns
