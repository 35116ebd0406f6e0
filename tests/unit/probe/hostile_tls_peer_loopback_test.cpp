// SPDX-License-Identifier: Apache-2.0
// TLS peers that do what no SMTP server does: floods below the replies, huge certificates, renegotiation
// (docs/hostile-cases.md section 6). Implicit TLS, so that they need no dialogue.
#include <openssl/rsa.h>
#include <openssl/ssl.h>

#include <algorithm>

#include "fixture/server_tls.hpp"
#include "unit/probe/loopback.hpp"
#include "unit/probe/raw_peer.hpp"

using namespace mailsonde;
using namespace mailsonde::test;
using fixture::TlsVersions;

TEST_SUITE_BEGIN("probe.hostile_tls_peer.loopback");

namespace {

fixture::SslContextPtr server_context(TlsVersions versions = TlsVersions::modern) {
  auto context =
      *fixture::make_server_context({.certificate = certificate({.names = {kMxName}}), .versions = versions});
  return context;
}

Scene greeted_scene(std::optional<Stage> hanging = std::nullopt) {
  Scene scene = whole_scene(hanging);
  scene.target.auth.reset();
  scene.module.depth = Stage::ehlo;
  scene.module.tls = config::TlsPolicy::implicit;
  return scene;
}

bool say(SSL* ssl, std::string_view bytes) { return SSL_write(ssl, bytes.data(), static_cast<int>(bytes.size())) > 0; }

void hear(SSL* ssl) {
  std::array<char, 512> line;
  (void)SSL_read(ssl, line.data(), line.size());
}

// Shakes hands and talks; whatever it does must come to `expected`.
probe::Report check_peer(const char* name, const fixture::SslContextPtr& context, std::function<void(SSL*)> talk,
                         Scene scene, Expected expected) {
  const DescriptorWatch watch;
  RawPeer peer([&](int descriptor) {
    const fixture::SslPtr ssl(SSL_new(context.get()));
    SSL_set_fd(ssl.get(), descriptor);
    if (SSL_accept(ssl.get()) == 1) talk(ssl.get());
    ERR_clear_error();
  });
  const MonotonicTime start = monotonic_now();
  auto report = probe_port(scene, peer.port());
  check_report({name, {}, std::move(scene), std::move(expected)}, report, monotonic_now() - start);
  return report;
}

void greet_and_answer(SSL* ssl) {
  say(ssl, "220 mx\r\n");
  hear(ssl);
  say(ssl, "250 mx\r\n");
  hear(ssl);
  say(ssl, "221 bye\r\n");
}

}  // namespace

TEST_CASE("a flood of session tickets or key updates instead of a reply ends at the deadline and costs little memory") {
  const auto context = server_context();
  const auto flood_of_tickets = [](SSL* ssl) {
    while (is_there(SSL_get_fd(ssl)) && SSL_new_session_ticket(ssl) == 1 && SSL_do_handshake(ssl) == 1) continue;
  };
  const auto flood_of_keys = [](SSL* ssl) {
    while (is_there(SSL_get_fd(ssl)) && SSL_key_update(ssl, SSL_KEY_UPDATE_NOT_REQUESTED) == 1 &&
           SSL_do_handshake(ssl) == 1)
      continue;
  };
  const Expected expected{{Stage::banner}, {Outcome::remote_timeout, Outcome::tls_failed}};
  check_peer("warm up", context, greet_and_answer, greeted_scene(), {{Stage::quit}, {Outcome::ok}});
  const std::size_t before = resident_memory();
  check_peer("tickets", context, flood_of_tickets, greeted_scene(Stage::banner), expected);
  check_peer("keys", context, flood_of_keys, greeted_scene(Stage::banner), expected);
  if (memory_is_measurable()) CHECK(resident_memory() < before + kMostMemory);
}

TEST_CASE("records of one byte and empty ones for ever end by a limit or the deadline") {
  const Expected expected{{Stage::banner}, {Outcome::remote_timeout, Outcome::protocol_error, Outcome::tls_failed}};
  check_peer(
      "one byte", server_context(),
      [](SSL* ssl) {
        say(ssl, "220-");
        while (say(ssl, "x")) continue;
      },
      greeted_scene(Stage::banner), expected);
}

