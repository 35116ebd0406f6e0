// SPDX-License-Identifier: Apache-2.0
#include "web/server.hpp"

namespace mailsonde::web {

Result<std::unique_ptr<Server>> Server::start(std::span<const ListenAddress> addresses, Site site,
                                              const FrontLimits& limits) {
  auto front = Front::start(addresses, make_answerer(std::move(site)), limits);
  if (!front) return std::unexpected(front.error());
  return std::unique_ptr<Server>(new Server(*std::move(front)));
}

}  // namespace mailsonde::web
