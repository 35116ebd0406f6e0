// SPDX-License-Identifier: Apache-2.0
#include "smtp/sasl.hpp"

#include <fmt/format.h>
#include <gsasl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <utility>

#include "base/text.hpp"

namespace mailsonde::smtp {
namespace {

// Strongest first.
constexpr std::array<std::string_view, 4> kPreference{"SCRAM-SHA-256", "CRAM-MD5", "PLAIN", "LOGIN"};
constexpr std::string_view kXoauth2 = "XOAUTH2";

// The server chooses how long our processor works (RFC 5802 section 5.1, "i="). 50,000 rounds take libgsasl 60 ms;
// servers ask for 4,096 to 20,000.
constexpr std::uint64_t kMaxScramIterations = 50'000;

// These show the password, or enough to log in, to whoever listens.
bool is_plain_text(std::string_view mechanism) {
  return mechanism == "PLAIN" || mechanism == "LOGIN" || mechanism == kXoauth2;
}

bool is_known(std::string_view mechanism) {
  return mechanism == kXoauth2 || std::ranges::find(kPreference, mechanism) != kPreference.end();
}

bool is_offered(std::span<const std::string> offered, std::string_view mechanism) {
  return std::ranges::any_of(offered, [&](const auto& other) { return equals_ignoring_case(other, mechanism); });
}

std::string describe_offer(std::span<const std::string> offered) {
  return offered.empty() ? "no AUTH mechanism" : printable(join(offered, ", "), 256);
}

void wipe(char* bytes, std::size_t size) {
  volatile char* target = bytes;
  for (std::size_t i = 0; i < size; ++i) target[i] = '\0';
}

// What libgsasl hands out is ours to free; it may be a credential.
struct GsaslText {
  char* bytes = nullptr;
  std::size_t size = 0;

  GsaslText() = default;
  GsaslText(const GsaslText&) = delete;
  GsaslText& operator=(const GsaslText&) = delete;
  ~GsaslText() {
    if (bytes == nullptr) return;
    wipe(bytes, size);
    gsasl_free(bytes);
  }
  [[nodiscard]] std::string_view view() const {
    return bytes == nullptr ? std::string_view() : std::string_view(bytes, size);
  }
};

struct ContextEnd {
  void operator()(Gsasl* context) const { gsasl_done(context); }
};

struct SessionEnd {
  // libgsasl frees its copies of the password without wiping them.
  void operator()(Gsasl_session* session) const {
    for (const Gsasl_property property : {GSASL_PASSWORD, GSASL_SCRAM_SALTED_PASSWORD}) {
      const char* value = gsasl_property_fast(session, property);
      if (value != nullptr) wipe(const_cast<char*>(value), std::strlen(value));
    }
    gsasl_finish(session);
  }
};

// RFC 5802 section 7, server-first-message: "r=...,s=...,i=4096".
bool asks_too_many_iterations(std::string_view server_first) {
  for (const std::string_view attribute : split(server_first, ',')) {
    if (!attribute.starts_with("i=")) continue;
    std::uint64_t iterations = 0;
    const auto [end, error] = std::from_chars(attribute.data() + 2, attribute.data() + attribute.size(), iterations);
    if (error == std::errc::result_out_of_range || iterations > kMaxScramIterations) return true;
  }
  return false;
}

std::string describe_gsasl_error(int code) {
  switch (code) {
    case GSASL_BASE64_ERROR:
      return "the challenge is not base64";
    case GSASL_AUTHENTICATION_ERROR:
      return "the server's proof of knowing the password is wrong";
    case GSASL_MECHANISM_PARSE_ERROR:
    case GSASL_MECHANISM_CALLED_TOO_MANY_TIMES:
      return "the challenge is not one of this mechanism";
    default: {
      const char* name = gsasl_strerror_name(code);
      return name == nullptr ? fmt::format("libgsasl error {}", code) : std::string(name);
    }
  }
}

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}

}  // namespace

// https://developers.google.com/workspace/gmail/imap/xoauth2-protocol describes XOAUTH2; libgsasl does not know it.
struct SaslExchange::State {
  std::string mechanism;
  Secret xoauth2_response;  // only for XOAUTH2, not yet in base64
  std::unique_ptr<Gsasl, ContextEnd> context;
  std::unique_ptr<Gsasl_session, SessionEnd> session;  // ends before its context
  int challenges = 0;
  bool through = false;  // the mechanism wants nothing more

  [[nodiscard]] Error error(std::string_view what) const { return Error{fmt::format("AUTH {}: {}", mechanism, what)}; }

  Result<void> start_gsasl(const Credentials& credentials, std::string_view server_name) {
    Gsasl* new_context = nullptr;
    if (const int code = gsasl_init(&new_context); code != GSASL_OK) {
      return std::unexpected(error(describe_gsasl_error(code)));
    }
    context.reset(new_context);
    Gsasl_session* new_session = nullptr;
    if (const int code = gsasl_client_start(new_context, mechanism.c_str(), &new_session); code != GSASL_OK) {
      return std::unexpected(error(describe_gsasl_error(code)));
    }
    session.reset(new_session);
    const auto set = [&](Gsasl_property property, std::string_view value) {
      return gsasl_property_set_raw(new_session, property, value.data(), value.size()) == GSASL_OK;
    };
    const bool all_set = set(GSASL_AUTHID, credentials.username) && set(GSASL_PASSWORD, credentials.secret.reveal()) &&
                         set(GSASL_HOSTNAME, server_name) && set(GSASL_SERVICE, "smtp");
    if (!all_set) return std::unexpected(error("out of memory"));
    return {};
  }

