// SPDX-License-Identifier: Apache-2.0
// What the text says of the receiving server: room for mail, resources, faults, and how much it takes.
#include "classify/reply_rules.hpp"

namespace mailsonde::classify {
namespace {

using enum Outcome;

constexpr RuleBlock kServerRules[] = {
    {.name = "system full", .outcome = server_overloaded, .wordings = R"(
      system storage|system (is )?full
    )"},
    {.name = "quota of sending", .outcome = rate_limited, .wordings = R"(
      (daily|hourly|weekly|monthly|sending|outbound|outgoing|submission) (\w+ )?(quota|limit)
        e.g. 450 4.7.0 Data command rejected: Daily mail quota exceeded
      number of (\S+ )?(messages|mails|recipients|rcpts|connections|sessions)
        e.g. 500 Number of messages exceeded administrative limit.
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
      (out of|no|not enough|insufficient|lacks?) (storage space|(mailbox|storage|disk|free)? ?(space|storage|room)( left| available)? (in|for|on) (the |this |that )?(user|mailbox|recipient|account|inbox))
        e.g. 452 4.2.2 not enough storage space in the mailbox
      too much mail data
      (user|recipient|mailbox|account) (has )?(exhausted|exceeded|used up) .*(storage|space)
        e.g. 550 User has exhausted allowed storage space.
      quota (is )?over|would exc?ee?d .*storage
        e.g. 550 Quota is over for this user
      (account|user|mailbox|recipient)\S* (\S+ )?(does|do|did)( not|n't) have (enough|sufficient|any)( \w+)? (space|storage|room|quota)
        e.g. 552 Account(s) <user@example.com> does not have enough space
      domain (size|quota|disk)\b
        e.g. 452 <user@example.com> Domain size limit exceeded
      maxobjsexceeded
        e.g. 554 4.3.2 mailbox busy; STOREDRV.Deliver.Exception:StoragePermanentException.MapiExceptionMaxObjsExceeded
      quota violat
        e.g. 552 5.1.1 recipient rejected - extended quota violation
      (inbox|mailbox|account|user|recipient) (\S+ )?(cannot|can't|can not|unable to) (take|hold|store|accept) (any )?(more|further|new)
        e.g. 422 Inbox cannot take any more mail
      insufficient mailbox
        e.g. 452 4.2.2 insufficient mailbox space
      (user|recipient|account) (\S+ )?(has )?(exceeded|reached|used) (\w+ ){0,2}(quota|storage)
        e.g. 552 5.2.2 User has exceeded quota
      (bo\S*te|inbox|postfach|mailbox) (\S+ )?(pleine|voll|satur\S+)\b
        e.g. 550 boite pleine
      (bo\S*te|casella|buzon|postfach|skrzynka|caixa)\W.* (pleine|piena|lleno|voll|pelna|cheia)
        e.g. 552 Boite du destinataire pleine
      (disk|diskspace|domaindisk|userdisk) quota|hat zu ?viele? (e-?)?mails
        e.g. 550 Benutzer hat zuviele Mails
      exceeding (\w+ )?quota|rejected: quota exceeded
        e.g. 452 it was automatically rejected: quota exceeded
    )"},
    {.name = "mailbox full, by its code",
     .outcome = mailbox_full,
     .wordings = R"(
      \b(quota|limit|full|space|storage)\b
        e.g. 422 4.2.2 Quota limit exceeded
    )",
     .enhanced = "x.2.2"},

    {.name = "look-up failed for good",
     .outcome = dns_no_route,
     .wordings = R"(
      domain lookup failed
        e.g. 554 5.4.4 Domain Lookup Failed
    )",
     .codes = "5"},
    // A name that the server looked up, before its own tables.
    {.name = "look-up",
     .outcome = dns_temporary,
     .wordings = R"(
      dnssec
        e.g. 450 4.7.324 dnssec-invalid: Destination domain returned invalid DNSSEC records
      name service error|host not found,? try again
        e.g. 450 4.4.3 Host or domain name not found. Name service error for name=example.com type=MX: Host not found, try again
      (temporar\w+ )?(failure|error|problem) (in|of|with) (the )?(host )?name (resolution|server|service)
        e.g. 451 4.4.3 Temporary failure in name resolution
      (check|look up|find|get|query) (the )?(mx|dns|soa) records?
        e.g. 450 4.4.0 Can not check MX records for recipient host example.com
      look ?-?up (the )?(mail exchanger|mx|host|domain)
        e.g. 450 4.4.4 Unable to look up mail exchanger host mx.example.com
      (host|mx|dns|domain|host ?name|soa|aaaa|srv|txt) (record )?(lookup|look-up|resolution)\b
        e.g. 450 4.4.3 MX lookup failed
    )",
     .codes = "4"},

