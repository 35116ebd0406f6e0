// SPDX-License-Identifier: Apache-2.0
// Reads the answers of DNS servers. Sans-IO: a packet and the question that was asked go in, a Lookup and the time for
// which it may be kept come out. Bounded for any bytes: 500 answer records, 50 PTR names, 8
// CNAMEs, names of 255 bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "dns/name.hpp"
#include "dns/resolver.hpp"

namespace mailsonde::dns {

inline constexpr std::size_t kMostAnswerRecords = 500;
inline constexpr std::size_t kMostCnames = 8;
inline constexpr std::size_t kMostHosts = 50;  // of PTR records; those beyond are left out
inline constexpr Duration kShortestTtl = std::chrono::seconds(5);
inline constexpr Duration kLongestTtl = std::chrono::hours(1);

// What an answer must belong to.
struct Query {
  std::uint16_t id = 0;
  std::string name;  // a valid host name (name.hpp)
  RrType type = RrType::a;
};

// RFC 1035 section 4.1.1 and 3.2.2, as far as they are needed here.
enum class Rcode : std::uint8_t { no_error = 0, form_err = 1, serv_fail = 2, nx_domain = 3, not_imp = 4, refused = 5 };
[[nodiscard]] std::uint16_t code_of(RrType type);

struct Answer {
  Lookup lookup;                // `server` is left to the caller
  Duration ttl = kShortestTtl;  // how long it may be kept: 5 s .. 1 h
  Rcode rcode = Rcode::no_error;
  bool has_spoken = false;  // the server said something that could be read, if only no: neither silent nor broken
  bool truncated = false;   // TC: the rest of the packet was not read, ask again over TCP
  // The name that the CNAME chain ends with, if the answer says nothing about that name itself: ask for it next.
  std::string continues_at;
};

// Reads one packet. Nothing if it is no answer to `query`: another id or question, a question itself, too short to
// tell. Status `malformed` if it is one, but breaks the format or a limit.
[[nodiscard]] std::optional<Answer> read_answer(Packet packet, const Query& query);

}  // namespace mailsonde::dns
