// SPDX-License-Identifier: Apache-2.0
// Wordings that servers of all kinds use. The order matters: a cause comes before the mechanism by which it acts
// ("rate limited due to IP reputation" is reputation), the narrow before the broad. Neighbours that differ only in
// their pattern are one rule on several lines.
#include "classify/reply_rules.hpp"

namespace mailsonde::classify {
namespace {

using enum Outcome;

constexpr ReplyRule kWordingRules[] = {
    // A loop, or another server's words in the reply.
    {"wording: loop", next_hop_failure, R"(\bloop(s|ing)?\b|too many (hops|received))", "", kAnyStage, Retry::no},
    {"wording: loop", next_hop_failure, R"(hop count|exceeded \d+ hops)", "", kAnyStage, Retry::no},
    {"wording: quoted unknown recipient", mailbox_unavailable, R"(undeliverable address: .* said: 5\d\d)"},
    {"wording: quoted unknown recipient", mailbox_unavailable,
     "(remote|destination) server returned unknown recipient"},
    {"wording: quoted next hop", next_hop_failure,
     "unverified address: (host|connect|conversation|lost).* (said|timed|refused|lost)"},
    {"wording: next hop", next_hop_failure, "back ?-?end (connection|server|unavailable|failure)"},
    {"wording: next hop", next_hop_failure, "upstream (error|server|fail)|onward transmission"},
    {"wording: next hop", next_hop_failure, R"(timed out (during|while) .*mta\(|unable to contact destination)"},
    {"wording: next hop", next_hop_failure, R"(queue\.expired|mailing list expansion)"},
    {"wording: next hop", next_hop_failure, "could not complete recipient verif"},
    {"wording: next hop", next_hop_failure, R"(recipient verif\w* (callout )?(deferred|timed out|temporarily))"},

    // Who the sender claims to be: SPF, DKIM, DMARC, ARC.
    {"wording: duplicate header", content_rejected,
     R"((duplicate|missing|multiple|invalid|malformed) [\w' -]*headers?\b)", "5"},
    {"wording: SPF/DKIM/DMARC, temporary", auth_policy, "(temporary|transient) (spf|dkim|dmarc)", "4", kAnyStage,
     Retry::yes},
    {"wording: SPF/DKIM/DMARC, temporary", auth_policy,
     "(temporary|temporarily|transient) (dns|error|fail).*(spf|dkim|dmarc|authentication)", "4", kAnyStage, Retry::yes},
    {"wording: SPF/DKIM/DMARC, temporary", auth_policy, "(spf|dkim|dmarc).* temporary (error|dns|fail)", "4", kAnyStage,
     Retry::yes},
    {"wording: SPF/DKIM/DMARC", auth_policy, R"(\b(dmarc|spf|dkim)\b|sender policy framework)"},
    {"wording: SPF/DKIM/DMARC", auth_policy, R"(\barc (validation|seal|chain)|sender[ -]?id\b)"},
    {"wording: sender not authenticated", auth_policy, "unauthenticated (e-?mail|sender|message)"},
    {"wording: sender not authenticated", auth_policy, "sender is unauthenticated"},
    {"wording: sender not authenticated", auth_policy, "authentication (information|checks)"},
    {"wording: sender not authenticated", auth_policy, "required authentication level"},
    {"wording: sender not authenticated", auth_policy, "mismatch(es)? (the )?(client|sending|source) ip"},
    {"wording: sender not authenticated", auth_policy, "signature[_ ]incorrect|purported responsible"},
    {"wording: sender not authenticated", auth_policy,
     "not (allowed|authorized|permitted) to send (e-?)?mail (from|for)"},
    {"wording: sender not authenticated", auth_policy, "not permitted by the domain owner"},
    {"wording: look-up not finished", dns_temporary, "host lookup did not complete", "4"},

    // TLS before login: "authentication requires TLS".
    {"wording: TLS version", tls_failed, R"((tls|ssl) ?v?1\.[01]\b.* (not|no longer) )", "", kAnyStage, Retry::no},
    {"wording: TLS required", tls_failed, "must (first )?(issue|use) a? ?starttls"},
    {"wording: TLS required", tls_failed, "starttls (command )?(is )?(first|required)"},
    {"wording: TLS required", tls_failed,
     R"((tls|ssl|encryption|encrypted connection|secure connection)( \w+)? (is )?(required|mandatory|needed))"},
    {"wording: TLS required", tls_failed, "requires? (the use of )?(tls|starttls|ssl|encryption)"},
    {"wording: TLS required", tls_failed, "not (sent )?over (a )?(tls|secure|encrypted)|wasn't sent over a tls"},
    {"wording: TLS not available", tls_failed,
     "(start)?tls( is)?( currently| temporarily)? (not |un)(available|supported)"},
    {"wording: TLS not available", tls_failed, "not support (start)?tls|tls missing|tls (handshake|negotiation)"},
    {"wording: TLS not available", tls_failed, "handshake fail|security status|cannot start tls|no shared cipher"},
    {"wording: certificate", tls_certificate,
     R"(\bcertificates?\b|\bmta-sts\b|\btlsa\b|\bdane (valid|verif|fail)|\(dane\))"},

    // The dialogue.
    {"wording: too many new TLS sessions", rate_limited, "too many new tls sessions"},
    {"wording: too many errors from an IP", reputation, "too many errors from (your|this) (ip|host)"},
    {"wording: login failures", auth_failed,
     R"((too many|excessive) (failed )?(auth(entication|orization)?|login|password) (errors|fail\w*))"},
    {"wording: login failures", auth_failed, "auth error limit"},
    {"wording: protocol", protocol_error, R"(syntax error|\bpipelin|bad sequence|out of sequence)"},
    {"wording: protocol", protocol_error, "protocol (error|violation|synchroni[sz]ation)|(un)?recogni[sz]ed command"},
    {"wording: protocol", protocol_error, "command (not |un)?recogni[sz]ed|unknown command"},
    {"wording: protocol", protocol_error, "command (not |un)implemented|^ ?unimplemented|not implemented"},
    {"wording: protocol", protocol_error, R"(need (mail|rcpt)\b|(say|send) (helo|ehlo)|(helo|ehlo)(/\w+)? first)"},
    {"wording: protocol", protocol_error, R"(too many (\w+ )?(errors|commands)|talk too soon)"},
    {"wording: protocol", protocol_error, "before (the )?(greeting|banner)|no valid recipients|must precede data"},
    {"wording: protocol", protocol_error, "rcpt first|after bdat|address syntax|break rules|already active"},
    {"wording: protocol", protocol_error, "proxy not allowed"},

    // Greylisting names itself.
    {"wording: greylist", greylisted, "gr[ae]y[ -]?list"},
    {"wording: put off on purpose", greylisted, "soft ?-?reject|not yet authorized to deliver", "4"},
    {"wording: put off on purpose", greylisted, "(accepted|accept your mail) on (the )?(next|second) (attempt|try)",
     "4"},
    {"wording: put off on purpose", greylisted, "intentional policy rejection|address verification in progress", "4"},
    {"wording: put off on purpose", greylisted, "first time|come back later.*(first|unknown)", "4"},
    {"wording: confirm this server", greylisted, "requires confirmation.* confirm this", "", kAnyStage, Retry::no},

    // Named lists. Lists of links in a message are about the message.
    {"wording: link list", content_rejected, R"(\b(multi\.)?(uribl|surbl)\b|spam url)"},
    {"wording: blocked country", policy_rejected, R"(geographical|countries\.|country (is )?(not|blocked))"},
    {"wording: blocked by pattern", content_rejected, R"(blocked using (\w+ )?(spam|content) (pattern|filter))"},
    {"wording: list named", blocklisted, "spamhaus|spamcop|sorbs|barracudacentral|invaluement|uceprotect|hostkarma"},
    {"wording: list named", blocklisted, R"(abuseat|junkemailfilter|\bcbl\b|psbl|dns-?[rbw]*bl|\brbl|rbl\b)"},
    {"wording: list named", blocklisted, R"(\b[sxp]bl\b|trend micro rbl|mail-abuse\.com|symantec zodiac)"},
    {"wording: block list", blocklisted, "black ?-?list|block ?-?list|blocked using|deny ?-?list"},
    {"wording: block list", blocklisted, R"(\blisted (at|by|in|on)\b|client host blocked|blacklisted)"},
    {"wording: block list", blocklisted, R"(ip (address )?(is )?banned|banned ip|\bbad ip\b|ip identified as spam)"},
    {"wording: block list", blocklisted, "your ip identified"},

    // How the sender behaved.
    {"wording: reputation", reputation, "reputation|complaint|unexpected volume|incidents of abuse|spam attack"},
    {"wording: reputation", reputation, "suspected spam ip|(traffic|mail|connections?) not accepted from this ip"},
    {"wording: reputation", reputation, "block(ed)? for (spam|abuse)|abus detect|rejection- ?abuse"},
    {"wording: reputation", reputation, "tenant has exceeded threshold|permanently deferred"},
    {"wording: unknown recipients", reputation,
     "(too many|excessive|many) (bad|invalid|unknown|unverified|non-?existent) (rcpt|recipients?|users?|address)"},

    // Names of client and envelope sender.
    {"wording: PTR, temporary", sender_identity, "(temporary|temporarily) .*(reverse dns|rdns|ptr)", "4", kAnyStage,
     Retry::yes},
    {"wording: PTR, temporary", sender_identity, "reverse dns.* temporar", "4", kAnyStage, Retry::yes},
    {"wording: relay denied", relay_denied,
     "relay(ing)?( access)? (is |was |mail )?(denied|not "
     "(permitted|allowed|authorized)|prohibited|disallowed|forbidden)"},
    {"wording: relay denied", relay_denied, "relay(ing)? .*(prohibited|not permitted|not allowed)"},
    {"wording: relay denied", relay_denied, "not permitted to relay|open relay|insecure mail relay"},
    {"wording: relay denied", relay_denied,
     "(not configured|unable|not allowed|will not|won't|do not|does not|cannot|can't) (to )?relay"},
    {"wording: relay denied", relay_denied, "local users? only|rcpthosts|non-?local e?-?mail|no relay"},
    {"wording: relay denied", relay_denied, "through this server without auth"},
    {"wording: PTR", sender_identity, R"(reverse[ -](dns|lookup|hostname)|\br-?dns\b|\bptr\b)"},
    {"wording: PTR", sender_identity, "(ip|host) ?name lookup failed|cannot find your (reverse )?hostname"},
    {"wording: PTR", sender_identity, R"(unverif\w+ sending ip|client host rejected: cannot find)"},
    {"wording: PTR", sender_identity, "no (reverse|ptr|rdns)|ip (address )?(has no|without) (reverse|ptr|host)"},
    {"wording: HELO denied", policy_rejected, "helo command rejected: access denied"},
    {"wording: HELO", sender_identity, R"(\b(helo|ehlo)\b|own(ed)? hostname|need fully-qualified)"},
    {"wording: sender domain", sender_identity, "domain of sender|sender'?s? (address )?domain"},
    {"wording: sender domain", sender_identity, "sender (verif|callout)|verify (the )?sender"},
    {"wording: sender domain", sender_identity, "(mail ?from|from:?|return) domain|from: domain"},
    {"wording: sender domain", sender_identity, R"((invalid|bad|unknown) sender\b)"},
    {"wording: sender domain", sender_identity,
     "sender address rejected: (domain|malformed|unverified|undeliverable|mail|need|does)"},
    {"wording: sender domain", sender_identity, "dns mx or a/aaaa|unresolvable .*from|without a valid sender"},
    {"wording: sender domain", sender_identity, "verify mx|envelope sender .*(exist|resolve)"},

    // Login.
    {"wording: recipient wants login", policy_rejected, R"(resolver\.rst)"},
    {"wording: login", auth_failed,
     R"(authenti\w*( is| was)? (required|requise|failed|failure|invalid|not allowed|incorrect|error|aborted))"},
    {"wording: login", auth_failed, "(smtp )?auth(orization|entication)? (failed|failure|error|required|invalid)"},
    {"wording: login", auth_failed, R"((incorrect|invalid|bad) auth\w*|user ?names? (and|or) passwords?)"},
    {"wording: login", auth_failed,
     "(invalid|bad|wrong|incorrect|unknown) (user ?name|login|credential|password|user/pass)"},
    {"wording: login", auth_failed, "cannot authenticate|not authenticated|log in (with|via) |authentification"},
    {"wording: login", auth_failed, "must (be )?(authenticat|log ?in)"},
    {"wording: login", auth_failed, "authentication (is )?(disabled|unavailable|not enabled|mechanism)"},
    {"wording: login", auth_failed, "credentials? (rejected|invalid|expired)"},

    // The recipient's quota, before the server's own disk.
    {"wording: mailbox full", mailbox_full, "over ?-?quota"},
    {"wording: mailbox full", mailbox_full,
     R"((mailbox|inbox|account|user|recipient|maildir|storage)\S* (is |storage )?(full|over|out of storage))"},
    {"wording: mailbox full", mailbox_full,
     "(user|mailbox|disk|storage|inbox) (disk )?(quota|limit) (is |has been )?exc?ee?ded"},
    {"wording: mailbox full", mailbox_full, "^[<>@ .:]*(recipient address rejected: )?quota exceeded"},
    {"wording: mailbox full", mailbox_full, "mailbox (size )?(limit|quota|full)|too many messages on the server"},
    {"wording: mailbox full", mailbox_full, R"(out of storage space|quota ?exceeded \(mailbox|too much mail data)"},
    {"wording: mailbox full", mailbox_full, "insufficient mailbox"},

    // The server itself.
    {"wording: configuration", server_error, R"((server|system) config\w* (error|problem)|misconfigur)"},
    {"wording: configuration", server_error, "internal (server )?(error|failure|fault)"},
    {"wording: configuration", server_error, "(local|system|operating system|software) (error|problem|failure)"},
    {"wording: configuration", server_error, "system problem|technical (difficult|problem|error)|server local"},
    {"wording: configuration", server_error, "mail system error|queue file|lookup (failure|error|failed)|map_lookup"},
    {"wording: configuration", server_error, R"(i/o error [^\d]|i/o error$)"},
    {"wording: configuration", server_error,
     "(cannot|can't|unable to|can not) (stat|write|open|connect to queue|scan|process|start|fork|figure|create)"},
    {"wording: configuration", server_error, "spool file|error in (processing|writing)|licen[cs]e|expansion error"},
    {"wording: configuration", server_error, "died with signal|replicat"},
    {"wording: configuration", server_error, "temporary (internal|server|system|local) (error|problem|failure)"},
    {"wording: configuration", server_error, "temporary error deliver|qqt failure|failure submitting|filter .*fail"},
    {"wording: configuration", server_error, "multiple destination domains|unable to accept message"},
    {"wording: configuration", server_error, "server temporarily rejected message"},
    {"wording: overloaded", server_overloaded,
     "(insufficient|out of|no|not enough|low on) (system |disk |free )?(resources?|storage|space|memory)"},
    {"wording: overloaded", server_overloaded, "space shortage|disk (is )?full|mail system full|spazio esaurito"},
    {"wording: overloaded", server_overloaded, "congestion|too much load|load (is )?too high|overload|high load"},
    {"wording: overloaded", server_overloaded, "ports are busy"},
    {"wording: overloaded", server_overloaded,
     R"((server|system\S*|agent|backends?) (is )?(too )?busy, (please )?(try|come))"},
    {"wording: overloaded", server_overloaded, R"(too busy|all \w+ busy)"},

    // Traffic.
    {"wording: message size", content_rejected,
     R"((message|mail|attachment|data|size)\S* (is |size |line )*exceed\w* .*(size|limit|maximum|databytes))"},
    {"wording: message size", content_rejected, "(message|mail|attachment) (is )?(too (big|large|long))"},
    {"wording: message size", content_rejected, "size ?= ?message|size limit=|message (size|file) (too|exceed)"},
    {"wording: session too long", remote_timeout, "exceeded allowable connection time|open for too long"},
    {"wording: session too long", remote_timeout, "connection expired|session (timed|time) ?out"},
    {"wording: rate", rate_limited, R"(too many (\w+ )*(connect\w*|sessions?|clients?|requests?|hosts?|transactions))"},
    {"wording: rate", rate_limited, R"(too many (\w+ )*(messages?|mails?|recipients?|rcpts?|deliveries))"},
    {"wording: rate", rate_limited, "rate[ -]?limit|throttl|unusual rate|rate (is )?too (high|fast)|rate controlled"},
    {"wording: rate", rate_limited, R"(frequency limit|too (much mail|quickly|fast|frequent\w*))"},
    {"wording: rate", rate_limited, R"(slow(er)?( down)?\b)"},
    {"wording: rate", rate_limited,
     R"((limit|quota|rate|threshold)s? (for \w+ )?(was |has |have |is |been |has been )*(exceeded|reached))"},
    {"wording: rate", rate_limited, R"(exceed(ed|s)? .*(limit|quota|rate)s?\b|limit exceeded)"},
    {"wording: rate", rate_limited,
     R"(max(imum)? (number of |of )?(\d+ )?(messages?|recipients?|connections?|mails?))"},
    {"wording: rate", rate_limited, R"(max(imum)? (of )?\d+ recipients)"},
    {"wording: rate", rate_limited, R"(per (session|connection|hour|day|minute|transaction)\b|split transaction)"},

    // The recipient.
    {"wording: recipient policy", policy_rejected, "recipient preferences"},
    {"wording: recipient policy", policy_rejected, R"(recipient'?s?\W+(has )?(policy|denied|blocked))"},
    {"wording: recipient policy", policy_rejected, "rejected by (the )?(recipient|user|this user|destination)"},
    {"wording: recipient policy", policy_rejected,
     "recipient address rejected: (policy|block|ers-|access denied|blocked)"},
    {"wording: no such recipient", mailbox_unavailable,
     "no such (user|recipient|mailbox|address|account|person|customer|local)"},
    {"wording: no such recipient", mailbox_unavailable, "no mailbox (here|by|with)"},
    {"wording: no such recipient", mailbox_unavailable,
     R"((user|recipient|mailbox|account|addressee|address|rcpt|username|email|customer)\S*( to)?( email| address)?)"
     R"(( \S+)?:? (is |are |has been |was |has |currently |temporar\w+ |marked as )*)"
     R"((unknown|not found|not exist|no exist|dosn't exist|does ?n[o']t exist|does not|nie istnieje|obsolete|)"
     R"(invalid|not (a )?(valid|known|registered|active|available)|not in recipient|unverifiable|unallocated|)"
     R"(unavailable|inactive|disabled|suspended|closed|expired|frozen|deactivated|locked|discontinued|terminated|)"
     R"(no longer|blocked due to inact|rejected\.?$))"},
    {"wording: unknown recipient", mailbox_unavailable,
     "(unknown|invalid|inactive|disabled|bad|nonexistent|deactivated|temporarily bounced) (local "
     ")?(user|recipient|mailbox|rcpt|account|e-?mail)"},
    {"wording: unknown recipient", mailbox_unavailable, "(unknown|inactive|nonexistent) (e-?mail )?address"},
    {"wording: unknown recipient", mailbox_unavailable, "recipient (verify|verification) failed|cannot be verified"},
    {"wording: unknown recipient", mailbox_unavailable, "verification failed for|not our customer"},
    {"wording: unknown recipient", mailbox_unavailable,
     "not (a|an) (valid|known|registered|active|deactivated) (user|recipient|mailbox|address|account|gateway|e-?mail)"},
    {"wording: unknown recipient", mailbox_unavailable, R"(does ?n[o']t have an? \S+ account)"},
    {"wording: unknown recipient", mailbox_unavailable, "not in (my |the |our )?recipient|is no longer valid"},
    {"wording: unknown recipient", mailbox_unavailable, "recipnotfound|badrcptto|undeliverable address"},
    {"wording: unknown recipient", mailbox_unavailable, "invalid-recipient|address unavailable|account closed"},
    {"wording: unknown recipient", mailbox_unavailable, "destinataire invalide"},

    // Names of the recipient's side.
    {"wording: no such domain at MAIL", sender_identity, "(no such|unknown|invalid|bad) (sender )?(domain|host)", "",
     in(Stage::mail)},
    {"wording: no such domain at MAIL", sender_identity, "domain (name )?(not found|does not exist)", "",
     in(Stage::mail)},
    {"wording: no such domain at MAIL", sender_identity, "unrout?eable", "", in(Stage::mail)},
    {"wording: no route", dns_no_route, "host unknown|unknown host"},
    {"wording: no route", dns_no_route, "domain (name )?(not found|does not exist|is not reachable)|nxdomain"},
    {"wording: no route", dns_no_route, "non-?existent ?domain|inforecords|infonorecords"},
    {"wording: no route", dns_no_route, "responded with code (noerror|nxdomain)|null mx|unrout?eable|no such domain"},
    {"wording: no route", dns_no_route, R"(invalid domain|no (valid )?mx\b|bad destination)"},
    {"wording: DNS", dns_temporary, R"(dns \w* ?(query|lookup|resolution|error|fail\w*|time-?out)|host lookup)"},
    {"wording: DNS", dns_temporary, "cannot resolve|temporary domain failure|name server|nameserver"},

    // The message.
    {"wording: content", content_rejected, R"(\bspam|spam\b|\bvirus|malware|phish|unsolicited)"},
    {"wording: content", content_rejected, "content (was )?(rejected|filter|block)|banned content"},
    {"wording: content", content_rejected, "nature of the content|illegal attachment"},
    {"wording: content", content_rejected, "attachment (type|is|not|blocked)|suspicious (link|content|attachment)"},
    {"wording: content", content_rejected, "malformed|header error|(message|mail) filtered|mail data refused"},
    {"wording: content", content_rejected, "bare (lf|line ?feed|newline)|smtplf|in from:|from: ?header"},
    {"wording: content", content_rejected, R"(line (is )?too long|\bube\b|bulk mail)"},

    // The connection, as the server or a relay before it saw it.
    {"wording: connection timed out", connection_timeout, "connection timed ?out|timed ?out .*connect"},
    {"wording: connection timed out", connection_timeout, "failed to connect|cannot connect to remote|socketerror"},
    {"wording: timeout", remote_timeout, "time ?-?out|timed out|took too long|idle too long"},
    {"wording: connection lost", connection_lost, "connection (was )?(lost|reset|closed|dropped|aborted|interrupted)"},
    {"wording: connection lost", connection_lost, "lost (input|incoming|connection|output)|bad connection"},
    {"wording: connection lost", connection_lost, "disconnected in|broken pipe"},
    {"wording: connection lost", connection_lost, R"((read|write|i/o) error (from|to|\d)|message ended early)"},
    {"wording: service refused", server_unavailable, "service refused", "4"},
    {"wording: service refused", server_unavailable,
     "service (is )?(currently |temporarily )?(not available|unavailable|not active|not ready)", "4"},
    {"wording: service refused", server_unavailable, "shut(ting)? ?down", "4"},
    {"wording: service refused", server_unavailable, "server (is )?(temporarily|currently) unavailable", "4"},
    {"wording: service refused", server_unavailable, "under maintenance|maintenance|sigterm|going down", "4"},
    {"wording: service refused", server_unavailable, "out of service|service is down", "4"},
    {"wording: service unavailable", server_unavailable,
     "service (refused|currently unavailable|temporarily unavailable)", "5"},
    {"wording: connection refused", connection_refused, "connection refused|unable to connect", "", kGreeting},

    // What says no more than no.
    {"wording: policy", policy_rejected, "policy|access denied|denied by|administrative"},
    {"wording: policy", policy_rejected, "not (allowed|permitted|authorized|welcome)|prohibited|unauthorized"},
    {"wording: policy", policy_rejected, "permissions? to send|not owned by|spoof|blocked sender"},
    {"wording: policy", policy_rejected, "sender (address )?blocked|sender reject|not (in )?whitelist|in whitelist"},
    {"wording: policy", policy_rejected, R"(^ ?\W*(blocked|rejected|denied)\W*$)"},
    {"wording: later", server_overloaded, "try (again )?later", "452"},
};

}  // namespace

std::span<const ReplyRule> wording_rules() { return kWordingRules; }

}  // namespace mailsonde::classify