    // The server itself, and how much it takes. "Busy, too many connections" is about us.
    {.name = "too many", .outcome = rate_limited, .wordings = R"(
      too? many (\S+ )*(connect\w*|sessions?|clients?|requests?|hosts?|transactions?|logins?|attempts?|simultaneous|concurrent|parallel)
      too? many (\S+ )*(messages?|mails?|e-?mails?|recipients?|rcpts?|rcpt to|deliver\w+|envelopes?|sent|users|addresses)
    )"},
    {.name = "violation", .outcome = policy_rejected, .wordings = R"(
      (blocked|prevented|restricted|suspended|disabled) from sending
        e.g. 550 5.7.1 Your account is suspended from sending
      polic(y|ies) violat
      reject\w* (due to|for|because of) (\w+ )?polic(y|ies)
        e.g. 550-mailbox unavailable\n550 Reject due to policy restrictions.
      send[ -]?as ?denied
        e.g. 554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied
      violat\w+ (of )?(\w+ ){0,3}polic(y|ies)
        e.g. 550 5.7.1 Message violates site policy
    )"},
    {.name = "filter's fault", .outcome = server_error, .wordings = R"(
      error in processing
    )"},
    {.name = "resources", .outcome = server_overloaded, .wordings = R"(
      (insufficient|out of|no|not enough|low on|lack of|low|running out of|exhausted) (\w+ )?(system |disk |free |server |mail |queue |swap )*(resources?|storage|space|memory|inodes|file descriptors|processes|threads|slots|disk)
      (system |disk |free |server )*(resources?|memory|storage|disk space) (is |are |has been )?(exhausted|exceeded|low|unavailable|depleted|shortage)
        e.g. 452 4.3.1 system resources exhausted
      too many (\w+ )?(processes|threads|children|open files|forks|local)
        e.g. 421 4.3.2 too many processes
      (unable to|failed to|cannot|can't|can not|could not|couldn't) (fork|allocate|reserve)
        e.g. 421 unable to fork (#4.3.0)
      out ?of ?memory
        e.g. 421 Error: System.OutOfMemoryException
      (disk|disc|spool|partition|file ?system) full
        e.g. 452 4.3.1 this is a disk full condition
      (not enough|no|few|low) (free |disk )*(blocks|inodes)
        e.g. 451 4.3.1 Not enough free blocks on queue file system
      pool (is |was )?(exhausted|full|empty|used up)
        e.g. 421 connection pool exhausted
      \bbacklog
        e.g. 421 Mail server backlog, please retry
      (experienc|undergo|suffer)\w* (\S+ ){0,4}(load|traffic|volume|demand)\b
        e.g. 421 Server is experiencing heavy traffic, retry later
      resource (limit|shortage|constraint|problem)
        e.g. 451 4.3.0 Resource limitations, please try later
      malloc
        e.g. 450 malloc() failed.
      no (free|available) (process|slot|child|thread|worker)
        e.g. 421 No free process to handle connection
      space shortage
      (disk|disc|file ?system|partition|spool|mail system|device|queue|server storage)[ _](is )?(full|too full)
        e.g. 452 4.3.1 the disk is full
      spazio esaurito
      congest
      (too much|too high|high|excessive|heavy|peak) (\w+ )?(load|traffic on|demand)
      load (average )?(\S+ )?(is )?(too |very )?(high|heavy|exceed|above|over)
        e.g. 421 4.3.2 load average too high
      overload
        e.g. 421 4.3.2 server is overloaded
      (ports?|processes|slots|servers?|daemons?|backends?|agents?|threads|workers|lines|children|resources) (are |is )?(all )?(too |currently |temporarily )?(busy|in use|exhausted|occupied|taken)
      (server|system\S*|network|agent|backends?|host|site|mail ?server|smtp) (is )?(too |very |currently |temporarily )*(busy|overwhelmed)
      too busy
      all \w+ (\w+ )?(are )?busy
        e.g. 421 4.3.2 all of them are busy
      (queue|backlog|mail ?queue) (is |has )?(too |grown )*(full|long|large|big)
        e.g. 452 4.3.1 Mail queue is too long
    )"},
    {.name = "network", .outcome = connection_lost, .wordings = R"(
      network (\S+ )?(error|failure)
        e.g. 450 4.4.2 Network I/O error
    )"},
    {.name = "connection, not disk", .outcome = connection_lost, .wordings = R"(
      (error|fail\w*) (on|of|in) (the )?(connection|socket)|error reading \w+: eof
        e.g. 421 4.4.1 collect: I/O error on connection from client.example.net
    )"},
    {.name = "policy service",
     .outcome = server_error,
     .wordings = R"(
      (error|fail\w*|problem|broken) (\w+ ){0,3}policy
        e.g. 451 4.7.1 I/O error during policy check
      policy (\w+ ){0,2}(error|fail|unavailable|not available|broken|problem|did not|does not)
        e.g. 451 4.3.0 outbound policy unavailable
    )",
     .codes = "4"},
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
      (lookup|look-up|map|table|alias\w*|database|ldap|mysql|directory|access) (expansion )?(failure|error|failed|problem|lookup)
      map_lookup
      (read|write) error (on|in|while|writing) (\w+ )?(queue|spool|disk|file|mailbox|message)
        e.g. 451 Write error on queue
      i/o error [^\d]
        e.g. 451 I/O error reading message
      i/o error$
      (cannot|can't|unable to|can not|could not|couldn't|failed to|failure to) (stat|write|open|read|connect to (queue|database|ldap|db)|scan|process|start|figure|create|load|lock|allocate|save|store|queue|spool|rename|execute|exec|run|initiali[sz]e|obtain|look ?up|retrieve|fetch|get|determine|access|set|bind)
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
      no data saved
        e.g. 451 Rejected - No data saved.
      qqt? failure
      qq (\w+ )*(error|problem|fail|crash|trouble)
        e.g. 451 qq temporary problem (#4.3.0)
      (failure|error|problem) (submitting|delivering|sending|queueing|in delivery)
      (filter|milter|scanner|plugin|policy (service|server|daemon|engine)) (\S+ ){0,3}(fail|error|crash|unavailable|not available|down)
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
      exception (sending|processing|handling|delivering|during|while|when|in)\b
        e.g. 550 Exception sending email
      \b(procmail|maildrop|mailer) (error|fail)|interrupted system call|system call
        e.g. 451 interrupted system call
    )"},

