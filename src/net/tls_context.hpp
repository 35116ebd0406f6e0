// SPDX-License-Identifier: Apache-2.0
// One SSL_CTX for all probes of one policy: making one costs milliseconds and hundreds of kilobytes.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "config/config.hpp"

struct ssl_ctx_st;

namespace mailsonde::net {

// Immutable after make(); shared by all probes of a shard.
class TlsContext {
 public:
  // Trust is `ca_file` (PEM) or the system's store. An Error names the file and OpenSSL's reason.
  [[nodiscard]] static Result<std::shared_ptr<const TlsContext>> make(config::TlsVersion least,
                                                                      const std::optional<std::string>& ca_file);
  explicit TlsContext(ssl_ctx_st* context) : context_(context) {}
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;
  ~TlsContext();

  [[nodiscard]] ssl_ctx_st* get() const { return context_; }

 private:
  ssl_ctx_st* context_;
};

}  // namespace mailsonde::net