  // One step of libgsasl, both sides in base64.
  Result<std::string> step(std::string_view challenge) {
    const std::string input(challenge);
    GsaslText output;
    const int code = gsasl_step64(session.get(), input.c_str(), &output.bytes);
    if (code != GSASL_OK && code != GSASL_NEEDS_MORE) return std::unexpected(error(describe_gsasl_error(code)));
    if (output.bytes != nullptr) output.size = std::strlen(output.bytes);
    through = code == GSASL_OK;
    return std::string(output.view());
  }

  // Before libgsasl works on it: how long that takes is the server's choice.
  [[nodiscard]] Result<void> check_challenge(std::string_view challenge) const {
    GsaslText decoded;
    const int code = gsasl_base64_from(challenge.data(), challenge.size(), &decoded.bytes, &decoded.size);
    if (code != GSASL_OK) return std::unexpected(error("the challenge is not base64"));
    if (mechanism == "SCRAM-SHA-256" && asks_too_many_iterations(decoded.view())) {
      return std::unexpected(error(fmt::format("the server asks for more than {} iterations", kMaxScramIterations)));
    }
    return {};
  }
};

Result<std::string> choose_mechanism(const Credentials& credentials, std::span<const std::string> offered,
                                     bool plain_text_allowed) {
  if (!credentials.mechanism.empty()) {
    std::string wanted;
    for (const char c : credentials.mechanism) wanted += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (!is_known(wanted)) return fail(fmt::format("AUTH {}: mailsonde does not know it", printable(wanted, 64)));
    if (!is_offered(offered, wanted)) {
      return fail(fmt::format("AUTH {}: not offered; the server offers {}", wanted, describe_offer(offered)));
    }
    if (is_plain_text(wanted) && !plain_text_allowed) {
      return fail(fmt::format("AUTH {}: not used without TLS, it would show the password", wanted));
    }
    return wanted;
  }
  bool held_back = false;
  for (const std::string_view mechanism : kPreference) {
    if (!is_offered(offered, mechanism)) continue;
    if (plain_text_allowed || !is_plain_text(mechanism)) return std::string(mechanism);
    held_back = true;
  }
  return fail(fmt::format("no usable AUTH mechanism: the server offers {}; {}", describe_offer(offered),
                          held_back ? "PLAIN and LOGIN are not used without TLS"
                                    : "mailsonde knows SCRAM-SHA-256, CRAM-MD5, PLAIN, LOGIN, and XOAUTH2 by name"));
}

SaslExchange::SaslExchange(std::unique_ptr<State> state) : state_(std::move(state)) {}
SaslExchange::SaslExchange(SaslExchange&&) noexcept = default;
SaslExchange& SaslExchange::operator=(SaslExchange&&) noexcept = default;
SaslExchange::~SaslExchange() = default;

Result<SaslExchange> SaslExchange::start(const Credentials& credentials, std::string_view mechanism,
                                         std::string_view server_name) {
  auto state = std::make_unique<State>();
  state->mechanism = mechanism;
  if (!is_known(mechanism)) return fail(fmt::format("AUTH {}: mailsonde does not know it", printable(mechanism, 64)));
  // NUL would cut them short inside libgsasl, \x01 would end the field of XOAUTH2.
  if (credentials.username.empty() || has_control_character(credentials.username)) {
    return std::unexpected(state->error("the username is empty or has a control character in it"));
  }
  if (credentials.secret.empty() || has_control_character(credentials.secret.reveal())) {
    return std::unexpected(state->error("the password is empty or has a control character in it"));
  }
  if (mechanism == kXoauth2) {
    state->xoauth2_response =
        Secret(fmt::format("user={}\x01"
                           "auth=Bearer {}\x01\x01",
                           credentials.username, credentials.secret.reveal()));
  } else if (const auto started = state->start_gsasl(credentials, server_name); !started) {
    return std::unexpected(started.error());
  }
  return SaslExchange(std::move(state));
}

Result<std::optional<std::string>> SaslExchange::initial_response() {
  State& state = *state_;
  if (state.mechanism == "LOGIN" || state.mechanism == "CRAM-MD5") return std::nullopt;
  if (state.mechanism == kXoauth2) {
    state.through = true;
    return base64_encode(state.xoauth2_response.reveal());
  }
  auto response = state.step("");
  if (!response) return std::unexpected(response.error());
  return response->empty() ? "=" : *std::move(response);
}

Result<std::string> SaslExchange::respond(std::string_view challenge_base64) {
  State& state = *state_;
  challenge_base64 = trim(challenge_base64);
  if (++state.challenges > kMaxChallenges) {
    return std::unexpected(state.error(fmt::format("more than {} challenges", kMaxChallenges)));
  }
  if (const auto checked = state.check_challenge(challenge_base64); !checked) {
    return std::unexpected(checked.error());
  }
  // XOAUTH2 tells an error as a challenge, which an empty answer acknowledges; the 535 follows.
  if (state.mechanism == kXoauth2 && state.challenges == 1) return std::string();
  if (state.through || state.session == nullptr) {
    return std::unexpected(state.error("a challenge after the mechanism was through"));
  }
  return state.step(challenge_base64);
}

Result<void> SaslExchange::finish() {
  // Others have nothing to check: the server's 235 is all there is.
  if (state_->mechanism == "SCRAM-SHA-256" && !state_->through) {
    return std::unexpected(state_->error("the server accepted without proving that it knows the password"));
  }
  return {};
}

}  // namespace mailsonde::smtp
