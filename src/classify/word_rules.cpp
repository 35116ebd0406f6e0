// SPDX-License-Identifier: Apache-2.0
// Single words, for sentences that no wording knows: weaker than any of them, but stronger than a code, since servers
// use the same codes for everything. Again the cause before the mechanism.
#include "classify/reply_rules.hpp"

namespace mailsonde::classify {
namespace {

using enum Outcome;

constexpr StageSet kBeforeRecipient =
    in(Stage::connect, Stage::banner, Stage::ehlo, Stage::ehlo_tls, Stage::starttls, Stage::mail);

constexpr RuleBlock kWordRules[] = {
    // What the server itself calls no more than a failure is none of the causes that basic codes hint at.
    {.name = "says nothing", .outcome = unclassified, .wordings = R"(
      ^\W*(\S+ )?(temporary|unknown|transient|transaction) (delivery )?(failure|error|failed)\W*(please )?(re)?(try)?( again)?( later)?\W*$
    )"},
    {.name = "word: relay",
     .outcome = relay_denied,
     .wordings = R"(
      \brelay
        e.g. 550 5.7.1 relays of others are none of ours
    )",
     .codes = "5"},
    {.name = "word: encryption", .outcome = tls_failed, .wordings = R"(
      \b(tls|ssl|starttls|encrypt\w*|cipher\w*|handshake)\b
        e.g. 501 SSL attempted over a non-SSL socket
    )"},
    {.name = "word: login", .outcome = auth_failed, .wordings = R"(
      \b(auth|login|logon|passwords?|passwd|credentials?|sasl|username)\b
        e.g. 550 5.7.1 no login, no mail
    )"},
    {.name = "word: abuse", .outcome = reputation, .wordings = R"(
      \b(abus\w+|intrusion|suspicious\w*|score|penalt\w+|offend\w*|misbehav\w*|bad behaviou?r|attacks?)\b
        e.g. 550 refused, SIQ score 12
    )"},
    {.name = "word: measure", .outcome = rate_limited, .wordings = R"(
      \b(limit\w*|exc?ee?d\w*|rate|frequen\w*|quickly|volume|concurren\w*|simultaneous\w*|throttl\w*|too many|too much|maximum|max)\b
        e.g. 450 4.7.1 the volume is not what we expect
    )"},
    {.name = "word: quota",
     .outcome = mailbox_full,
     .wordings = R"(
      \b(over)?quota
        e.g. 550 quota
      \bfull\b
        e.g. 450 it is full
    )",
     .stages = in(Stage::rcpt, Stage::data, Stage::eod)},
    {.name = "word: resource",
     .outcome = server_overloaded,
     .wordings = R"(
      \b(disk|space|memory|resources?|load|busy|capacity|fork)\b
        e.g. 451 4.2.0 not much disk left
    )",
     .codes = "4"},
    {.name = "word: out of service",
     .outcome = server_unavailable,
     .wordings = R"(
      \b(stopped|disabled|paused|closed|offline|not ready|starting|unavailable|not available)\b
        e.g. 421 mail is paused
    )",
     .codes = "4",
     .stages = kGreeting | in(Stage::ehlo)},
    {.name = "word: behind the server",
     .outcome = next_hop_failure,
     .wordings = R"(
      \b(backend|back-end|upstream|gateway|proxy|lmtp|forward\w*|destination (host|server|mail)|next hop|remote (host|server|mail)|relay host|mta)\b
        e.g. 451 4.4.0 gateway does not answer
    )",
     .codes = "4"},
    {.name = "word: name",
     .outcome = sender_identity,
     .wordings = R"(
      \b(helo|ehlo|ptr|dns|host ?names?|mx|a record|sender|mail from|return[ -]path|envelope from|domain|resolv\w*)\b
        e.g. 550 5.7.0 what domain is that
    )",
     .stages = kBeforeRecipient},
    {.name = "word: route",
     .outcome = dns_no_route,
     .wordings = R"(
      \b(domain|mx|route|host)\b.*\b(unknown|not|no|non|invalid|cannot|can't)\b
        e.g. 550 5.4.0 that domain of yours is not one
      \b(no|unknown|invalid|bad)\b.*\b(domain|mx|route|host)\b
        e.g. 550 5.4.0 no way to find the host
    )",
     .stages = in(Stage::rcpt)},
    {.name = "word: fault",
     .outcome = server_error,
     .wordings = R"(
      \b(databases?|config\w*|internal|software|errors?|fail\w*|problems?|faults?|unable|cannot|can't|can not|could not|crash\w*|unexpected\w*|exception|overflow|invalid|corrupt\w*|incorrectly)\b
        e.g. 451 4.2.0 some problem with your mail
    )",
     .codes = "4"},
    {.name = "word: message",
     .outcome = content_rejected,
     .wordings = R"(
      \b(content|body|subject|headers?|format|characters?|encoding|charset|links?|urls?|filter\w*|size)\b
        e.g. 554 your subject is odd
    )",
     .stages = kContent},
    {.name = "word: command", .outcome = protocol_error, .wordings = R"(
      \b(commands?|sequence|arguments?|parameters?|unexpected|expected|verb|bdat|chunking|pipelin\w*)\b
        e.g. 550 this command makes no sense
    )"},
};

}  // namespace

std::span<const RuleBlock> word_rules() { return kWordRules; }

}  // namespace mailsonde::classify