TEST_CASE("renegotiation that a TLS 1.2 server asks for is refused, and the dialogue goes on") {
  const auto asks = [](SSL* ssl) {
    say(ssl, "220 mx\r\n");
    hear(ssl);
    SSL_renegotiate(ssl);
    SSL_do_handshake(ssl);
    say(ssl, "250 mx\r\n");
    hear(ssl);
  };
  check_peer("renegotiation", server_context(TlsVersions::only_1_2), asks, greeted_scene(),
             {{Stage::quit}, {Outcome::ok}});
}

TEST_CASE("HelloRequests for ever end by a limit or the deadline") {
  const auto floods = [](SSL* ssl) {
    while (is_there(SSL_get_fd(ssl)) && SSL_renegotiate(ssl) == 1 && SSL_do_handshake(ssl) == 1) continue;
  };
  check_peer("HelloRequests", server_context(TlsVersions::only_1_2), floods, greeted_scene(Stage::banner),
             {{Stage::banner}, {Outcome::remote_timeout, Outcome::tls_failed, Outcome::connection_lost}});
}

TEST_CASE("a certificate chain of 350 kB is tls_failed") {
  for (const TlsVersions versions : {TlsVersions::modern, TlsVersions::only_1_2}) {
    const auto context = server_context(versions);
    X509* leaf = SSL_CTX_get0_certificate(context.get());
    for (int i = 0; i < 900; ++i) REQUIRE(SSL_CTX_add1_chain_cert(context.get(), leaf) == 1);
    check_peer("chain", context, greet_and_answer, greeted_scene(), {{Stage::tls}, {Outcome::tls_failed}});
  }
}

TEST_CASE("no common cipher is tls_failed") {
  const auto context = server_context(TlsVersions::only_1_2);
  REQUIRE(SSL_CTX_set_cipher_list(context.get(), "eNULL:@SECLEVEL=0") == 1);
  check_peer("cipher", context, greet_and_answer, greeted_scene(), {{Stage::tls}, {Outcome::tls_failed}});
}

TEST_CASE("a weak key is told, and tolerated like every certificate fault (rule 11)") {
  const fixture::SslContextPtr context(SSL_CTX_new(TLS_server_method()), fixture::Freer<SSL_CTX_free>{});
  SSL_CTX_set_security_level(context.get(), 0);
  const fixture::KeyPtr key(EVP_RSA_gen(1024));
  const fixture::X509Ptr leaf(X509_new());
  REQUIRE(leaf != nullptr);
  ASN1_INTEGER_set(X509_get_serialNumber(leaf.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(leaf.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(leaf.get()), 3600);
  X509_set_pubkey(leaf.get(), key.get());
  REQUIRE(X509_sign(leaf.get(), key.get(), EVP_sha256()) > 0);
  REQUIRE(SSL_CTX_use_certificate(context.get(), leaf.get()) == 1);
  REQUIRE(SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1);
  const auto report = check_peer("weak key", context, greet_and_answer, greeted_scene(),
                                 {{Stage::quit, Stage::tls}, {Outcome::ok, Outcome::tls_failed}});
  if (report.success()) CHECK_FALSE(report.tls->certificate_valid);
}

TEST_CASE("a FIN without close_notify behind the answer to QUIT is nothing to complain about") {
  const auto report = check_peer("no close_notify", server_context(), greet_and_answer, greeted_scene(),
                                 {{Stage::quit}, {Outcome::ok}});
  CHECK(report.replies.size() == 3);
}

TEST_CASE("a reply too many in the same segment is a protocol error also when it is a TLS record of its own (rule 6)") {
  const auto floods = [](SSL* ssl) {
    BIO* buffered = BIO_new(BIO_f_buffer());
    BIO_push(buffered, SSL_get_wbio(ssl));
    BIO_up_ref(SSL_get_wbio(ssl));
    SSL_set0_wbio(ssl, buffered);
    say(ssl, "220 mx\r\n");
    say(ssl, "250 surplus\r\n");
    (void)BIO_flush(buffered);
    hear(ssl);
    (void)BIO_flush(buffered);
  };
  check_peer("two records", server_context(), floods, greeted_scene(), {{Stage::banner}, {Outcome::protocol_error}});
}

TEST_SUITE_END();
