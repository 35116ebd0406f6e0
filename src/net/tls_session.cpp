// SPDX-License-Identifier: Apache-2.0
#include "net/tls_session.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/text.hpp"
#include "net/certificate.hpp"
#include "net/tls_context.hpp"

namespace mailsonde::net {
namespace {

TlsWire& wire_of(BIO* bio) { return *static_cast<TlsWire*>(BIO_get_data(bio)); }

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

int bio_read(BIO* bio, char* data, std::size_t size, std::size_t* count) {
  BIO_clear_retry_flags(bio);
  TlsWire& wire = wire_of(bio);
  *count = 0;
  if (wire.allowance == 0) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const Transfer transfer = wire.socket.receive({data, std::min(size, wire.allowance)});
  wire.allowance -= transfer.bytes;
  *count = transfer.bytes;
  if (transfer.error == 0) return transfer.bytes > 0 ? 1 : 0;
  if (would_block(transfer.error)) BIO_set_retry_read(bio);
  errno = transfer.error;
  return -1;
}

int bio_write(BIO* bio, const char* data, std::size_t size, std::size_t* count) {
  BIO_clear_retry_flags(bio);
  const Transfer transfer = wire_of(bio).socket.send({data, size});
  *count = transfer.bytes;
  if (transfer.error == 0) return 1;
  if (would_block(transfer.error)) BIO_set_retry_write(bio);
  errno = transfer.error;
  return -1;
}

long bio_control(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

const BIO_METHOD* stamped_socket_bio() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "stamped socket");
    BIO_meth_set_read_ex(made, bio_read);
    BIO_meth_set_write_ex(made, bio_write);
    BIO_meth_set_ctrl(made, bio_control);
    return made;
  }();
  return method;
}

// RFC 6066 section 3: a literal address is no host_name for SNI, but its certificate can still be checked.
bool set_peer_name(SSL* ssl, const std::string& name) {
  X509_VERIFY_PARAM* parameters = SSL_get0_param(ssl);
  X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (IpAddress::parse(name)) return X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str()) == 1;
  return SSL_set_tlsext_host_name(ssl, name.c_str()) == 1 &&  // NOLINT: OpenSSL's macro casts
         X509_VERIFY_PARAM_set1_host(parameters, name.c_str(), name.size()) == 1;
}

}  // namespace

std::string take_openssl_error() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "unknown TLS error";
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? printable(reason) : "TLS error " + std::to_string(ERR_GET_REASON(code));
}

IoResult<std::unique_ptr<TlsSession>> TlsSession::make(const TlsRequest& request, StampedSocket& socket) {
  ERR_clear_error();
  SSL* ssl = SSL_new(request.context->get());
  BIO* bio = BIO_new(stamped_socket_bio());
  if (ssl == nullptr || bio == nullptr) {
    SSL_free(ssl);
    BIO_free(bio);
    return std::unexpected(IoError{Failure::resources, "no memory for a TLS session"});
  }
  auto session = std::make_unique<TlsSession>(ssl, socket);
  BIO_set_data(bio, &session->wire_);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl, bio, bio);
  SSL_set_connect_state(ssl);
  if (!set_peer_name(ssl, request.server_name)) {
    return std::unexpected(IoError{Failure::tls, "unusable server name: " + take_openssl_error()});
  }
  return session;
}

TlsSession::~TlsSession() { SSL_free(ssl_); }

// SSL_get_error needs an empty queue before the call and the errno right after it.
TlsStep TlsSession::judge(int result) {
  const int system_error = errno;
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ:
      return TlsStep::want_read;
    case SSL_ERROR_WANT_WRITE:
      return TlsStep::want_write;
    case SSL_ERROR_ZERO_RETURN:
      error_ = {Failure::closed, "closed by the server (close_notify)"};
      break;
    case SSL_ERROR_SYSCALL:
      error_ = {Failure::reset, system_error != 0 ? std::strerror(system_error) : "connection lost"};
      break;
    default:
      // An end of file without close_notify is a cut connection, everything else is about TLS.
      if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        error_ = {Failure::closed, "closed by the server without close_notify"};
      } else {
        error_ = {Failure::tls, take_openssl_error()};
      }
  }
  ERR_clear_error();
  return TlsStep::failed;
}

void TlsSession::begin_step() {
  ERR_clear_error();
  errno = 0;
  wire_.allowance = TlsWire::kStep;
}

TlsStep TlsSession::handshake() {
  begin_step();
  const int result = SSL_do_handshake(ssl_);
  return result == 1 ? TlsStep::done : judge(result);
}

TlsStep TlsSession::read(std::span<char> buffer, std::size_t& count) {
  count = 0;
  if (over_) return TlsStep::failed;
  begin_step();
  while (count < buffer.size()) {
    std::size_t more = 0;
    const int result = SSL_read_ex(ssl_, buffer.data() + count, buffer.size() - count, &more);
    count += more;
    if (result == 1) continue;
    const TlsStep step = judge(result);
    over_ = step == TlsStep::failed;
    return count > 0 ? TlsStep::done : step;
  }
  return TlsStep::done;
}

TlsStep TlsSession::write(std::string_view bytes, std::size_t& count) {
  begin_step();
  const int result = SSL_write_ex(ssl_, bytes.data(), bytes.size(), &count);
  return result == 1 ? TlsStep::done : judge(result);
}

void TlsSession::send_close_notify() {
  ERR_clear_error();
  (void)SSL_shutdown(ssl_);
  ERR_clear_error();
}

TlsInfo TlsSession::info() const {
  TlsInfo info = describe_certificate(ssl_);
  info.version = SSL_get_version(ssl_);
  info.cipher = SSL_get_cipher_name(ssl_);
  return info;
}

}  // namespace mailsonde::net
