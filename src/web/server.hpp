// SPDX-License-Identifier: Apache-2.0
// The web listener as the rest of the program starts and stops it: a front with the daemon's site behind it.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "web/front.hpp"
#include "web/site.hpp"

namespace mailsonde::web {

class Server {
 public:
  // Binds all addresses or none, and serves from then on: what `site` calls must stand, and must outlive the server.
  [[nodiscard]] static Result<std::unique_ptr<Server>> start(std::span<const ListenAddress> addresses, Site site,
                                                             const FrontLimits& limits = {});

  // In the order given, with the ports that the system chose.
  [[nodiscard]] const std::vector<ListenAddress>& bound() const { return front_->bound(); }

  // As Front::answers().
  [[nodiscard]] bool answers() { return front_->answers(); }

  // Bounded as Front::stop() is. Idempotent; the destructor does it too.
  void stop() { front_->stop(); }

 private:
  explicit Server(std::unique_ptr<Front> front) : front_(std::move(front)) {}

  std::unique_ptr<Front> front_;
};

}  // namespace mailsonde::web
