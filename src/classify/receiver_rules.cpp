// SPDX-License-Identifier: Apache-2.0
// What the text says of the receiving side: the mailbox, the server and its resources, how much it takes, names that do
// not resolve, the message, and rules without a reason.
#include "classify/reply_rules.hpp"

namespace mailsonde::classify {
namespace {

using enum Outcome;

// Where no content has been seen yet: who speaks of spam there, speaks of the sender.
constexpr StageSet kBeforeMessage = in(Stage::connect, Stage::banner, Stage::ehlo, Stage::ehlo_tls);

constexpr RuleBlock kReceiverRules[] = {
    {.name = "violation", .outcome = policy_rejected, .wordings = R"(
      polic(y|ies) violat
      violat\w+ (of )?(\w+ ){0,3}polic(y|ies)
        e.g. 550 5.7.1 Message violates site policy
    )"},

    // The recipient's quota, before the server's own disk.
    {.name = "mailbox full", .outcome = mailbox_full, .wordings = R"(
      over ?-?quota
      over (the |its |his |their |disk |mailbox |storage |allowed )+(quota|limit|size)
        e.g. 552 5.2.2 user is over the quota
      (mailbox|inbox|account|user|recipient|maildir|mailfolder|mail folder|storage|folder)\S* (\S+ )?(is |are |storage |has |currently |temporarily )*(full|over|out of (storage|space|quota|disk))
      full (mail ?box|inbox|folder|maildir)
        e.g. 552 5.2.2 Full mailbox
      (user|mailbox|mail|disk|disc|storage|inbox|maildir|account|recipient|diskspace|userdisk|domaindisk)'?s? ?(disk |disc |storage |space |mail |usage )?(quota|limit|space|allocation)s? ?(usage )?(is |has |been |was )*(exc?ee?d\w*|full|reached|violat|used|over)
      (exc?ee?d\w*|reached|used up|beyond) (\w+ ){0,3}(mailbox|disk|disc|storage|mail|inbox|maildir|space)( \w+)? ?(quota|limit|space|size|allocation|capacity)
        e.g. 552 5.2.2 The recipient has exceeded its mailbox quota
      ^[<>@ .:]*(recipient address rejected: )?(quota exc?ee?ded|exceeded quota)
      mailbox (size )?(limit|quota|full|exceed|capacity)
        e.g. 552 5.2.2 mailbox capacity
      too many messages (on the server|in (the )?(mailbox|inbox))
      (out of|no|not enough|insufficient|lacks?) (storage space|(mailbox|storage|disk|free)? ?(space|storage) (in|for|on) (the |this |that )?(user|mailbox|recipient|account|inbox))
        e.g. 452 4.2.2 not enough storage space in the mailbox
      too much mail data
      quota violat
        e.g. 552 5.1.1 recipient rejected - extended quota violation
      insufficient mailbox
        e.g. 452 4.2.2 insufficient mailbox space
      (user|recipient|account) (\S+ )?(has )?(exceeded|reached|used) (\w+ ){0,2}(quota|storage)
        e.g. 552 5.2.2 User has exceeded quota
      (bo\S*te|casella|buzon|postfach|skrzynka|caixa)\W.* (pleine|piena|lleno|voll|pelna|cheia)
        e.g. 552 Boite du destinataire pleine
    )"},

    // A name that the server looked up, before its own tables.
    {.name = "look-up",
     .outcome = dns_temporary,
     .wordings = R"(
      (host|mx|dns|domain|host ?name) (record )?(lookup|look-up|resolution)\b
        e.g. 450 4.4.3 MX lookup failed
    )",
     .codes = "4"},

