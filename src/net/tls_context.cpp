// SPDX-License-Identifier: Apache-2.0
#include "net/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "net/tls_session.hpp"

namespace mailsonde::net {
namespace {

constexpr long kMaxCertificateMessage = 100L * 1024;  // hostile-cases section 2

void apply_policy(SSL_CTX* context, config::TlsVersion least) {
  SSL_CTX_set_min_proto_version(context, least == config::TlsVersion::tls1_3 ? TLS1_3_VERSION : TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  // Resumption would save CPU and hide the certificate.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context,
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_max_cert_list(context, kMaxCertificateMessage);
  // Verified and recorded, never fatal here: what follows from a bad certificate is the module's policy.
  SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
}

}  // namespace

Result<std::shared_ptr<const TlsContext>> TlsContext::make(config::TlsVersion least,
                                                           const std::optional<std::string>& ca_file) {
  SSL_CTX* raw = SSL_CTX_new(TLS_client_method());
  if (raw == nullptr) return fail("OpenSSL cannot make a TLS context: " + take_openssl_error());
  auto context = std::make_shared<const TlsContext>(raw);
  apply_policy(raw, least);
  if (!ca_file) {
    SSL_CTX_set_default_verify_paths(raw);
  } else if (SSL_CTX_load_verify_locations(raw, ca_file->c_str(), nullptr) != 1) {
    return fail("ca_file " + *ca_file + ": " + take_openssl_error() +
                "; a PEM file with at least one certificate is needed");
  }
  return context;
}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

}  // namespace mailsonde::net
