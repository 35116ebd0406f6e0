// SPDX-License-Identifier: Apache-2.0
// Any bytes as an answer: no crash, and nothing beyond the limits comes out.
#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"
#include "dns/message.hpp"

using namespace mailsonde;

namespace {

void read_as(dns::Packet packet, dns::RrType type) {
  // The id is taken from the packet, so that the fuzzer need not guess it.
  const std::uint16_t id = packet.size() < 2 ? 0 : static_cast<std::uint16_t>(packet[0] << 8U | packet[1]);
  const auto answer = dns::read_answer(packet, {.id = id, .name = "example.com", .type = type});
  if (!answer) return;
  const dns::Lookup& lookup = answer->lookup;
  MAILSONDE_ASSERT(answer->ttl >= dns::kShortestTtl && answer->ttl <= dns::kLongestTtl);
  MAILSONDE_ASSERT(lookup.mx.size() + lookup.addresses.size() <= dns::kMostAnswerRecords);
  MAILSONDE_ASSERT(lookup.hosts.size() <= dns::kMostHosts);
  MAILSONDE_ASSERT(lookup.cnames.size() <= dns::kMostCnames);
  const bool has_records = !lookup.mx.empty() || !lookup.addresses.empty() || !lookup.hosts.empty();
  MAILSONDE_ASSERT(has_records == (lookup.status == dns::Status::ok));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const dns::Packet packet(data, size);
  for (const dns::RrType type : {dns::RrType::a, dns::RrType::aaaa, dns::RrType::mx, dns::RrType::ptr})
    read_as(packet, type);
  return 0;
}
