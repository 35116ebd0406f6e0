// SPDX-License-Identifier: Apache-2.0
#include "net/certificate.hpp"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <memory>

#include "base/text.hpp"

namespace mailsonde::net {
namespace {

constexpr std::size_t kMaxNames = 20;
constexpr std::size_t kMaxNameText = 256;

std::optional<WallTime> to_wall_time(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return WallTime(std::chrono::seconds(timegm(&parts)));
}

std::string one_line(const X509_NAME* name) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), &BIO_free);
  if (!memory || X509_NAME_print_ex(memory.get(), name, 0, XN_FLAG_RFC2253) < 0) return {};
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &text);
  return size > 0 ? printable({text, static_cast<std::size_t>(size)}, kMaxNameText) : std::string{};
}

std::vector<std::string> dns_names(X509* certificate) {
  std::vector<std::string> names;
  auto* found = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> all(found, &GENERAL_NAMES_free);
  for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()) && names.size() < kMaxNames; ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(all.get(), i);
    if (name->type != GEN_DNS) continue;
    const auto* bytes = ASN1_STRING_get0_data(name->d.dNSName);
    const auto size = static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName));
    names.push_back(printable({reinterpret_cast<const char*>(bytes), size}, kMaxNameText));
  }
  return names;
}

std::optional<WallTime> earliest_not_after(STACK_OF(X509) * chain) {
  std::optional<WallTime> earliest;
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    const auto end = to_wall_time(X509_get0_notAfter(sk_X509_value(chain, i)));
    if (end && (!earliest || *end < *earliest)) earliest = end;
  }
  return earliest;
}

}  // namespace

TlsInfo describe_certificate(ssl_st* ssl) {
  TlsInfo info;
  X509* certificate = SSL_get0_peer_certificate(ssl);
  if (certificate == nullptr) {
    info.certificate_problem = "no certificate";
    return info;
  }
  const long verdict = SSL_get_verify_result(ssl);
  info.certificate_valid = verdict == X509_V_OK;
  if (!info.certificate_valid) info.certificate_problem = X509_verify_cert_error_string(verdict);
  info.subject = one_line(X509_get_subject_name(certificate));
  info.issuer = one_line(X509_get_issuer_name(certificate));
  info.names = dns_names(certificate);
  info.leaf_not_after = to_wall_time(X509_get0_notAfter(certificate));
  if (info.certificate_valid) info.chain_not_after = earliest_not_after(SSL_get0_verified_chain(ssl));
  return info;
}

}  // namespace mailsonde::net
