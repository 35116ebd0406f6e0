// SPDX-License-Identifier: Apache-2.0
// What the text says of the recipient, of names that do not resolve, and of the message; and refusals without a reason.
#include "classify/reply_rules.hpp"

namespace mailsonde::classify {
namespace {

using enum Outcome;

// Where no content has been seen yet: who speaks of spam there, speaks of the sender.
constexpr StageSet kBeforeMessage = in(Stage::connect, Stage::banner, Stage::ehlo, Stage::ehlo_tls);

constexpr RuleBlock kRecipientRules[] = {
    // The recipient.
    {.name = "recipient's own rules", .outcome = policy_rejected, .wordings = R"(
      envelope blocked
      transport rule
        e.g. 550 5.2.1 Message deleted by the transport rules agent
      recipient'?s? preferences
        e.g. 550 5.1.1 Refused due to recipient preferences
      recipient'?s?\W+(has |have |address )*(policy|denied|blocked|refuse|den(y|ied)|opted)
      (rejected|refused|blocked|denied) by (the |this |a )?(recipient|user|destination|addressee|customer|end[ -]user|receiver|mailbox owner)
      recipient address rejected: (policy|block|ers-|access denied|blocked|prohibit)
      (user|recipient|receiver|customer|addressee) (id )?(has )?(refuse|reject|block|den(y|ied)|opt)\w* (your|this|the|to|mail|all|messages|receiv)
        e.g. 550 The user refuses to receive this mail
      (only|not) (accept\w*|receiv\w*|tak\w*) (mail|e-?mail|messages) (only )?from (specific|your|certain|approved|authori[sz]ed|known|members|internal|outside|external)
        e.g. 550 5.7.1 recipient is not accepting mail from your address
      (members?|subscribers?)[ -]only
        e.g. 550 5.7.1 This is a members-only list
      (non-?members?\b|not (a )?(member|subscri\w+) (of|to) (this|the|that) (\w+ )?(list|group))
        e.g. 550 You are not a member of this list
      (user|recipient|customer|addressee|he|she) (does not|doesn't|do not|don't) (want|wish|accept|like)
        e.g. 550 5.7.1 Recipient doesn't want your mail
      (null|empty)[ -](envelope |reverse[ -]path |return[ -]path )?(sender|envelope|return|reverse)
        e.g. 553 NULL sender is not allowed
      \b(bounces|backscatter|batv|srs)\b
        e.g. 550 5.7.1 this address does not send mail, there can't be any bounces
      sender (is not|isn't) (on|in) the (recipient|list)|closed mailing list
        e.g. 550 5.7.1 this is a closed mailing list
    )"},
    {.name = "no route, by its code",
     .outcome = dns_no_route,
     .wordings = R"(
      destination (system|host|domain)|\bmx\b
        e.g. 550 5.1.2 Recipient address rejected: Bad destination system address.
    )",
     .enhanced = "x.1.2"},
    {.name = "recipient's domain", .outcome = dns_no_route, .wordings = R"(
      (recipient|rcpt|destination) (\w+ ){0,3}domain (is |was |does |has )?(not found|not exist|unknown)|non-?exist[ae]nt domain|not found in dns
        e.g. 550 RCPT address has non-existant domain example.com
      domain (of|in) (the |your )?(recipient|destination|rcpt|forward)\S* (\w+ )?(is |was |does |has )*(unknown|not|no|invalid|cannot|could not|unresolvable)
        e.g. 550 5.1.2 Domain of recipient is unknown
    )"},
    {.name = "no such recipient", .outcome = mailbox_unavailable, .wordings = R"(
      no such (\w+ )?(user|recipient|mailbox|mail ?drop|address|account|person|customer|local|alias|name|e-?mail|subscriber|member|login|id)
      no (\w+ )?(mail ?box|account|user|person|subscriber|one) (\S+ )?(here|by|with|at|found|of|under|for|named|called|available)
      \b(user|recipient|mailbox|account|addressee|address|rcpt|username|email|customer|subscriber|alias|local part|destination|person|konto|mail ?drop|inbox|mail ?boxes|recipients|users)\S*( to)?( email| address| account| name| mailbox)?( \S+)?:? (is |are |has |have |been |was |were |currently |temporar\w+ |permanently |marked |as |has been |an? |no longer )*(unknown|not found|not exist|no exist|dosn't exist|does ?n[o']t exist|do not exist|does not have|doesn't have|nie istnieje|obsolete|invalid|not (a )?(valid|known|registered|active|available|recogni[sz]ed|listed|hosted|local|present|provisioned|enabled|activated|exist\w*|ok|correct|allowed here|deliverable|accepting)|unverifiable|unallocated|unavailable|un?available|unrecogni[sz]ed|undeliverable|inactive|disabled|suspended|closed|expired|frozen|deactivated|locked|discontinued|terminated|cancel\w+|removed|deleted|dormant|archived|nonexist\w*|non-exist\w*|missing|gone|moved|left|retired|on hold|no longer|wrong|incorrect|bad|blocked due to inact|has moved|rejected\.?$)
      (unknown|invalid|inactive|disabled|bad|non-?existent|nonexistant|deactivated|suspended|closed|expired|deleted|undeliverable|temporarily bounced|wrong|incorrect|obsolete|unavailable|illegal|no longer valid) (or \w+ )?(local |destination |final |virtual |gateway |yahoo |to )*(user|recipient|mailbox|rcpt|account|e-?mail|alias|addressee|address(es)?|local[ -]part|username|mail ?drop|forward-path)
      recipient (verify|verification|check|lookup) failed
      not (being )?accepted (at|for|by) (this|that|the) (address|recipient|user|mailbox|account)
        e.g. 554 Refused. Mail is not being accepted at this address.
      cannot be verified
      verification failed (for|\W)
        e.g. 550 Verification failed for <user@example.org>
      (account|user|recipient|mailbox|address|mail ?drop) .{1,60}(does|do)( not|n't) exist
        e.g. 550 The account that you tried to reach does not exist
      (callout|call-out) verification failed
        e.g. 550 Callout verification failed
      account (is |has been |was )?(\w+ )?blocked
        e.g. 550 5.5.0 The recipient account is blocked.
      (incoming|receiving)( mail)? (is |has been )?suspended
        e.g. 550 5.2.1 Incoming suspended due to abuse
      (user|recipient|mailbox|account) (\S+ )?(cannot|can't|can not) receive
        e.g. 554 5.7.1 User cannot receive email
      not (our|a) (customer|subscriber)
      not (an? )?(valid|known|registered|active|deactivated|existing|local|current) (user|recipient|mailbox|address|account|gateway|e-?mail|member|person)
      (does ?n[o']t|do ?n[o']t|did ?n[o']t|no longer|never) (have|had|has) an? (\S+ )?(account|mailbox|address|user)
        e.g. 550 we don't have an example.org account of that name
      not (in|on) (\w+ )?list of (\w+ )?(recipients|users|addresses|mailboxes|aliases)
        e.g. 550 5.7.1 Recipient is not on our list of valid addresses
      not (in|on|listed in|found in|present in|exist in) (my |the |our |this |a |any )?(local |valid )?(recipient|user|address|mailbox|directory|database|alias|customer|route|domain'?s)
      is no longer (valid|available|active|in use|with|here|at|used|monitored|accepting|a)
      (no longer|not) (on|at|with) (server|this (server|company|address|domain|organi[sz]ation|host|system))
        e.g. 550 5.1.6 She is not with this company
      domain (is |was |has been )?(not active|inactive|deactivated|temporarily disabled)
        e.g. 452 <user@example.com>: Recipient address rejected: Domain not active
      deactivated due
        e.g. 550 deactivated due to abuse
      no valid recipients
        e.g. 554 qq Sorry, no valid recipients (#5.1.3)
      badrcptto
      validrcptto
        e.g. 550 sorry, this recipient is not in my validrcptto list (#5.1.1)
      (user|recipient|account|mailbox|address) (\S+ )?(has )?(moved|changed|been replaced|been renamed|relocated)
        e.g. 551 5.1.6 The address was changed, been replaced
      (destinataire|utilisateur|adresse|boite)\W.*(inconnu|invalide|inexistant|archive)
        e.g. 550 5.1.1 Utilisateur inconnu
      (empf\S*nger|benutzer|konto|adresse)\W.*(unbekannt|existiert nicht|nicht gefunden|nicht bekannt|gesperrt)
        e.g. 550 5.1.1 Empfaenger unbekannt
      (usuario|destinatario|buzon|cuenta)\W.*(desconocido|no existe|inexistente|deshabilitad)
        e.g. 550 Usuario desconocido
      no existe (ese|dicha|el|este)
        e.g. 550 no existe ese usuario
      (utente|casella|indirizzo)\W.*(sconosciut|inesistente|non esist|disabilitat|non valid)
        e.g. 550 Utente sconosciuto
      (usu\S*rio|destinat\S*rio|caixa)\W.*(desconhecid|inexistente|inv\S*lid|n\S*o exist)
        e.g. 550 Caixa inexistente
      un(registered|knwon) (address|user)|user unknwon|userunknown|unavaiable
        e.g. 550 mailbox unavaiable
      address (\w+ )?(could|can) ?not be found|not found recipient
        e.g. 550 Email address could not be found
      archived recipient|recipient (\w+ )?suspends?\b|bad ?rec\w*to list|has been replaced by
        e.g. 550 5.0.0 Recipient suspend the service
      you tried to reach is
        e.g. 550 The one that you tried to reach is no more
      nessun\w? utente|compte du destinataire|is (not |un)deliverable
        e.g. 550 nessun utente simile in questo indirizzo
      inactivity\b.*\b(mailbox|account)\b
        e.g. 550 due to extended inactivity nothing goes to this mailbox
    )"},

    {.name = "no such recipient, by its code",
     .outcome = mailbox_unavailable,
     .wordings = R"(
      (recipient|address|user|mailbox|delivery) (\S+ ){0,2}(rejected|refused|denied)
        e.g. 550 5.1.1 <user@example.com>: Recipient address rejected: example.com
    )",
     .enhanced = "x.1.1"},

    {.name = "moved",
     .outcome = mailbox_unavailable,
     .wordings = R"(
      please (try|use|forward)|forward to|new address
        e.g. 551 Not here; please try <new@example.org>
    )",
     .codes = "551"},

    // Names. What does not resolve at MAIL is the sender's.
    {.name = "no such domain, at EHLO or MAIL",
     .outcome = sender_identity,
     .wordings = R"(
      (no such|unknown|invalid|bad|non-?existent) (sender )?(domain|host)
      null mx
        e.g. 501 5.7.27 Domain in MAIL FROM has null MX record
      domain (name )?(not found|does not exist|doesn't exist|not exist|unknown|invalid|not resolv)
        e.g. 550 Domain not found
      unrout?eable
        e.g. 550 Unrouteable address
    )",
     .stages = in(Stage::ehlo, Stage::mail)},
    {.name = "no route", .outcome = dns_no_route, .wordings = R"(
      (host|domain)( name)? (\S+ )?(or domain name )?(is )?(unknown|not found|invalid|does not exist|doesn't exist|not exist|nonexist\w*|not registered|is not reachable|must exist|not valid|has no)
      (unknown|invalid|no such|non-?exist[ae]nt|unroutable|unrout?eable|bad|illegal|unresolvable) ?(mail |recipient |destination |remote |address )?(host|domain|destination|mx|route)
      nxdomain
      inforecords|infonorecords
      responded with code (noerror|nxdomain)
      null ?-?mx
      (no|find an?|without an?|lacks an?) (mail exchanger|mx)\b
        e.g. 451 4.4.3 cannot find a mail exchanger for example.com
      unrout?eable
      no (valid |usable |such )?(mx|route|a record|address record|dns record|mail exchanger|host)\b
        e.g. 550 5.4.4 no route to that domain
      (name or service|host ?name) not (known|found)
        e.g. 550 5.4.4 Name or service not known
      (domain|host|machine) (\S+ )?(does not|doesn't|never) (accept|receive)s? (mail|e-?mail|any mail)
        e.g. 556 5.1.10 Domain does not accept mail
      (cannot|can't|unable to|could not) route\b
        e.g. 550 Cannot route to <user@example.de>
      couldn't find any host
        e.g. 550 5.1.2 Sorry, I couldn't find any host named example.invalid
    )"},
    // RFC 7504: a host that takes no mail at all.
    {.name = "no route",
     .outcome = dns_no_route,
     .wordings = R"(
      (does not|doesn't|never) (accept|receive)s? (mail|e-?mail|any mail)
        e.g. 521 example.com does not accept mail
    )",
     .codes = "521 556"},
    {.name = "look-up", .outcome = dns_temporary, .wordings = R"(
      dns \w* ?(query|lookup|look-up|resolution|error|fail\w*|time-?out|problem|server|servfail)
      (cannot|could not|can't|unable to|failed to) (be )?resolve
      temporary (domain|dns|name|host|resolver)
      name ?-?servers?\b
      servfail
        e.g. 450 4.4.3 SERVFAIL while looking up MX
    )"},

    // The message.
    {.name = "spam, before any message",
     .outcome = reputation,
     .wordings = R"(
      \bspam
        e.g. 554 5.7.1 Your mail is blocked automatically by anti-spam system.
    )",
     .stages = kBeforeMessage},
    {.name = "content", .outcome = content_rejected, .wordings = R"(
      \bspam
      \b(junk|ube|uce|bulk|malware|phish\w*|virus\w*|trojan|worm|infected|malicious|unsolicited|bayes\w*|spamassassin)\b
      spam\b
      content (was |is |has been )?(reject|filter|block|denied|not|violat|restrict|policy|prohibit|type|scan)
      (banned|forbidden|illegal|prohibited|blocked|dangerous|unsafe|suspicious|executable|inappropriate|objectionable|offensive|unacceptable) (\w+ )?(content|attachment|file|extension|link|url|word|message|type|subject|body|text)
      (nature of|because of|due to)( \w+)? (content|attachment|subject|body)
        e.g. 550 5.7.1 rejected because of its content
      malformed
      (by|from) (the |our |a )(\w+ )?(filters?|anti-?virus|anti-?spam)\b
        e.g. 571 Message refused by our filters
      (zip|exe|archive|executable|office|script|macro)s? (files?|attachments?) (is |are |must )?(not|block|refus|forbid|prohibit|reject)
        e.g. 550 Zip files are not accepted
      (failed|unable|could not|cannot|can't) (to )?parse (the |your )?(message|mail|headers?|mime|body|content)
        e.g. 550 5.7.7 Failed to parse message.
      content[ -](\w+[ -])?polic
        e.g. 550 Message refused by Content Examination Policy
      \bvir(al|us)
        e.g. 554 5.7.1 We do not accept viral traffic
      (by|from) (the |our |a )?(\w+ )?scanner
        e.g. 554 Message refused by the scanner
      \b(resent-from|from|to|cc|date|sender|subject|message-id|reply-to) (header )?field
        e.g. 554 No Resent-From field given
      \bmime\b
        e.g. 552 we don't accept email with this MIME content (#5.3.4)
      header (error|field|is|not|violat|syntax|line)
      headers? (are |is )?(not accepted|missing|invalid|malformed)
        e.g. 550 Header are not accepted
      (message|mail|e-?mail) (was |is |has been |content )*(filtered|quarantined|classified|considered|detected|identified|flagged|marked|scored|looks|appears)
      mail data refused
      bare \W?(lf|cr|line ?feed|newline|carriage)
        e.g. 550 5.6.0 bare LF received
      smtplf
      in from:
      from: ?header
        e.g. 550 5.6.0 two addresses in the From: header
      (8[ -]?bit|mime|charset|encoding|non-ascii|utf-?8|binary) (\w+ )?(not|error|invalid|unsupported|data|characters?|missing|structure)
        e.g. 554 5.6.1 8-bit data not supported
      (not|non)[ -]?(rfc|conform|complian)\w*
        e.g. 550 5.6.0 Message is not RFC 5322 compliant
      (rfc ?-?\d+) (compli|conform|violat|standard)
        e.g. 550 5.7.1 Messages that violate RFC 5322 compliance are refused
      hash ?buster|fingerprint
        e.g. 554 5.7.1 Message fingerprint known
      (refus|reject)\w* (the |this |your |mail |message )*content|message filter+e?d\b
        e.g. 550 rejecting mail content
      (comply|complies|conform|conforms) (to|with)\b|must be rfc
        e.g. 451 it does not comply with the standard
      eight[ -]?bit|contain\w* .*attachments?\b
        e.g. 554 Eight bit data not allowed
      \b(esets?\w*|kaspersky|f-?secure|drweb|bitdefender)\b
        e.g. 550 Rejected by ESETS_SMTP
    )"},
};

// What says no more than no.
constexpr RuleBlock kRefusalRules[] = {
    {.name = "refusal",
     .outcome = policy_rejected,
     .wordings = R"(
      \bpolic(y|ies)\b
      access (is |was )?(denied|forbidden|restricted|not)
      (denied|rejected|refused|blocked|prohibited|disabled|suspended) by
      administrat
        e.g. 550 Administratively prohibited
      not (allowed|permitted|authori[sz]ed|welcome|wanted|accepted|acceptable|allow)
      (prohibit|forbidden|unauthori[sz]ed|disallowed|restricted)
      permissions? to send
      (no|insufficient|without) permi(t|ssion)
        e.g. 550 5.0.0 Insufficient permission
      spoof|forg(ed|ery)
      blocked sender
        e.g. 550 5.7.1 blocked sender
      sender (address |e-?mail )?(is |was |has been )?(blocked|reject|denied|refused|not)
      whitelist|allow ?-?list
        e.g. 550 You are on no whitelist of ours
      ^ ?\W*(is |was |\S* )?(blocked|rejected|denied|refused|banned|forbidden)\W*$
      (connection|message|mail|delivery|recipient|request) (\S+ ){0,3}(rejected|denied|refused|blocked)
      (don't|do not|won't|will not|can't|cannot|refuse to) (accept|want|take|receive|deliver)
        e.g. 550 We do not want your mail
      suppress(ed|ion)\b
        e.g. 554 5.7.1 recipient address was suppressed
      ^\W*denied\b
        e.g. 501 Denied domain name
      go away
        e.g. 554 5.7.1 Go away
      \brule imposed|\bbypass(es|ing)?\b
        e.g. 550 Rule imposed mailbox access for user@example.com
      (region|location|network) (is )?(blocked|banned|refused)|unsafe for mailing|cannot mail directly|explicitly denied
        e.g. 550 Your region is blocked
      (isn't|is not) wanted|(don't|do not) like|not interested|(blocked|refused) - see|\bdont accept|no access from|get lost
        e.g. 550 we do not like your host
      (does not|doesn't) accept (mail|e-?mail|messages) from|bounce\w* .*(one|single) recipient|multi-recipient
        e.g. 550 this server does not accept mail from that address
    )",
     .codes = "5"},
    {.name = "refusal",
     .outcome = policy_rejected,
     .wordings = R"(
      \bpolic(y|ies)\b
        e.g. 450 4.7.0 rejected by local policy
      access (is |was )?(denied|forbidden)
        e.g. 450 4.7.1 Access denied
      (denied|refused|blocked) by
        e.g. 451 blocked by administrator
      ^\W*(blocked|denied)\b
        e.g. 421 Blocked (xyz). See http://www.example.org/blocked/
      suppress(ed|ion)\b
        e.g. 450 4.7.1 recipient is in suppression list
      administrative(ly)? (prohib|den)
        e.g. 450 administratively denied
      not (allowed|permitted|authori[sz]ed|welcome)
        e.g. 450 4.7.1 that is not allowed
      sender (address |e-?mail )?(is |was )?(blocked|reject|denied|refused)
      whitelist|allow ?-?list
      prohibit|forbidden
        e.g. 450 sending is forbidden
    )",
     .codes = "4"},
    {.name = "come back",
     .outcome = greylisted,
     .wordings = R"(
      (retry|come back|try again|resend|wait|try later)\W+(\w+ ){0,4}(in|after|for) \d+ ?(s|secs?|seconds?|m|mins?|minutes?|h|hours?)\b
        e.g. 450 4.7.0 please try again in 300 seconds
      please (retry|come back) (in|after) \d
        e.g. 451 Please retry after 00:04:59
    )",
     .codes = "4"},
    {.name = "later",
     .outcome = server_overloaded,
     .wordings = R"(
      try (again )?later
    )",
     .codes = "452"},
};

}  // namespace

std::span<const RuleBlock> recipient_rules() { return kRecipientRules; }
std::span<const RuleBlock> refusal_rules() { return kRefusalRules; }

}  // namespace mailsonde::classify