    // How much it takes. The size of a message is not a rate.
    {.name = "message size", .outcome = content_rejected, .wordings = R"(
      maxsubmissionexceeded|length of (the )?(\w+ )?(data|message|mail|body|header|content)
        e.g. 557 The length of DATA content is achieved the maximum threshold
      number of attachments
        e.g. 552 5.3.4 The number of attachments exceeds the limit
      \bsize (of )?\d+ (\w+ ){0,3}(above|over|beyond|exc?ee?d\w*|larger|bigger)
        e.g. 552 5.3.4 Size of 30000000 is above our limit of 20000000
      (message|mail|attachment|data|file|body|header)\S* (is |size |line |length |file )*(exc?ee?d\w*|over|larger|bigger|greater|above|longer) .*(size|limit|maximum|databytes|length|value|allowed|bytes|kb|mb)
      (message|mail|attachment|file|data|body|header|line|it|size)s? (size |is |are |was |file )*(too (big|large|long|huge))
      (size|length) \(.{1,30}\) exc?ee?d
        e.g. 523 Message length (20971520 bytes) exceeds administrative limit(10485760).
      line (length|limit)
        e.g. 500 Line limit exceeded
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
      exc?ee?ds? .*\battachments\b
        e.g. 552 5.3.4 exceeds the limit of 100 attachments
      ^[\d. ]*size limit\b|taille (limite|maximale)|(message|size value) too (big|small|short)
        e.g. 550 taille limite du message atteinte
      (header|mime)\b.* exc?ee?ds?\b|max\w*\.? e?-?mail size|max\. message size
        e.g. 550 message mime complexity exceeds the policy maximum
    )"},
    {.name = "message size, by its code",
     .outcome = content_rejected,
     .wordings = R"(
      exc?ee?d|limit|\bmax
        e.g. 552 5.3.4 Your message exceeded what we take
    )",
     .enhanced = "x.3.4"},
    {.name = "session too long", .outcome = remote_timeout, .wordings = R"(
      exceeded allowable connection time
      session (lifetime|length|duration)
        e.g. 421 4.4.2 Session lifetime exceeded, closing connection
      (session|connection) (\w+ )?(open|lasted|active) (for )?too long
      \b(idle|inactivity) (\w+ )?(limit|time|period|threshold|maximum)
        e.g. 421 Inactivity limit reached, closing
      connection expired
      (took|taking|takes|lasted|lasts) (\w+ )?(longer|too long)
        e.g. 421 4.4.2 Data transfer took longer than allowed
      \btoo slow(ly)?\b
        e.g. 421 4.4.2 you are too slow
      (timed|time) ?-?out (while )?waiting
        e.g. 421 4.4.2 Timed out waiting for input
      session (timed|time) ?-?(out|limit)
        e.g. 421 4.4.2 session timed out
    )"},
    {.name = "rate", .outcome = rate_limited, .wordings = R"(
      (rate|speed|traffic|frequency|connection|message|sending|submission|delivery|volume|bandwidth|hourly|daily|monthly|receiving|sender|outbound|recipient)\W*(rate |count |number )?(limit|control|quota|cap|throttl)
      limits? (the |on |for |to )*(rate|number|amount|volume|frequency)
        e.g. 421 4.7.0 our limits on volume hold for you too
      throttl
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
      \bcap (is |was |has been )?(reached|exc?ee?ded|hit)
        e.g. 450 4.7.1 daily send cap reached on this node
      ^\W*connection rate\b
        e.g. 421 4.5.1 Connection Rate - See http://helpdesk.example.org/
      split transaction
      (separate|another|next|new) (smtp )?(transaction|session|connection)
        e.g. 452 4.5.3 send the remaining recipients in a separate transaction
      out of (\w+ )?(allow\w*|permitted) (\w+ )?(number|count|limit)s?
        e.g. 451 out of allow RCPT numbers.
      (one|single) recipient (at a time|only|per|allowed)
        e.g. 452 4.5.3 one recipient at a time please
      (connections?|sessions?|messages?|mails?) (limit|limited|exceeded|restricted)
        e.g. 421 4.7.0 connections limited
      (concurrent|simultaneous|parallel) (\w+ )?(connections?|sessions?|deliver\w+)
        e.g. 421 4.7.0 no parallel connections please
      (exhausted|used up|consumed) (\w+ ){0,4}(allowance|credits?|limit|quota)
        e.g. 550 5.7.1 You have exhausted your daily sending allowance
      (only|just|not) (send|deliver|submit) (\w+ )?\d+ [^b]
        e.g. 451 4.7.1 You may only send 50 mails in 60 minutes
      (velocity|frequency|cadence) of
        e.g. 450 4.7.1 the sending velocity of your account
      flow control
        e.g. 450 4.7.1 Flow control is active for your address
      more (\S+ ){0,3}than (\S+ ){0,4}(permit|allow|limit|plan)
        e.g. 450 4.7.1 You have sent more mails than your plan permits today
      already (have|has|had|got) (\S+ ){0,3}(sessions?|connections?)
        e.g. 421 Connection refused, you already have 20 sessions open
      (warm|ramp)(ing)?[ -]?up
        e.g. 421 4.7.0 warm up your IP
      trop de (connexions|messages|destinataires)
        e.g. 421 trop de connexions
    )"},
};

}  // namespace

std::span<const RuleBlock> server_rules() { return kServerRules; }

}  // namespace mailsonde::classify
