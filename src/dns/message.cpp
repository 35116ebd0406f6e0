// SPDX-License-Identifier: Apache-2.0
#include "dns/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace mailsonde::dns {
namespace {

constexpr std::size_t kHeaderLength = 12;
constexpr std::uint16_t kClassIn = 1;
constexpr std::uint16_t kTypeCname = 5;
constexpr std::uint16_t kTypeSoa = 6;
constexpr std::uint16_t kTypeOpt = 41;

std::uint16_t read_u16(Packet packet, std::size_t at) {
  return static_cast<std::uint16_t>(packet[at] << 8U | packet[at + 1]);
}

std::uint32_t read_u32(Packet packet, std::size_t at) {
  return static_cast<std::uint32_t>(read_u16(packet, at)) << 16U | read_u16(packet, at + 2);
}

constexpr std::uint32_t kGreatestTtl = 0x7fffffffU;

// RFC 2181 section 8: a TTL with the top bit set is 0.
std::uint32_t checked_ttl(std::uint32_t seconds) { return seconds > kGreatestTtl ? 0 : seconds; }

struct Record {
  std::string owner;  // wire labels
  std::uint16_t type = 0;
  std::uint16_t dns_class = 0;
  std::uint32_t ttl = 0;  // as it stands there
  std::size_t rdata = 0;  // offset in the packet
  std::size_t length = 0;
  [[nodiscard]] std::size_t end() const { return rdata + length; }
};

std::optional<Record> read_record(Packet packet, std::size_t at) {
  auto owner = read_name(packet, at);
  if (!owner || owner->end + 10 > packet.size()) return std::nullopt;
  const std::size_t fixed = owner->end;
  Record record{std::move(owner->labels),
                read_u16(packet, fixed),
                read_u16(packet, fixed + 2),
                read_u32(packet, fixed + 4),
                fixed + 10,
                read_u16(packet, fixed + 8)};
  if (record.end() > packet.size()) return std::nullopt;
  return record;
}

// The parts of a message that matter here.
struct Sections {
  std::vector<Record> answers;  // class IN
  std::optional<Record> soa;    // of the authority section
  bool extended_error = false;  // RFC 6891 section 6.1.3: the upper bits of the rcode stand in the OPT record
};

// Walks all sections, so that a packet which holds less than it announces is found out.
std::optional<Sections> read_sections(Packet packet, std::size_t at) {
  const std::size_t answers = read_u16(packet, 6);
  const std::size_t authorities = read_u16(packet, 8);
  const std::size_t total = answers + authorities + read_u16(packet, 10);
  if (answers > kMostAnswerRecords) return std::nullopt;
  Sections sections;
  for (std::size_t i = 0; i < total; ++i) {
    auto record = read_record(packet, at);
    if (!record) return std::nullopt;
    at = record->end();
    if (record->type == kTypeOpt) {
      sections.extended_error = sections.extended_error || record->ttl >> 24U != 0;
    } else if (record->dns_class != kClassIn) {
      continue;
    } else if (i < answers) {
      sections.answers.push_back(*std::move(record));
    } else if (i < answers + authorities && record->type == kTypeSoa) {
      sections.soa = *std::move(record);
    }
  }
  return sections;
}

// A name that makes up the rest of a record's data, from `at` on.
std::expected<std::string, NameFault> read_rdata_name(Packet packet, const Record& record, std::size_t at) {
  auto name = read_name(packet, at);
  if (!name) return std::unexpected(name.error());
  if (name->end != record.end()) return std::unexpected(NameFault::broken);
  return std::move(name->labels);
}

bool read_address(Packet packet, const Record& record, Lookup& lookup) {
  const auto address = IpAddress::from_bytes(packet.subspan(record.rdata, record.length));
  const bool fits = address && (address->family() == Family::ipv4) == (record.type == code_of(RrType::a));
  if (fits) lookup.addresses.push_back(*address);
  return fits;
}

bool read_mx(Packet packet, const Record& record, Lookup& lookup) {
  if (record.length < 3) return false;
  const auto host = read_rdata_name(packet, record, record.rdata + 2);
  if (!host && host.error() == NameFault::broken) return false;
  // Too long for a name: that host is lost, not the others. The text is no valid host name and so is never used.
  lookup.mx.push_back({read_u16(packet, record.rdata), host ? to_text(*host) : std::string(kOverlongHost)});
  return true;
}

bool read_ptr(Packet packet, const Record& record, Lookup& lookup) {
  const auto host = read_rdata_name(packet, record, record.rdata);
  if (!host && host.error() == NameFault::broken) return false;
  if (lookup.hosts.size() < kMostHosts) lookup.hosts.push_back(host ? to_text(*host) : std::string(kOverlongHost));
  return true;
}

bool read_data(Packet packet, const Record& record, Lookup& lookup) {
  if (record.type == code_of(RrType::mx)) return read_mx(packet, record, lookup);
  if (record.type == code_of(RrType::ptr)) return read_ptr(packet, record, lookup);
  return read_address(packet, record, lookup);
}

// RFC 2308 section 5: the smaller of the SOA's own TTL and its last field. 0, which is clamped later, without a SOA
// of a zone that `name` lies in.
std::uint32_t negative_ttl(Packet packet, const std::optional<Record>& soa, std::string_view name) {
  constexpr std::size_t kNumbers = 20;  // serial, refresh, retry, expire, minimum
  if (!soa || soa->length < kNumbers + 2 || !is_within(name, soa->owner)) return 0;
  return std::min(checked_ttl(soa->ttl), checked_ttl(read_u32(packet, soa->end() - 4)));
}

// What the records say about the asked name: its own records, or those at the end of its CNAME chain. Records of any
// other owner are not looked at.
class Reading {
 public:
  Reading(Packet packet, const Query& query, Sections sections)
      : packet_(packet), type_(code_of(query.type)), name_(to_wire(query.name)), sections_(std::move(sections)) {}

