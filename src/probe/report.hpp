// SPDX-License-Identifier: Apache-2.0
// The immutable record of one finished probe, dialogue included. Every probe yields exactly one, also when it was
// cancelled. A value without sockets: metrics, diagnosis, pages and `check` read it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/address.hpp"
#include "base/clock.hpp"
#include "base/stage.hpp"
#include "classify/classify.hpp"
#include "config/config.hpp"
#include "net/tls_info.hpp"
#include "smtp/reply.hpp"

namespace mailsonde::probe {

struct StageTime {
  Stage stage;
  Duration elapsed{};
};

// One line of the transcript. Credentials are masked when it is written.
struct DialogueLine {
  enum class Who : std::uint8_t { server, client, note };  // note: what we saw or did ("TLSv1.3 ...", "timed out")
  Who who;
  Duration at{};     // since the probe began
  std::string text;  // without line end; printable ASCII with \xNN for the rest
};

// A reply and the stage that it answered; every reply counts in mailsonde_smtp_replies_total.
struct StageReply {
  Stage stage;
  smtp::Reply reply;
  Outcome outcome;  // ok for 2xx and 3xx that were expected
};

enum class TlsResult : std::uint8_t { not_tried, ok, not_offered, refused, failed };
[[nodiscard]] std::string_view to_string(TlsResult result);

struct Report {
  std::string id;  // 16 hex digits, unique in this process: /reports/{id}
  std::string target;
  config::TargetKind kind = config::TargetKind::destination;
  std::string provider;  // who operates `mx`
  std::string source{config::kDefaultSource};
  std::string mx;  // MX or relay host name; empty when DNS gave none
  std::optional<IpAddress> address;
  Family family = Family::ipv4;
  std::uint16_t port = 25;

  WallTime started_at;
  Duration duration{};            // the sum of the stages
  std::vector<StageTime> stages;  // in order, each stage at most once
  Stage stage = Stage::dns;       // where it ended
  classify::Verdict verdict;
  bool counted = true;          // false: our own lack of resources, or a stop; says nothing about the peer
  bool source_missing = false;  // not counted since the source's address cannot be bound on this host
  std::string detail;           // a sentence about a local failure: "connection refused"; empty when a reply decided

  std::vector<StageReply> replies;
  std::optional<bool> starttls_advertised;  // unknown before EHLO
  TlsResult tls_result = TlsResult::not_tried;
  std::optional<net::TlsInfo> tls;
  std::vector<DialogueLine> dialogue;  // bounded: 32 KiB, then marked as cut
  bool dialogue_cut = false;
  std::vector<std::string> notes;  // breaches that were accepted, DNS notes

  [[nodiscard]] bool success() const { return verdict.outcome == Outcome::ok; }
  // The reply that decided, if one did.
  [[nodiscard]] const smtp::Reply* deciding_reply() const;
  // What later knowledge makes of that reply; nothing happens where no reply decided.
  void judge_anew(classify::Verdict by_hindsight);

 private:
  [[nodiscard]] const StageReply* deciding() const;
};

}  // namespace mailsonde::probe
