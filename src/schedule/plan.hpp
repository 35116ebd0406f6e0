// SPDX-License-Identifier: Apache-2.0
// A configuration made ready to run: everything that can fail has been done, so that applying it cannot.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/result.hpp"
#include "config/config.hpp"
#include "net/tls_context.hpp"

namespace mailsonde::schedule {

// Immutable; shared by all shards.
class Plan {
 public:
  // Reads the certificate files. An Error names the module and the file.
  [[nodiscard]] static Result<std::shared_ptr<const Plan>> make(config::Config config);

  [[nodiscard]] const config::Config& config() const { return config_; }
  [[nodiscard]] std::shared_ptr<const net::TlsContext> tls_of(const config::Module& module) const;

 private:
  using TlsKey = std::pair<config::TlsVersion, std::optional<std::string>>;

  config::Config config_;
  std::map<TlsKey, std::shared_ptr<const net::TlsContext>> tls_;
};

}  // namespace mailsonde::schedule
