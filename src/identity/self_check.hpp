// SPDX-License-Identifier: Apache-2.0
// Asks DNS about a source of ours what receivers will ask.
#pragma once

#include <asio/awaitable.hpp>
#include <memory>
#include <string>

#include "config/config.hpp"
#include "dns/resolver.hpp"
#include "identity/source_report.hpp"

namespace mailsonde::identity {

// Checks each address of the source; of one that the system chooses, those that it would choose now. Nobody is asked
// about private addresses. At most 12 look-ups an address, most of them only where many PTR names lead nowhere. On the
// resolver's thread; may be cancelled.
[[nodiscard]] asio::awaitable<SourceReport> check_source(std::shared_ptr<dns::Resolver> resolver,
                                                         std::shared_ptr<const config::Source> source,
                                                         std::string helo);

}  // namespace mailsonde::identity
