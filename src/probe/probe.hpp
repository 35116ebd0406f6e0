// SPDX-License-Identifier: Apache-2.0
// One probe of one endpoint: connect, walk the SMTP dialogue as deep as the module says, always QUIT, one Report.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "dns/route.hpp"
#include "net/dialer.hpp"
#include "net/tls_context.hpp"
#include "probe/report.hpp"

namespace mailsonde::probe {

// What to probe. A value: the coroutine keeps its own.
struct Request {
  std::string id;  // 16 hex digits
  std::shared_ptr<const config::Target> target;
  std::shared_ptr<const net::TlsContext> tls;              // of the target's module; not null
  std::shared_ptr<const classify::Classifier> classifier;  // not null
  std::string helo;                                        // of that source
  std::string source{config::kDefaultSource};
  std::optional<IpAddress> local_address;  // of that source; nothing: the system's choice
  std::string mx;                          // valid host name or address text; SNI and label
  std::string provider;                    // who operates that host: what rules about replies compare
  IpAddress address;
  std::uint16_t port = 25;
  Duration dns_elapsed{};  // what the look-up of this endpoint took
  std::vector<std::string> notes;
};

// Ends within the module's timeout plus one second for QUIT, whatever the server does; never throws for anything the
// network does. When cancelled (terminal) it stops waiting, says QUIT and gives a report that is not counted.
// `dialer` must outlive the probe. RFC 5321 throughout; RFC 3207 STARTTLS, RFC 4954 AUTH.
[[nodiscard]] asio::awaitable<Report> run(Request request, net::Dialer& dialer);

// The report of a cycle in which DNS gave no endpoint, or an MX host without an address (`mx` then names it), as seen
// from the default source: every source sees the same, so the caller sets another one's name.
[[nodiscard]] Report failed_route(const config::Target& target, std::string id, std::string mx, std::string provider,
                                  dns::RouteFault fault, std::string detail, Duration dns_elapsed,
                                  std::vector<std::string> notes);

}  // namespace mailsonde::probe