    // The server itself, and how much it takes. "Busy, too many connections" is about us.
    {.name = "too many", .outcome = rate_limited, .wordings = R"(
      too? many (\S+ )*(connect\w*|sessions?|clients?|requests?|hosts?|transactions?|logins?|attempts?|simultaneous|concurrent|parallel)
      too? many (\S+ )*(messages?|mails?|e-?mails?|recipients?|rcpts?|rcpt to|deliver\w+|envelopes?|sent|users|addresses)
    )"},
    {.name = "resources", .outcome = server_overloaded, .wordings = R"(
      (insufficient|out of|no|not enough|low on|lack of|low|running out of|exhausted) (\w+ )?(system |disk |free |server |mail |queue |swap )*(resources?|storage|space|memory|inodes|file descriptors|processes|threads|slots|disk)
      (system |disk |free |server )*(resources?|memory|storage|disk space) (is |are |has been )?(exhausted|low|unavailable|depleted|shortage)
        e.g. 452 4.3.1 system resources exhausted
      too many (\w+ )?(processes|threads|children|open files|forks|local)
        e.g. 421 4.3.2 too many processes
      (unable|failed) to fork
        e.g. 421 unable to fork (#4.3.0)
      space shortage
      (disk|disc|file ?system|partition|spool|mail system|device|queue|server storage)[ _](is )?(full|too full)
      spazio esaurito
      congest
      (too much|too high|high|excessive|heavy|peak) (\w+ )?(load|traffic on|demand)
      load (average )?(is )?(too |very )?(high|heavy|exceed)
        e.g. 421 4.3.2 load average too high
      overload
        e.g. 421 4.3.2 server is overloaded
      (ports?|processes|slots|servers?|daemons?|backends?|agents?|threads|workers|lines|children|resources) (are |is )?(all )?(too |currently |temporarily )?(busy|in use|exhausted|occupied)
      (server|system\S*|agent|backends?|host|site|mail ?server|smtp) (is )?(too |very |currently |temporarily )*(busy|overwhelmed)
      too busy
      all \w+ (\w+ )?(are )?busy
        e.g. 421 4.3.2 all of them are busy
      (queue|backlog|mail ?queue) (is |has )?(too |grown )*(full|long|large|big)
        e.g. 452 4.3.1 Mail queue is too long
    )"},
    {.name = "configuration", .outcome = server_error, .wordings = R"(
      (server|system|local|mail|dns|domain|routing)\W(\w+ )?config\w* (error|problem|fail)
      misconfigur
        e.g. 451 4.3.5 the server is misconfigured
      configuration (error|problem|fail)
        e.g. 451 4.3.5 Configuration error
      internal (\w+ )?(error|failure|fault|problem|exception)
      (local|system|operating system|software|server|database|db|ldap|sql|mysql|directory|storage|filesystem|disk|queue|backend|hardware|processing|application|unexpected|fatal|critical|runtime|programming) (\w+ )?(error|problem|failure|exception|fault)s?\b
      technical (difficult|problem|error|issue|reason|fault)
      queue (file|write)
      (lookup|look-up|map|table|alias\w*|database|ldap|mysql|directory) (expansion )?(failure|error|failed|problem|lookup)
      map_lookup
      i/o error [^\d]
        e.g. 451 I/O error reading message
      i/o error$
      (cannot|can't|unable to|can not|could not|couldn't|failed to|failure to) (stat|write|open|read|connect to (queue|database|ldap|db)|scan|process|start|figure|create|load|lock|allocate|save|store|queue|spool|rename|execute|exec|run|initiali[sz]e|obtain|look ?up|retrieve|fetch|get|determine|access|parse|decode|set|bind)
      (temp|temporary|queue|work|lock|data) file
        e.g. 451 4.3.0 temp file problem
      \bspool
      service (failure|error)
        e.g. 451 Temporary service failure
      (could|can) ?not be (saved|stored|written|queued|processed|opened)
        e.g. 554 Your message was received but it could not be saved.
      database (\w+ )?(return|fail|is|problem)
        e.g. 451 4.3.0 Our database is unavailable
      error (in |while |when |on |during )?(processing|writing|reading|opening|creating|handling|storing|saving|accessing|delivering|queuing)
        e.g. 451 4.3.0 error while handling your message
      \blicen[cs]e
      expansion (error|fail)
        e.g. 451 4.3.0 expansion failed
      died with
      (signal|exit (status|code)|core dump|segfault|panic|assertion)
        e.g. 451 4.3.0 delivery agent: exit status 75
      replica
      temporary error deliver
      qqt? failure
      qq (\w+ )+(error|problem|fail|crash)
        e.g. 451 qq temporary problem (#4.3.0)
      (failure|error|problem) (submitting|delivering|sending|queueing|in delivery)
      (filter|milter|scanner|plugin|policy (service|server|daemon)) (\S+ ){0,3}(fail|error|crash|unavailable|not available|down)
        e.g. 451 4.7.1 milter unavailable
      (virus|spam|content|malware) (scan\w*|check\w*|filter) (\w+ ){0,2}(fail|error|unavailable|not)
        e.g. 451 4.7.1 Virus check error
      multiple destination domains
      unable to (accept|process|handle|deliver) (message|mail|request|your|the|an)
      server temporarily rejected message
      unable to verify address
      permission denied\b.*(file|director|/)
        e.g. 451 4.3.0 Permission denied opening file
      no such file
        e.g. 451 4.3.0 mail.local: no such file
      bug\b
        e.g. 451 4.3.0 software bug, please report
    )"},

    // How much it takes. The size of a message is not a rate.
    {.name = "message size", .outcome = content_rejected, .wordings = R"(
      (message|mail|attachment|data|file|body|header)\S* (is |size |line |length |file )*(exc?ee?d\w*|over|larger|bigger|greater|above|longer) .*(size|limit|maximum|databytes|length|value|allowed|bytes|kb|mb)
      (message|mail|attachment|file|data|body|header|line|it|size)s? (size |is |are |was |file )*(too (big|large|long|huge))
      size ?= ?message
        e.g. 552 5.3.4 SIZE=Message over
      size limit=
      (maximum|max|limit of|permitted|allowed|inbound) (message |mail |attachment )size
        e.g. 552 the maximum message size is 10 MB
      message (size|length|file) (too|exceed|limit)
        e.g. 552 5.3.4 Message size limit
      (max(imum)?|fixed|administrative) (message )?(size|length)
        e.g. 552 5.3.4 fixed length
      too (big|large) (message|mail|attachment|size)
        e.g. 552 too large message
    )"},
    {.name = "session too long", .outcome = remote_timeout, .wordings = R"(
      exceeded allowable connection time
      session (lifetime|length|duration)
        e.g. 421 4.4.2 Session lifetime exceeded, closing connection
      (session|connection) (\w+ )?(open|lasted|active) (for )?too long
      connection expired
      session (timed|time) ?-?(out|limit)
        e.g. 421 4.4.2 session timed out
    )"},
    {.name = "rate", .outcome = rate_limited, .wordings = R"(
      (rate|speed|traffic|frequency|connection|message|sending|submission|delivery|volume|bandwidth|hourly|daily|monthly|receiving|sender|outbound|recipient)\W*(rate |count |number )?(limit|control|quota|cap|throttl)
      limit\w* (the )?(rate|number|amount|volume|frequency)
        e.g. 421 4.7.0 we limit the number of messages from your server
      throttl
      unusual rate
      (rate|frequency|volume|speed) (\S+ ){0,5}(is |was |are )?(too|very) (high|fast|big|large|frequent)
      too (much (e-?mail|mail|traffic)|quickly|fast|rapidly|frequent\w*|often|many at once)
      slow(er)?( down| it down)?\b
      (sending|connecting|delivering|receiving) (\w+ )?(too|so) (much|many|fast|quickly|frequent\w*)
        e.g. 421 4.7.0 you are sending too many
      (limit|quota|rate|threshold|maximum|allowance|credits?)s? (for \w+ |of \S+ |on \S+ )?(was |has |have |is |been |has been )*(exc?ee?ded|reached|hit|over|crossed|used up|exhausted)
      (exc?ee?d(ed|s|ing)?|reached|hit|over|above|beyond) .*(limit|quota|rate|threshold|maximum|max|allowance|allowed number|credits?)s?\b
      (max(imum)?|limit of|only|at most|no more than|more than) (number of |of |allowed )?(\d+ )?(concurrent |simultaneous |parallel |outstanding |allowed |open )?(messages?|recipients?|rcpts?|connections?|mails?|e-?mails?|sessions?|transactions?|clients?|per)\b
      (max(imum)?|limit|quota|up to|most) (of )?\d+ (messages?|recipients?|rcpts?|connections?|mails?|e-?mails?|sessions?)
        e.g. 452 4.5.3 limit 100 recipients
      (per|an?|each|every) (session|connection|hour|day|minute|second|transaction|user|ip|24 ?h\w*)\b.*(limit|max|exceed|reached|only|too many)
        e.g. 450 4.7.1 an hour is the interval, 20 the limit
      (limit|max\w*|exceed\w*|reached|only|most) .*(per|an|each|every|within|in one|in the last|over past|last) (session|connection|hour|day|minute|second|transaction|user|ip|\d+)
        e.g. 450 4.7.1 only 20 in one hour
      per (session|connection|hour|day|minute|second|transaction)\b
        e.g. 450 4.7.1 20 mails per hour
      exc?ee?ds? \d+ ?(/|per|in|mess|mail|conn)
        e.g. 550 5.7.1 120 null-sender messages exceed 100/60s
      split transaction
      (separate|another|next|new) (transaction|session|connection)
        e.g. 452 4.5.3 send the remaining recipients in a separate transaction
      (one|single) recipient (at a time|only|per)
        e.g. 452 4.5.3 one recipient at a time please
      (connections?|sessions?|messages?|mails?) (limit|limited|exceeded|restricted)
        e.g. 421 4.7.0 connections limited
      (concurrent|simultaneous|parallel) (\w+ )?(connections?|sessions?|deliver\w+)
        e.g. 421 4.7.0 no parallel connections please
      (warm|ramp)(ing)?[ -]?up
        e.g. 421 4.7.0 warm up your IP
    )"},

    // The recipient.
    {.name = "recipient's own rules", .outcome = policy_rejected, .wordings = R"(
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
      \b(bounces?|backscatter|batv|srs)\b
        e.g. 550 5.7.1 this address does not send mail, there can't be any bounces
    )"},
    {.name = "no such recipient", .outcome = mailbox_unavailable, .wordings = R"(
      no such (\w+ )?(user|recipient|mailbox|mail ?drop|address|account|person|customer|local|alias|name|e-?mail|subscriber|member|login|id)
      no (\w+ )?(mail ?box|account|user|person|subscriber|one) (\S+ )?(here|by|with|at|found|of|under|for|named|called|available)
      (user|recipient|mailbox|account|addressee|address|rcpt|username|email|customer|subscriber|alias|local part|destination|person|konto|mail ?drop|inbox|mail ?boxes|recipients|users)\S*( to)?( email| address| account| name| mailbox)?( \S+)?:? (is |are |has |have |been |was |were |currently |temporar\w+ |permanently |marked |as |has been |an? |no longer )*(unknown|not found|not exist|no exist|dosn't exist|does ?n[o']t exist|do not exist|does not have|doesn't have|nie istnieje|obsolete|invalid|not (a )?(valid|known|registered|active|available|recogni[sz]ed|listed|hosted|local|present|provisioned|enabled|activated|exist\w*|ok|correct|allowed here|deliverable|accepting)|unverifiable|unallocated|unavailable|un?available|unrecogni[sz]ed|undeliverable|inactive|disabled|suspended|closed|expired|frozen|deactivated|locked|discontinued|terminated|cancel\w+|removed|deleted|dormant|archived|nonexist\w*|non-exist\w*|missing|gone|moved|left|retired|on hold|no longer|wrong|incorrect|bad|blocked due to inact|has moved|rejected\.?$)
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
      not (our|a) (customer|subscriber)
      not (an? )?(valid|known|registered|active|deactivated|existing|local|current) (user|recipient|mailbox|address|account|gateway|e-?mail|member|person)
      (does ?n[o']t|do ?n[o']t|did ?n[o']t|no longer|never) (have|had|has) an? (\S+ )?(account|mailbox|address|user)
        e.g. 550 we don't have an example.org account of that name
      not (in|on|listed in|found in|present in|exist in) (my |the |our |this |a |any )?(local |valid )?(recipient|user|address|mailbox|directory|database|alias|customer|domain'?s)
      is no longer (valid|available|active|in use|with|here|at|used|monitored|accepting|a)
      (no longer|not) (on|at|with) (server|this (server|company|address|domain|organi[sz]ation|host|system))
        e.g. 550 5.1.6 She is not with this company
      deactivated due
        e.g. 550 deactivated due to abuse
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
    )"},

    {.name = "moved",
     .outcome = mailbox_unavailable,
     .wordings = R"(
      please (try|use|forward)|forward to|new address
        e.g. 551 Not here; please try <new@example.org>
    )",
     .codes = "551"},

    // Names. What does not resolve at MAIL is the sender's.
    {.name = "no such domain, at MAIL",
     .outcome = sender_identity,
     .wordings = R"(
      (no such|unknown|invalid|bad|non-?existent) (sender )?(domain|host)
      domain (name )?(not found|does not exist|doesn't exist|not exist|unknown|invalid|not resolv)
        e.g. 550 Domain not found
      unrout?eable
        e.g. 550 Unrouteable address
    )",
     .stages = in(Stage::mail)},
    {.name = "no route", .outcome = dns_no_route, .wordings = R"(
      (host|domain)( name)? (or domain name )?(is )?(unknown|not found|invalid|does not exist|doesn't exist|not exist|nonexist\w*|not registered|is not reachable|must exist|not valid|has no)
      (unknown|invalid|no such|non-?existent|nonexistant|unroutable|unrout?eable|bad|illegal|unresolvable) ?(mail |recipient |destination |remote |address )?(host|domain|destination|mx|route)
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
      (domain|host) (\S+ )?(does not|doesn't|never) (accept|receive)s? (mail|e-?mail|any mail)
        e.g. 556 5.1.10 Domain does not accept mail
      couldn't find any host
        e.g. 550 5.1.2 Sorry, I couldn't find any host named example.invalid
    )"},
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
      \bmime\b
        e.g. 552 we don't accept email with this MIME content (#5.3.4)
      header (error|field|is|not|violat|syntax|line)
      headers? (are |is )?(not accepted|missing|invalid|malformed)
        e.g. 550 Header are not accepted
      (message|mail|e-?mail) (was |is |has been |content )*(filtered|quarantined|classified|considered|detected|identified|flagged|marked|scored|looks|appears)
      mail data refused
      bare (lf|cr|line ?feed|newline|carriage)
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
      not (allowed|permitted|authori[sz]ed|welcome|wanted|accepted|acceptable|allow)
      (prohibit|forbidden|unauthori[sz]ed|disallowed|restricted)
      permissions? to send
      not owned by
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
      go away
        e.g. 554 5.7.1 Go away
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

std::span<const RuleBlock> receiver_rules() { return kReceiverRules; }
std::span<const RuleBlock> refusal_rules() { return kRefusalRules; }

}  // namespace mailsonde::classify
