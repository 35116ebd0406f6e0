// SPDX-License-Identifier: Apache-2.0
// Any text as an EHLO reply: what is kept must be within the limits and made of safe characters.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.hpp"
#include "base/text.hpp"
#include "smtp/capabilities.hpp"

namespace {

bool is_safe(const std::string& word) {
  return !word.empty() && std::ranges::all_of(word, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mailsonde;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  smtp::Reply reply{.code = 250, .enhanced = {}, .lines = {}, .breaches = {}};
  for (const std::string_view line : split(bytes, '\n')) reply.lines.emplace_back(line);
  const smtp::Capabilities found = smtp::parse_capabilities(reply);
  MAILSONDE_ASSERT(found.keywords.size() <= smtp::kMaxCapabilities);
  MAILSONDE_ASSERT(found.auth_mechanisms.size() <= smtp::kMaxAuthMechanisms);
  MAILSONDE_ASSERT(std::ranges::all_of(found.keywords, is_safe));
  MAILSONDE_ASSERT(std::ranges::all_of(found.auth_mechanisms, is_safe));
  MAILSONDE_ASSERT(found.size != 0);
  return 0;
}
