// SPDX-License-Identifier: Apache-2.0
// A short number for a long value, the same on every machine and in every version, unlike std::hash. Not for secrets.
#pragma once

#include <cstdint>
#include <string_view>

namespace mailsonde {

// FNV-1a, 64 bits. Pure.
class Fingerprint {
 public:
  void add(std::string_view text) {
    for (const char c : text) mix(static_cast<std::uint8_t>(c));
    mix(0);  // "ab" "c" is not "a" "bc"
  }
  void add(std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) mix(static_cast<std::uint8_t>(number >> shift));
  }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  void mix(std::uint8_t byte) { value_ = (value_ ^ byte) * 1099511628211ULL; }
  std::uint64_t value_ = 14695981039346656037ULL;
};

[[nodiscard]] inline std::uint64_t fingerprint_of(std::string_view text) {
  Fingerprint fingerprint;
  fingerprint.add(text);
  return fingerprint.value();
}

}  // namespace mailsonde