  // False if the format or a limit is broken.
  bool interpret(Answer& answer) {
    const bool exists = answer.rcode != Rcode::nx_domain;
    for (;;) {
      if (exists && !take_records(answer.lookup)) return false;
      if (answer.lookup.status == Status::ok) break;
      const auto alias = std::ranges::find_if(sections_.answers, [this](const Record& record) {
        return record.type == kTypeCname && record.owner == name_;
      });
      if (alias == sections_.answers.end()) {
        say_no(answer);
        break;
      }
      if (answer.lookup.cnames.size() == kMostCnames) return false;
      auto target = read_rdata_name(packet_, *alias, alias->rdata);
      if (!target) return false;
      least_ttl_ = std::min(least_ttl_, checked_ttl(alias->ttl));
      name_ = *std::move(target);
      answer.lookup.cnames.push_back(to_text(name_));
    }
    answer.ttl = std::clamp<Duration>(std::chrono::seconds(least_ttl_), kShortestTtl, kLongestTtl);
    return true;
  }

 private:
  bool take_records(Lookup& lookup) {
    for (const Record& record : sections_.answers) {
      if (record.type != type_ || record.owner != name_) continue;
      if (!read_data(packet_, record, lookup)) return false;
      lookup.status = Status::ok;
      least_ttl_ = std::min(least_ttl_, checked_ttl(record.ttl));
    }
    return true;
  }

  void say_no(Answer& answer) {
    answer.lookup.status = answer.rcode == Rcode::nx_domain ? Status::nx_domain : Status::no_data;
    least_ttl_ = std::min(least_ttl_, negative_ttl(packet_, sections_.soa, name_));
    const bool chain_is_cut =
        answer.lookup.status == Status::no_data && !sections_.soa && !answer.lookup.cnames.empty();
    if (chain_is_cut) answer.continues_at = answer.lookup.cnames.back();
  }

  Packet packet_;
  std::uint16_t type_;
  std::string name_;  // wire labels: where the CNAME chain has got to
  Sections sections_;
  std::uint32_t least_ttl_ = kGreatestTtl;
};

void set_error(Answer& answer) {
  const auto code = static_cast<unsigned>(answer.rcode);
  answer.has_spoken = true;
  answer.lookup.status = Status::other;
  if (answer.rcode == Rcode::serv_fail) answer.lookup.status = Status::serv_fail;
  if (answer.rcode == Rcode::refused) answer.lookup.status = Status::refused;
  if (answer.rcode == Rcode::form_err) answer.lookup.detail = "FORMERR";
  if (answer.rcode == Rcode::not_imp) answer.lookup.detail = "NOTIMP";
  if (code > static_cast<unsigned>(Rcode::refused)) answer.lookup.detail = fmt::format("RCODE {}", code);
}

Answer malformed() {
  Answer answer;
  answer.lookup.status = Status::malformed;
  return answer;
}

// Everything behind a question that is known to be ours.
Answer read_body(Packet packet, std::size_t at, const Query& query, Rcode rcode) {
  auto sections = read_sections(packet, at);
  if (!sections) return malformed();
  Answer answer;
  answer.rcode = rcode;
  if (sections->extended_error) {
    answer.has_spoken = true;
    answer.lookup.status = Status::other;
    answer.lookup.detail = "extended RCODE";
    return answer;
  }
  if (!Reading(packet, query, *std::move(sections)).interpret(answer)) return malformed();
  answer.has_spoken = true;
  return answer;
}

}  // namespace

std::uint16_t code_of(RrType type) {
  switch (type) {
    case RrType::a:
      return 1;
    case RrType::aaaa:
      return 28;
    case RrType::mx:
      return 15;
    case RrType::ptr:
      break;
  }
  return 12;
}

std::optional<Answer> read_answer(Packet packet, const Query& query) {
  if (packet.size() < kHeaderLength || read_u16(packet, 0) != query.id) return std::nullopt;
  const bool is_response_to_query = (packet[2] & 0xf8U) == 0x80;  // QR set, opcode 0
  if (!is_response_to_query) return std::nullopt;
  const auto rcode = static_cast<Rcode>(packet[3] & 0x0fU);
  const bool is_error = rcode != Rcode::no_error && rcode != Rcode::nx_domain;
  const std::uint16_t questions = read_u16(packet, 4);

  Answer answer;
  answer.rcode = rcode;
  answer.lookup.status = Status::malformed;
  if (is_error) set_error(answer);
  // A server that did not understand the question need not repeat it.
  if (questions == 0 && is_error) return answer;
  if (questions != 1) return malformed();
  const auto name = read_name(packet, kHeaderLength);
  if (!name || name->end + 4 > packet.size()) return malformed();
  const bool is_ours = name->labels == to_wire(query.name) && read_u16(packet, name->end) == code_of(query.type) &&
                       read_u16(packet, name->end + 2) == kClassIn;
  if (!is_ours) return std::nullopt;
  answer.truncated = (packet[2] & 0x02U) != 0;
  if (is_error || answer.truncated) return answer;
  return read_body(packet, name->end + 4, query, rcode);
}

}  // namespace mailsonde::dns
