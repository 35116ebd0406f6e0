// SPDX-License-Identifier: Apache-2.0
// A configuration made ready to run: everything that can fail has been done, so that applying it cannot.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"
#include "classify/classify.hpp"
#include "classify/provider.hpp"
#include "config/config.hpp"
#include "net/tls_context.hpp"
#include "probe/probe.hpp"
#include "schedule/endpoints.hpp"

namespace mailsonde::schedule {

// Immutable; shared by all shards.
class Plan {
 public:
  // Reads the certificate files. An Error names the module and the file.
  [[nodiscard]] static Result<std::shared_ptr<const Plan>> make(config::Config config);

  [[nodiscard]] const config::Config& config() const { return config_; }
  // Who operates that host of the target: what the target says, else what the host's name tells. An empty name is a
  // host that is not known yet.
  [[nodiscard]] std::string provider_of(const config::Target& target, std::string_view mx) const;

  // What EHLO says from there.
  [[nodiscard]] const std::string& helo_of(const config::Source& source) const {
    return source.helo.empty() ? config_.helo : source.helo;
  }

  // What to probe at an endpoint of the target, which is one of the configuration's or made with its modules.
  [[nodiscard]] probe::Request request_for(std::shared_ptr<const config::Target> target, const Endpoint& endpoint,
                                           const Routed& routed, std::string id) const;

 private:
  explicit Plan(config::Config config);
  [[nodiscard]] std::shared_ptr<const net::TlsContext> tls_of(const config::Module& module) const;

  using TlsKey = std::pair<config::TlsVersion, std::optional<std::string>>;

  config::Config config_;
  classify::ProviderTable providers_;
  std::shared_ptr<const classify::Classifier> classifier_;
  std::map<TlsKey, std::shared_ptr<const net::TlsContext>> tls_;
};

}  // namespace mailsonde::schedule
