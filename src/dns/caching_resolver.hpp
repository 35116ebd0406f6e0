// SPDX-License-Identifier: Apache-2.0
// The resolver that the daemon uses: asks the configured servers in order, keeps answers, and asks once for all who
// want the same at the same time.
#pragma once

#include <asio/any_io_executor.hpp>
#include <memory>
#include <vector>

#include "config/config.hpp"
#include "dns/observer.hpp"
#include "dns/resolver.hpp"

namespace mailsonde::dns {

// Belongs to one shard thread, on which its executor's loop runs. May be destroyed while look-ups are under way (they
// end as time-outs and touch nothing that is gone), but before the loop is. A caller may cancel its look-up, by total
// cancellation too: it ends at once as a time-out; what others wait for goes on.
class CachingResolver : public Resolver {
 public:
  // `timeout` bounds one look-up with all servers, retries and CNAMEs. `observer` may be null; else it must live as
  // long as the resolver.
  CachingResolver(asio::any_io_executor executor, std::vector<config::Resolver::Server> servers, Duration timeout,
                  Observer* observer);
  ~CachingResolver() override;
  CachingResolver(const CachingResolver&) = delete;
  CachingResolver& operator=(const CachingResolver&) = delete;

  // A text that is no host name (name.hpp; upper case and a final dot are taken) cannot exist: nx_domain, nobody is
  // asked. Failures are remembered for 5 s, so that a broken zone is not asked in a storm.
  [[nodiscard]] asio::awaitable<Lookup> lookup(std::string name, RrType type) override;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace mailsonde::dns
