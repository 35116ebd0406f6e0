// SPDX-License-Identifier: Apache-2.0
#include "cli/version.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include "dns/library.hpp"

namespace mailsonde::cli {

std::string version() { return MAILSONDE_VERSION; }

std::string revision() { return MAILSONDE_REVISION; }

std::string version_text() {
  return fmt::format(
      "mailsonde, version {} (revision: {})\n  compiler:   {}\n  build date: {}\n  openssl:    {}\n  c-ares:     {}",
      version(), revision(), __VERSION__, MAILSONDE_BUILD_DATE, OpenSSL_version(OPENSSL_VERSION),
      dns::library_version());
}

}  // namespace mailsonde::cli
