// SPDX-License-Identifier: Apache-2.0
// Where a provider documents what a token or code of its own means, that beats the wording. A rule without
// `providers` has a token that nobody else sends. Only some entries yet; the full table takes their place.
#include "classify/reply_rules.hpp"

namespace mailsonde::classify {
namespace {

using enum Outcome;

constexpr std::string_view kMicrosoft = "microsoft";

constexpr ReplyRule kProviderRules[] = {
    // Yahoo, AOL, AT&T mail: https://senders.yahooinc.com/error-codes
    {"yahoo: GL", greylisted, R"(\[GL\d+\])"},
    {"yahoo: TS03", reputation, R"(\[TSS?(03|09)\])", "", kAnyStage, Retry::no},
    {"yahoo: TS", reputation, R"(\[(IP)?TSS?\d+\])"},
    {"yahoo: BL", blocklisted, R"(\[BL\d+\])"},
    {"yahoo: 4.16.5x", reputation, R"(deferred - 4\.16\.5\d)"},

    // Microsoft 365: https://aka.ms/EXOSmtpErrors
    {"microsoft: access denied", reputation, "access denied, please try again later", "4"},
    {"microsoft: 4.7.500", rate_limited, "", "4", kAnyStage, {}, "4.7.500", kMicrosoft},
    {"microsoft: 5.4.1",
     mailbox_unavailable,
     "recipient address(es)? rejected ?: access denied",
     "5",
     kAnyStage,
     {},
     "5.4.1"},
    {"microsoft: 5.7.5xx", auth_policy, "", "5", kAnyStage, {}, "5.7.509"},
    {"microsoft: 5.7.5xx", auth_policy, "", "5", kAnyStage, {}, "5.7.515"},
    {"microsoft: 5.7.51x", blocklisted, "banned sender|block list", "5", kAnyStage, {}, "5.7.51x"},
    {"microsoft: 5.7.60x", blocklisted, "banned sending ip", "5", kAnyStage, {}, "5.7.6xx"},
    {"microsoft: 5.7.70x", reputation, "", "5", kAnyStage, {}, "5.7.70x", kMicrosoft},
    {"microsoft: no subscription", policy_rejected, "no mail-enabled subscriptions"},
    {"microsoft: ATTR", server_error, "temporary server error", "4", kAnyStage, {}, "", kMicrosoft},
    {"microsoft: S31xx", blocklisted, R"(on our block list \(S\d+\))"},

    // Google: https://support.google.com/a/answer/3726730
    {"google: closing connection", rate_limited, "try again later, closing connection", "421", kAnyStage, {}, "4.7.0"},
    {"google: 4.2.1", rate_limited, "is receiving (e?mail )?(too quickly|at a rate)|receiving mail at a rate"},
    {"google: relay limit", rate_limited, "smtp relay limit exceeded"},

    // Mimecast: https://community.mimecast.com/docs/DOC-1369
    {"mimecast: greylisting", greylisted, "internal resources? (is |are )?temporarily unavailable"},
    {"mimecast: connections", rate_limited, "account service is temporarily unavailable"},
    {"mimecast: account disabled", policy_rejected, "account (in|out)bounds disabled"},

    // NetEase (163.com, 126.com, yeah.net): http://help.163.com/09/1224/17/5RAJ4LMH00753VB8.html. The token before the
    // colon is the part that refused: HL connection, MI mail, RP recipients, DT content, WM temporary bans.
    {"netease: too many", rate_limited, R"(\b(HL:(ICC|IFC|ITC)|MI:(DMC|SFQ|STC|DMA)|RP:(DRC|QRC|TRC|RCL))\b)"},
    {"netease: bad commands", protocol_error, R"(\b(MI|RP):(CCL|CEL)\b)"},
    {"netease: content", content_rejected, R"(\bDT:(SPM|SUM)\b)"},
    {"netease: banned IP", blocklisted, R"(\b(WM:BLI|HL:(IPB|IHU)|DT:RBL)\b)"},
    {"netease: banned sender", policy_rejected, R"(\b(WM:BLU|MI:SPB)\b)"},
    {"netease: too many errors", reputation, R"(\bHL:(MEP|REP)\b)"},
    {"netease: HELO", sender_identity, R"(\bMI:NHD\b)"},
    {"netease: relay", relay_denied, R"(\bRP:FRL\b)"},

    {"amazonses: identity", policy_rejected, "email address is not verified"},
    {"t-online: reputation", reputation, R"(^IP=[0-9a-f.:]+ - )"},
};

}  // namespace

std::span<const ReplyRule> provider_rules() { return kProviderRules; }

}  // namespace mailsonde::classify
