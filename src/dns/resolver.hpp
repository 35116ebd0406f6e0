// SPDX-License-Identifier: Apache-2.0
// What the rest of the program knows of name look-ups: a question, an answer in which NXDOMAIN, no data, SERVFAIL and
// time-out stay apart, and an interface that tests and the demo replace.
#pragma once

#include <array>
#include <asio/awaitable.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.hpp"
#include "base/clock.hpp"

namespace mailsonde::dns {

enum class RrType : std::uint8_t { a, aaaa, mx, ptr };
[[nodiscard]] std::string_view to_string(RrType type);  // "A", "AAAA", "MX", "PTR": the metric label

// How a look-up ended. The names in to_string are the values of the `rcode` label.
enum class Status : std::uint8_t {
  ok,         // records of the asked type are there: "NOERROR"
  no_data,    // the name is there, the type is not: "NODATA"
  nx_domain,  // "NXDOMAIN"
  serv_fail,  // "SERVFAIL"
  refused,    // "REFUSED"
  other,      // NOTIMP, FORMERR, a closed port and the rest: "OTHER"; which of them stands in Lookup::detail
  timeout,    // nobody answered in time: "TIMEOUT"
  malformed,  // an answer that breaks the format or a limit: "MALFORMED"
};
inline constexpr std::array kStatuses{Status::ok,      Status::no_data, Status::nx_domain, Status::serv_fail,
                                      Status::refused, Status::other,   Status::timeout,   Status::malformed};
[[nodiscard]] std::string_view to_string(Status status);
// SERVFAIL, time-out and kin: nothing is known. False for ok, no_data, nx_domain.
[[nodiscard]] bool is_failure(Status status);

struct MxRecord {
  std::uint16_t preference = 0;
  std::string host;  // lower case, no final dot; "" is the root: null MX (RFC 7505). Escaped \DDD for odd bytes.
  auto operator<=>(const MxRecord&) const = default;
};

// Stands for a host whose name on the wire is over 255 bytes long; like an escape it keeps the text from being valid.
inline constexpr std::string_view kOverlongHost = "..";

struct Lookup {
  Status status = Status::timeout;
  std::vector<MxRecord> mx;          // type mx
  std::vector<IpAddress> addresses;  // types a, aaaa
  std::vector<std::string> hosts;    // type ptr: as MxRecord::host; bounded
  std::vector<std::string> cnames;   // the chain that was followed, in order; bounded
  std::string server;                // label of the server that answered (or kept silent) last; never "cache"
  std::string detail;                // what status `other` stands for, for people: "NOTIMP", "UNREACHABLE"
};

// One look-up. Names are in presentation form without a final dot.
class Resolver {
 public:
  virtual ~Resolver() = default;
  // Ends within the resolver's own deadline, whatever the servers do. Runs on the caller's executor's thread; the
  // resolver belongs to one shard thread and must outlive every look-up.
  [[nodiscard]] virtual asio::awaitable<Lookup> lookup(std::string name, RrType type) = 0;
};

}  // namespace mailsonde::dns
