// SPDX-License-Identifier: Apache-2.0
// Which build this is.
#pragma once

#include <string>

namespace mailsonde::cli {

[[nodiscard]] std::string version();   // "0.1.0"
[[nodiscard]] std::string revision();  // the commit, or "unknown" for a build outside a checkout
// What --version prints: name, version, revision, compiler, build date, OpenSSL, c-ares.
[[nodiscard]] std::string version_text();

}  // namespace mailsonde::cli
