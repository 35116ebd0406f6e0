// SPDX-License-Identifier: Apache-2.0
// Where a provider documents what a token, code or sentence of its own means, that beats the wording. A rule without
// `providers` has a token that nobody else sends.
#include "classify/reply_rules.hpp"

namespace mailsonde::classify {
namespace {

using enum Outcome;

constexpr std::string_view kMicrosoft = "microsoft outlook exchange";

constexpr RuleBlock kProviderRules[] = {
    // Yahoo, AOL, AT&T mail: https://senders.yahooinc.com/error-codes
    {.name = "yahoo: GL", .outcome = greylisted, .wordings = R"(\[GL\d+\])"},
    {.name = "yahoo: TS03", .outcome = reputation, .wordings = R"(\[TSS?(03|09)\])", .retry = Retry::no},
    {.name = "yahoo: TS", .outcome = reputation, .wordings = R"(
      \[(IP)?TSS?\d+\]
      deferred - 4\.16\.5\d
      from \S+ not allowed - \[\d+\]
      deferred - \[\d+\]
        e.g. 451 Message temporarily deferred - [160]
      \bVS\d+-IP
    )"},
    {.name = "yahoo: BL", .outcome = blocklisted, .wordings = R"(\[BL\d+\])"},
    {.name = "yahoo: VS-RT", .outcome = mailbox_unavailable, .wordings = R"(\bVS\d+-RT\b)"},
    // The AOL of old: https://postmaster.aol.com/error-codes (archived)
    {.name = "aol: PTR", .outcome = sender_identity, .wordings = R"(
      \bRTR:RD\b
        e.g. 554 RTR:RD
    )"},
    {.name = "aol: IP", .outcome = reputation, .wordings = R"(
      \b(DYN|RLY|CON|IPBLOCK):\w+
        e.g. 421 4.7.1 : (DYN:T1) https://postmaster.info.aol.com/errors/421dynt1.html
    )"},
    {.name = "aol: range", .outcome = blocklisted, .wordings = R"(
      \bRTR:\w+
        e.g. 554- (RTR:DU) http://postmaster.info.aol.com/errors/554rtrdu.html
    )"},
    {.name = "aol: link", .outcome = content_rejected, .wordings = R"(
      \(HVU:\w+\)
        e.g. 554 5.7.1 : (HVU:B1) https://postmaster.info.aol.com/errors/554hvub1.html
    )"},

    // Microsoft: https://aka.ms/EXOSmtpErrors, https://sendersupport.olc.protection.outlook.com/pm/troubleshooting.aspx
    {.name = "microsoft: access denied",
     .outcome = reputation,
     .wordings = "access denied, please try again later",
     .codes = "4"},
    {.name = "microsoft: 4.7.50x", .outcome = rate_limited, .codes = "4", .enhanced = "4.7.50x"},
    {.name = "microsoft: refused, then expired", .outcome = connection_refused, .enhanced = "x.4.316"},
    {.name = "microsoft: 5.4.1",
     .outcome = mailbox_unavailable,
     .wordings = "recipient address(es)? rejected ?: access denied",
     .codes = "5",
     .enhanced = "5.4.1"},
    {.name = "microsoft: recipient not found", .outcome = mailbox_unavailable, .wordings = R"(
      recip(ient)?notfound
    )"},
    {.name = "microsoft: DMARC, authentication",
     .outcome = auth_policy,
     .codes = "5",
     .enhanced = "5.7.509",
     .example = "550 5.7.509 Access denied, sending domain example.com does not pass verification"},
    {.name = "microsoft: DMARC, authentication", .outcome = auth_policy, .codes = "5", .enhanced = "5.7.515"},
    {.name = "microsoft: banned sender",
     .outcome = blocklisted,
     .wordings = R"(
      banned sender|block list
    )",
     .codes = "5"},
    {.name = "microsoft: banned IP",
     .outcome = blocklisted,
     .wordings = R"(
      banned sending ip
        e.g. 550 5.7.606 Access denied, banned sending IP [192.0.2.1]
    )",
     .codes = "5"},
    {.name = "microsoft: tenant", .outcome = reputation, .codes = "5", .enhanced = "5.7.70x", .providers = kMicrosoft},
    {.name = "microsoft: SC, OU", .outcome = reputation, .wordings = R"(
      \b(SC-00[1-4]|OU-00[12]|DY-002)\b
        e.g. 550 SC-001 Mail rejected for policy reasons
    )"},
    {.name = "microsoft: no subscription", .outcome = policy_rejected, .wordings = "no mail-enabled subscriptions"},
    {.name = "microsoft: ATTR",
     .outcome = server_error,
     .wordings = "temporary server error",
     .codes = "4",
     .providers = kMicrosoft},
    {.name = "microsoft: recipients a day",
     .outcome = rate_limited,
     .codes = "5",
     .enhanced = "5.1.90",
     .example = "550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients"},

