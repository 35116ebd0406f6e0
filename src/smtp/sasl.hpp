// SPDX-License-Identifier: Apache-2.0
// SASL mechanisms as small machines over libgsasl: challenge in, response out (RFC 4954, RFC 4422). No socket.
// PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256 by libgsasl; XOAUTH2 by us (one initial response, an empty answer to its
// error).
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace mailsonde::smtp {

inline constexpr int kMaxChallenges = 6;  // hostile-cases section 2

struct Credentials {
  std::string username;
  Secret secret;          // password; bearer token for XOAUTH2
  std::string mechanism;  // empty: the strongest that both know, never XOAUTH2
};

// The mechanism to use with what the server offers, or an Error that says what was offered and what we know.
// Order: SCRAM-SHA-256, CRAM-MD5, PLAIN, LOGIN. An unencrypted channel leaves PLAIN, LOGIN and XOAUTH2 out unless
// `plain_text_allowed`.
[[nodiscard]] Result<std::string> choose_mechanism(const Credentials& credentials, std::span<const std::string> offered,
                                                   bool plain_text_allowed);

// One login. Owned by one probe; not thread-safe. Wipes what it holds.
class SaslExchange {
 public:
  [[nodiscard]] static Result<SaslExchange> start(const Credentials& credentials, std::string_view mechanism,
                                                  std::string_view server_name);
  SaslExchange(SaslExchange&&) noexcept;
  SaslExchange& operator=(SaslExchange&&) noexcept;
  ~SaslExchange();

  // The initial response in base64 for mechanisms in which the client speaks first ("=" when it is empty); nothing for
  // LOGIN and CRAM-MD5. Call once, first.
  [[nodiscard]] Result<std::optional<std::string>> initial_response();

  // The text of a 334 reply -> the next response in base64. Errors: not base64, over kMaxChallenges, the server's
  // proof is wrong (SCRAM), a challenge after the mechanism was through.
  [[nodiscard]] Result<std::string> respond(std::string_view challenge_base64);

  // After 235: an Error if the mechanism still wanted to see the server's proof (SCRAM without server-final).
  [[nodiscard]] Result<void> finish();

 private:
  struct State;
  explicit SaslExchange(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace mailsonde::smtp
