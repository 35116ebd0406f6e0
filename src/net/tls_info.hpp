// SPDX-License-Identifier: Apache-2.0
// What is worth keeping of a TLS handshake, without OpenSSL in sight.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace mailsonde::net {

// What the handshake showed. Certificate facts are there whether or not they are good.
struct TlsInfo {
  std::string version;              // "TLSv1.3"
  std::string cipher;               // "TLS_AES_256_GCM_SHA384"
  bool certificate_valid = false;   // chain, name and dates
  std::string certificate_problem;  // empty when valid: "certificate has expired", "hostname mismatch", ...
  std::string subject;              // printable
  std::string issuer;               // printable
  std::vector<std::string> names;   // DNS names of the SAN, printable, at most 20
  std::optional<WallTime> leaf_not_after;
  std::optional<WallTime> chain_not_after;  // the earliest in the verified chain; missing when it was not verified
};

}  // namespace mailsonde::net
