// SPDX-License-Identifier: Apache-2.0
// DNS messages for tests, put together piece by piece: also such as no server should send.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/address.hpp"
#include "base/text.hpp"

namespace mailsonde::dns::test {

using Bytes = std::vector<std::uint8_t>;

inline constexpr std::uint16_t kA = 1;
inline constexpr std::uint16_t kCname = 5;
inline constexpr std::uint16_t kSoa = 6;
inline constexpr std::uint16_t kPtr = 12;
inline constexpr std::uint16_t kMx = 15;
inline constexpr std::uint16_t kAaaa = 28;
inline constexpr std::uint16_t kOpt = 41;

inline void append(Bytes& to, const Bytes& more) { to.insert(to.end(), more.begin(), more.end()); }
inline Bytes u16(unsigned value) { return {static_cast<std::uint8_t>(value >> 8U), static_cast<std::uint8_t>(value)}; }
inline Bytes u32(std::uint32_t value) {
  Bytes bytes = u16(value >> 16U);
  append(bytes, u16(value & 0xffffU));
  return bytes;
}

// "" is the root. Labels are taken as they are, whatever bytes and however many.
inline Bytes name(std::string_view text) {
  Bytes bytes;
  if (!text.empty()) {
    for (const std::string_view label : split(text, '.')) {
      bytes.push_back(static_cast<std::uint8_t>(label.size()));
      bytes.insert(bytes.end(), label.begin(), label.end());
    }
  }
  bytes.push_back(0);
  return bytes;
}
inline Bytes pointer(unsigned offset) { return u16(0xc000U | offset); }

inline Bytes address(std::string_view text) {
  const auto parsed = IpAddress::parse(text);
  return {parsed->bytes().begin(), parsed->bytes().end()};
}
inline Bytes mx(unsigned preference, const Bytes& host) {
  Bytes bytes = u16(preference);
  append(bytes, host);
  return bytes;
}
inline Bytes mx(unsigned preference, std::string_view host) { return mx(preference, name(host)); }
inline Bytes soa(std::uint32_t minimum) {
  Bytes bytes = name("ns.example.com");
  append(bytes, name("hostmaster.example.com"));
  for (const std::uint32_t number : {1U, 7200U, 900U, 86400U, minimum}) append(bytes, u32(number));
  return bytes;
}

struct Flags {
  unsigned rcode = 0;
  bool truncated = false;
  bool response = true;
};

// A response in the making. Counts follow what is added; announce() makes them lie.
class Message {
 public:
  explicit Message(std::uint16_t id, Flags flags = {}) {
    append(bytes_, u16(id));
    append(bytes_, u16((flags.response ? 0x8180U : 0x0100U) | (flags.truncated ? 0x0200U : 0U) | flags.rcode));
    bytes_.resize(12);
  }
  Message& question(const Bytes& owner, std::uint16_t type, std::uint16_t dns_class = 1) {
    append(bytes_, owner);
    append(bytes_, u16(type));
    append(bytes_, u16(dns_class));
    return count(4);
  }
  Message& question(std::string_view owner, std::uint16_t type) { return question(name(owner), type); }
  Message& answer(std::string_view owner, std::uint16_t type, const Bytes& rdata, std::uint32_t ttl = 300) {
    return record(6, name(owner), type, rdata, ttl);
  }
  Message& authority(std::string_view owner, std::uint16_t type, const Bytes& rdata, std::uint32_t ttl = 300) {
    return record(8, name(owner), type, rdata, ttl);
  }
  Message& additional(std::string_view owner, std::uint16_t type, const Bytes& rdata, std::uint32_t ttl = 300) {
    return record(10, name(owner), type, rdata, ttl);
  }
  Message& record(std::size_t counter, const Bytes& owner, std::uint16_t type, const Bytes& rdata, std::uint32_t ttl,
                  std::uint16_t dns_class = 1) {
    append(bytes_, owner);
    append(bytes_, u16(type));
    append(bytes_, u16(dns_class));
    append(bytes_, u32(ttl));
    append(bytes_, u16(static_cast<unsigned>(rdata.size())));
    append(bytes_, rdata);
    return count(counter);
  }
  Message& announce(std::size_t counter, unsigned records) {
    const Bytes number = u16(records);
    bytes_[counter] = number[0];
    bytes_[counter + 1] = number[1];
    return *this;
  }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  operator Bytes() const { return bytes_; }  // NOLINT(google-explicit-constructor): a message is its bytes

 private:
  Message& count(std::size_t counter) {
    return announce(counter, (static_cast<unsigned>(bytes_[counter]) << 8U | bytes_[counter + 1]) + 1);
  }

  Bytes bytes_;
};

}  // namespace mailsonde::dns::test