    {.name = "microsoft: outbound sender", .outcome = reputation, .wordings = R"(
      bad outbound sender
        e.g. 550 5.1.8 Access denied, bad outbound sender AS(42003)
    )"},
    {.name = "microsoft: unregistered domain", .outcome = policy_rejected, .wordings = R"(
      sending from unregistered domains
        e.g. 550 5.7.750 Service unavailable. Client blocked from sending from unregistered domains
    )"},

    // Google: https://support.google.com/a/answer/3726730
    {.name = "google: closing connection",
     .outcome = rate_limited,
     .wordings = "try again later, closing connection",
     .codes = "421",
     .enhanced = "4.7.0"},
    // Slowed because it is not authenticated: the cause, not the measure.
    {.name = "google: unauthenticated",
     .outcome = auth_policy,
     .wordings = "(rate limited|has been blocked)",
     .enhanced = "x.7.26"},
    {.name = "google: unauthenticated", .outcome = auth_policy, .wordings = "rate limited", .enhanced = "x.7.3x"},
    {.name = "google: recipient's rate", .outcome = rate_limited, .wordings = R"(
      receiving (e?mail )?(too quickly|at a rate)
    )"},
    {.name = "google: unusual rate",
     .outcome = rate_limited,
     .wordings = R"(
      unusual (rate|amount) of
      unsolicited mail originating
        e.g. 421-4.7.0 unsolicited mail originating from your IP address.\n421 4.7.0 temporarily rate limited.
    )",
     .codes = "4"},
    {.name = "google: whitelist", .outcome = policy_rejected, .wordings = R"(
      not in whitelist for
    )"},
    {.name = "google: relay limit", .outcome = rate_limited, .wordings = "smtp relay limit exceeded"},
    {.name = "google: unsolicited mail",
     .outcome = reputation,
     .wordings = R"(
      unsolicited mail originating
        e.g. 550-5.7.1 Our system has detected an unusual rate of\n550 5.7.1 unsolicited mail originating from your IP address.
    )",
     .codes = "5"},
    {.name = "google: unsolicited mail",
     .outcome = reputation,
     .codes = "5",
     .enhanced = "5.7.28",
     .example = "550 5.7.28 There is an unusual rate of messages from your IP address"},

    // Mimecast: https://community.mimecast.com/docs/DOC-1369
    {.name = "mimecast: greylisting",
     .outcome = greylisted,
     .wordings = "internal resources? (is |are )?temporarily unavailable"},
    {.name = "mimecast: connections",
     .outcome = rate_limited,
     .wordings = "account service is temporarily unavailable"},
    {.name = "mimecast: account disabled", .outcome = policy_rejected, .wordings = "account (in|out)bounds disabled"},
    {.name = "mimecast: load",
     .outcome = server_overloaded,
     .wordings = R"(
      unable to process connection at this time
        e.g. 451 Unable to process connection at this time
    )",
     .codes = "4"},

    // NetEase (163.com, 126.com, yeah.net): http://help.163.com/09/1224/17/5RAJ4LMH00753VB8.html. The token before the
    // colon is the part that refused: HL connection, MI mail, RP recipients, DT content, WM temporary bans.
    {.name = "netease: too many", .outcome = rate_limited, .wordings = R"(
      \bHL:(ICC|IFC|IFQ|ITC)\b
      \bMI:(DMC|SFQ|STC)\b
      \bRP:(DRC|QRC|TRC|RCL)\b
    )"},
    {.name = "netease: commands", .outcome = protocol_error, .wordings = R"(\b(MI|RP):(CCL|CEL)\b)"},
    {.name = "netease: content", .outcome = content_rejected, .wordings = R"(\bDT:(SPM|SUM)\b)"},
    {.name = "netease: IP", .outcome = blocklisted, .wordings = R"(
      \b(WM:BLI|HL:IPB)\b
      \bDT:RBL\b
        e.g. 450 DT:RBL 163 mx1
    )"},
    {.name = "netease: sender", .outcome = policy_rejected, .wordings = R"(\b(WM:BLU|MI:SPB)\b)"},
    {.name = "netease: behaviour", .outcome = reputation, .wordings = R"(\bHL:(MEP|REP|IHU)\b)"},
    {.name = "netease: HELO, sender", .outcome = sender_identity, .wordings = R"(\bMI:(NHD|IMF)\b)"},
    {.name = "netease: DMARC", .outcome = auth_policy, .wordings = R"(
      \bMI:(SPF|DMA)\b
    )"},
    {.name = "netease: relay", .outcome = relay_denied, .wordings = R"(\bRP:FRL\b)"},
    // Tencent: https://service.mail.qq.com/detail/0/166
    {.name = "qq: frequency", .outcome = rate_limited, .wordings = R"(frequency limited)"},
    {.name = "qq: domain", .outcome = sender_identity, .wordings = R"(
      domain may not exist or dns check failed
        e.g. 550 Domain may not exist or DNS check failed [MAn2ccj IP: 192.0.2.233].
    )"},
    {.name = "qq: IP", .outcome = reputation, .wordings = R"(^connection denied\b)", .providers = "qq"},

    // Facebook: https://postmaster.facebook.com/response_codes (archived)
    {.name = "facebook: recipient", .outcome = mailbox_unavailable, .wordings = R"(\bRCP-[PT]\d\b)"},
    {.name = "facebook: connections", .outcome = rate_limited, .wordings = R"(
      \bCON-T\d\b
        e.g. 421 4.7.0 CON-T1 http://postmaster.facebook.com/response_codes?ip=192.0.2.1#con
    )"},
    {.name = "facebook: internal", .outcome = server_error, .wordings = R"(
      \bINT-T\d\b
        e.g. 451 4.3.0 INT-T1 http://postmaster.facebook.com/response_codes?ip=192.0.2.1#int
    )"},
    // GoDaddy: https://www.godaddy.com/help/what-does-my-bounceback-mean-3568
    {.name = "godaddy: load", .outcome = server_overloaded, .wordings = R"(\bIB101\b)"},
    {.name = "godaddy: temporary block",
     .outcome = reputation,
     .wordings = R"(
      \bIB(103|11\d)\b
    )",
     .retry = Retry::slow},
    // Cable companies: AUP# and the like, see the pages that the replies link to.
    {.name = "spectrum: limit", .outcome = rate_limited, .wordings = R"(AUP#(In|I|Out|O)-13\d\d\b)"},
    {.name = "spectrum: IP", .outcome = reputation, .wordings = R"(
      AUP#(In|I)-1[05]\d\d\b
        e.g. 421 4.7.1 AUP#In-1000 Your IP cannot send to us
    )"},
    {.name = "cox: IP", .outcome = reputation, .wordings = R"(AUP#(CDRBL|CXMJ|CXSNDR))"},
    {.name = "comcast: limit", .outcome = rate_limited, .wordings = R"(
      smtp-error-codes\S*#RL0
        e.g. 421 4.2.0 try later, see http://postmaster.comcast.net/smtp-error-codes.php#RL000001
    )"},

    {.name = "comcast: list", .outcome = blocklisted, .wordings = R"(
      \bdnsbl.*smtp-error-codes
        e.g. 554 found on one or more DNSBLs, see http://postmaster.comcast.net/smtp-error-codes.php#BL000010
    )"},
    {.name = "comcast: spam", .outcome = reputation, .wordings = R"(
      smtp-error-codes\S*#BL0
        e.g. 554 5.7.1 refused, see http://postmaster.comcast.net/smtp-error-codes.php#BL000001
    )"},
    {.name = "cox: limit", .outcome = rate_limited, .wordings = R"(
      AUP#CX(CNCT|MXRT|SMTP|CONN)
        e.g. 421 4.2.0 refused AUP#CXCNCT
    )"},
    {.name = "cox: PTR", .outcome = sender_identity, .wordings = R"(
      AUP#CXDNS
        e.g. 554 5.7.1 refused AUP#CXDNS
    )"},
    {.name = "amazonses: identity", .outcome = policy_rejected, .wordings = R"(
      (email address|domain) (is not|must be) verified
        e.g. 450 The example.com domain is not verified. Please, add and verify your domain
    )"},
    {.name = "sendgrid: login", .outcome = auth_failed, .wordings = R"(
      ^unauthenticated senders not allowed
        e.g. 550 Unauthenticated senders not allowed
    )"},
    // Vade Secure, at Orange, La Poste, SFR, Earthlink, OpenXchange and others: a prefix of the customer's, then the
    // number that its page of inbound error codes explains.
    {.name = "vade: spam", .outcome = content_rejected, .wordings = R"(
      \b[a-z]{3,6}\d{0,4}_506\b
        e.g. 550 5.5.0 mwinf5c04 ME Mail rejete. Mail rejected. OFR_506 [506]
    )"},
    {.name = "vade: IP", .outcome = blocklisted, .wordings = R"(
      \b[a-z]{3,6}\d{0,4}_10[12]\b
        e.g. 550 5.7.1 Connection refused - OXSUS0001_101
    )"},
    {.name = "vade: service", .outcome = server_unavailable, .wordings = R"(
      \b[a-z]{3,6}\d{0,4}_103\b
    )"},
    {.name = "vade: connections", .outcome = rate_limited, .wordings = R"(
      \b[a-z]{3,6}\d{0,4}_(104|109|110)\b
        e.g. 421 4.7.1 mwinf5c04 ME Trop de connexions. OFR004_104 [104]
    )"},
    {.name = "vade: recipient", .outcome = mailbox_unavailable, .wordings = R"(
      \b[a-z]{3,6}\d{0,4}_416\b
        e.g. 550 5.5.0 Invalid recipient. OFR204_416 [416]
    )"},
    {.name = "google: relay login", .outcome = relay_denied, .wordings = R"(
      credentials for relay
        e.g. 550 5.7.1 Invalid credentials for relay [192.0.2.1]
    )"},
    {.name = "proofpoint: deferred",
     .outcome = reputation,
     .wordings = R"(
      deferred\b.*proofpoint\.com
        e.g. 421 Deferred - see https://ipcheck.proofpoint.com/?ip=192.0.2.25
    )",
     .codes = "4"},
    {.name = "proofpoint: IP", .outcome = blocklisted, .wordings = R"(
      (ipcheck|prs|support)\.proofpoint\.com
    )"},
    // cPanel's words around Exim's; "blacklisted" is a guess of theirs.
    {.name = "cpanel: sender verify", .outcome = sender_identity, .wordings = R"(
      may be blacklisted, or missing the proper dns
        e.g. 550-The account or domain may not exist, they may be blacklisted, or missing the proper dns entries.\n550 Sender verify failed
    )"},
    // 1&1 and its brands: the share of mail that could not be delivered is too high.
    {.name = "1und1: delivery ratio",
     .outcome = reputation,
     .wordings = R"(
      ^reject due to policy violations
        e.g. 421 Reject due to policy violations
    )",
     .codes = "4"},
    {.name = "1und1: mailbox", .outcome = mailbox_unavailable, .wordings = R"(
      mailbox unavailable failure sending mail
        e.g. 550-Requested action not taken: mailbox unavailable\n550 Failure sending mail. Try again later
    )"},
    {.name = "verizon: IP", .outcome = blocklisted, .wordings = R"(
      blocked by verizon online
        e.g. 571 Email from 192.0.2.1 is currently blocked by Verizon Online's anti-spam system
    )"},
    {.name = "roadrunner: IP", .outcome = blocklisted, .wordings = R"(
      security\.rr\.com/cgi-bin/block
        e.g. 554 5.7.1 ERROR: Mail refused - <192.0.2.1> - See http://security.rr.com/cgi-bin/block
    )"},
    {.name = "mcafee: proxy", .outcome = next_hop_failure, .wordings = R"(
      \bmfe proxy
        e.g. 451 Request action aborted on MFE proxy, SMTP server is not available.
    )"},
    {.name = "messagelabs: 542", .outcome = mailbox_unavailable, .codes = "542"},
    {.name = "t-online: IP", .outcome = reputation, .wordings = R"((^|\b554 )IP[=:][0-9a-f.:]+ - )"},
};

}  // namespace

std::span<const RuleBlock> provider_rules() { return kProviderRules; }

}  // namespace mailsonde::classify
