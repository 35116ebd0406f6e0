// SPDX-License-Identifier: Apache-2.0
#include "schedule/chain_state.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

namespace mailsonde::schedule {
namespace {

using nlohmann::json;

constexpr int kVersion = 1;
constexpr double kFurthest = 10.0 * 366 * 86400;  // seconds from now: what is beyond is no moment of ours

double wall_seconds(MonotonicTime moment, Moment now) { return to_unix_seconds(now.wall + (moment - now.monotonic)); }

Result<MonotonicTime> monotonic_of(const json& seconds, Moment now) {
  if (!seconds.is_number()) return fail("a moment is not a number");
  const double distance = seconds.get<double>() - to_unix_seconds(now.wall);
  if (!std::isfinite(distance) || std::abs(distance) > kFurthest) return fail("a moment is out of range");
  return now.monotonic + std::chrono::duration_cast<Duration>(std::chrono::duration<double>(distance));
}

// The text at `key`; what is not there or no text is an error.
Result<std::string> text_at(const json& object, const char* key) {
  const auto member = object.find(key);
  if (member == object.end() || !member->is_string()) return fail(std::string(key) + " is missing or no text");
  return member->get<std::string>();
}

Result<Attempt> read_attempt(const json& entry) {
  Attempt attempt;
  const std::pair<const char*, std::string*> fields[] = {{"source", &attempt.source},
                                                         {"helo", &attempt.helo},
                                                         {"sender", &attempt.sender},
                                                         {"recipient", &attempt.recipient},
                                                         {"mx", &attempt.mx}};
  for (const auto& [key, field] : fields) {
    auto text = text_at(entry, key);
    if (!text) return std::unexpected(text.error());
    *field = std::move(*text);
  }
  const auto family = text_at(entry, "family");
  if (!family) return std::unexpected(family.error());
  if (*family != "ipv4" && *family != "ipv6") return fail("family is neither ipv4 nor ipv6");
  attempt.family = *family == "ipv4" ? Family::ipv4 : Family::ipv6;
  return attempt;
}

Result<GreylistChains::Chain> read_chain(const json& entry, Moment now) {
  GreylistChains::Chain chain;
  const auto stage = text_at(entry, "stage");
  if (!stage) return std::unexpected(stage.error());
  const auto known = stage_from_string(*stage);
  if (!known || *known < Stage::rcpt) return fail("stage is not one at which servers greylist");
  const auto since = monotonic_of(entry.value("since", json()), now);
  if (!since) return std::unexpected(since.error());
  const auto next = monotonic_of(entry.value("next", json()), now);
  if (!next) return std::unexpected(next.error());
  const json retries = entry.value("retries", json());
  const json over = entry.value("over", json());
  if (!retries.is_number_unsigned() || !over.is_boolean()) return fail("retries or over is missing or wrong");
  chain.stage = *known;
  chain.since = *since;
  chain.next = *next;
  chain.retries =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(retries.get<std::uint64_t>(), GreylistChains::kMostRetries));
  chain.over = over.get<bool>();
  return chain;
}

}  // namespace

std::string to_json(const GreylistChains& chains, Moment now) {
  json entries = json::array();
  for (const auto& [attempt, chain] : chains.all()) {
    entries.push_back({{"source", attempt.source},
                       {"helo", attempt.helo},
                       {"sender", attempt.sender},
                       {"recipient", attempt.recipient},
                       {"mx", attempt.mx},
                       {"family", std::string(to_string(attempt.family))},
                       {"stage", std::string(to_string(chain.stage))},
                       {"since", wall_seconds(chain.since, now)},
                       {"next", wall_seconds(chain.next, now)},
                       {"retries", chain.retries},
                       {"over", chain.over}});
  }
  const json document{{"version", kVersion}, {"greylist_chains", std::move(entries)}};
  return document.dump(1, ' ', true, json::error_handler_t::replace) + '\n';
}

Result<GreylistChains> chains_from_json(std::string_view text, Moment now) {
  const json document = json::parse(text, nullptr, false);
  if (!document.is_object()) return fail("not a JSON object");
  if (document.value("version", json()) != kVersion) return fail("not a state file of version 1");
  const json entries = document.value("greylist_chains", json());
  if (!entries.is_array()) return fail("greylist_chains is not a list");
  GreylistChains chains;
  for (const json& entry : entries) {
    if (!entry.is_object()) return fail("a chain is not an object");
    auto attempt = read_attempt(entry);
    if (!attempt) return std::unexpected(attempt.error());
    auto chain = read_chain(entry, now);
    if (!chain) return std::unexpected(chain.error());
    chains.restore(*attempt, *chain, now.monotonic);
  }
  return chains;
}

}  // namespace mailsonde::schedule
