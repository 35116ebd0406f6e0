// SPDX-License-Identifier: Apache-2.0
// What the peer's certificate says of itself, as printable text and moments.
#pragma once

#include "net/tls_info.hpp"

struct ssl_st;

namespace mailsonde::net {

// The certificate fields of TlsInfo, after a handshake. A server without a certificate gives "no certificate".
[[nodiscard]] TlsInfo describe_certificate(ssl_st* ssl);

}  // namespace mailsonde::net
