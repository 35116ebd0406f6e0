// SPDX-License-Identifier: Apache-2.0
// The steps of a probe, in the order in which they happen.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mailsonde {

// `connect` as the stage of a reply covers a 4xx/5xx that a relay reports about its own connect; `eod` is the answer
// to the final dot; `ehlo_tls` the EHLO that follows the handshake (RFC 3207 section 4.2).
enum class Stage : std::uint8_t {
  dns,
  connect,
  banner,
  ehlo,
  starttls,
  tls,
  ehlo_tls,
  auth,
  mail,
  rcpt,
  data,
  eod,
  quit
};

inline constexpr std::array kStages{Stage::dns,  Stage::connect,  Stage::banner, Stage::ehlo, Stage::starttls,
                                    Stage::tls,  Stage::ehlo_tls, Stage::auth,   Stage::mail, Stage::rcpt,
                                    Stage::data, Stage::eod,      Stage::quit};

// The stable name used in metrics, JSON and logs.
[[nodiscard]] std::string_view to_string(Stage stage);
[[nodiscard]] std::optional<Stage> stage_from_string(std::string_view name);

}  // namespace mailsonde
