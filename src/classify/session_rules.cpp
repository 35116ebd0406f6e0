// SPDX-License-Identifier: Apache-2.0
// What the text says of next hops, connections and time-outs. In two parts: what is sure, and what is told only if
// nothing else is.
#include "classify/reply_rules.hpp"

namespace mailsonde::classify {
namespace {

using enum Outcome;

constexpr RuleBlock kHopRules[] = {
    // Greylisting names itself, whatever else a reply says.
    {.name = "greylisting", .outcome = greylisted, .wordings = R"(
      gr[ae]y[ -]?list
    )"},
    {.name = "look-up not finished",
     .outcome = dns_temporary,
     .wordings = R"(
      host lookup did not complete
      dial tcp: lookup
        e.g. 451 4.4.3 dial tcp: lookup mx.example.org on 192.0.2.53:53: i/o timeout
    )",
     .codes = "4"},
    // Whom a sender's name does not lead to, and how the connect to a recipient's host failed, are told before that a
    // next hop failed.
    {.name = "sender, unverified", .outcome = sender_identity, .wordings = R"(
      sender address rejected: (unverified|undeliverable)
        e.g. 450 4.1.7 Sender address rejected: unverified address: connect to mx.example.org: Connection refused
    )"},
    {.name = "HELO", .outcome = sender_identity, .wordings = R"(
      (helo|ehlo) command rejected: .*\b(names?|dynamic|qualified)\b
        e.g. 554 5.7.1 <client.example.net>: Helo command rejected: Generic / dynamic helo is not allowed here
    )"},
    {.name = "read timed out", .outcome = remote_timeout, .wordings = R"(
      ^ ?connection time-?out\W*$
        e.g. 421 Connection timeout
      read tcp \S+ i/o timeout
        e.g. 554 5.4.0 Error reading DATA: read tcp 192.0.2.1:25->192.0.2.9:42424: i/o timeout
    )"},
    {.name = "reset, not a wrong command", .outcome = connection_lost, .wordings = R"(
      protocol error: connection (reset|lost|closed)
        e.g. 554 Remote protocol error: Connection reset by peer during result wait
    )"},
    {.name = "connect to the recipient's host timed out", .outcome = connection_timeout, .wordings = R"(
      (winsock|socket|connect)\W?error\W*(code\W*)?10060|sockettimed ?out
        e.g. 451 4.4.397 Error communicating with target host. -> SocketTimedout: Socket error code 10060
      connect to \S+ (\w+ )?timed out
        e.g. 450 4.1.1 Recipient address rejected: unverified address: connect to mx.example.org: Connection timed out
    )"},
    {.name = "connect to the recipient's host refused", .outcome = connection_refused, .wordings = R"(
      (winsock|socket|connect)\W?error\W*(code\W*)?(10061|10051|10065)|socketconnectionrefused
        e.g. 451 4.4.397 Error communicating with target host. -> SocketConnectionRefused: Socket error code 10061
      connect to \S+ (connection refused|no route to host|(network|host) (is )?(unreachable|down))
        e.g. 450 4.4.1 connect to mx.example.com[192.0.2.1]:25: No route to host
    )"},
    {.name = "connect to the recipient's host refused", .outcome = connection_refused, .wordings = R"(
      target ip address responded with\W+\d+\W+([\d.]+ )?unable to connect
        e.g. 451 4.4.0 Primary target IP address responded with: "421 4.2.1 Unable to connect."
    )"},
    {.name = "internal", .outcome = server_error, .wordings = R"(
      open timeout on
        e.g. 451 4.4.1 open timeout on /home/user/.forward
      unable to (verify|check) recipients? \(#4\.3
        e.g. 451 unable to check recipients (#4.3.2)
      internal (protocol|proxy|network) error
        e.g. 451 4.3.0 Error: internal protocol error
      server configuration (error|problem)
        e.g. 451 4.3.5 Helo command rejected: Server configuration error
      service not available\W+(unable|cannot|could not|fail|error)
        e.g. 421 Service not available - Unable to chdir
    )"},
    // A loop, or another server's words in the reply.
    {.name = "loop",
     .outcome = next_hop_failure,
     .wordings = R"(
      \bloop(s|ing|back|ed)?\b
      too many (hops|received)
      (hop count|hops) (was |is )?(exceeded|limit)
        e.g. 554 5.4.6 Hop count exceeded
      exceeded \d+ hops
        e.g. 554 5.4.6 Message exceeded 25 hops
    )",
     .retry = Retry::no},
    {.name = "unknown recipient, quoted", .outcome = mailbox_unavailable, .wordings = R"(
      undeliverable address: .* said: 5\d\d
      unverified address: .* said: 5.*(unknown|no such|not exist|not found)
        e.g. 450 4.1.1 Recipient address rejected: unverified address: host mx.example.org said: 550 User unknown
      (remote|destination) server returned (an? )?(unknown|invalid) recipient
    )"},
    {.name = "next hop, quoted", .outcome = next_hop_failure, .wordings = R"(
      unverified address: (host|connect|conversation|lost).* (said|timed|refused|lost)
      unverified address: (recipient )?address lookup
        e.g. 450 4.1.1 Recipient address rejected: unverified address: Address lookup failure
    )"},
    {.name = "next hop", .outcome = next_hop_failure, .wordings = R"(
      back ?-?end (connection|server|unavailable|failure|error|is|not|mail)
      upstream (smtp )?(error|server|fail|host|mail|connection|time)
      no (\w+ )?hosts? (is |are )?reachable
        e.g. 499 No routing hosts are reachable
      (downstream|next[ -]hop|smart ?host|relay host) (server|host|error|fail|is|not|mail|unavailable|refused|rejected)
        e.g. 451 4.4.1 Next hop server unavailable
      onward transmission
      (smart ?host|inner (server|host)|internal (mail ?)?(server|host)|mail ?store) (\w+ ){0,2}(answer|respond|fail|refus|reject|said|down|timed)
        e.g. 451 4.4.0 Smarthost answered 421
      address probe
        e.g. 450 4.4.2 Could not complete address probe: remote server closed connection
      target host responded
        e.g. 451 4.4.395 Target host responded with error. -> 421 4.3.2 Service not available
      no answer from \S+\.\S
        e.g. 451 4.4.4 no answer from example.com MX
      relay (is )?(unavailable|down|not available)
        e.g. 421 4.3.0 relay unavailable
      recipient'?s? (mail )?server\W+(is |was |has |currently |temporar\w+ )*(not|un|down|did|does|could|refus|busy|offline|timed|fail)
        e.g. 450 4.4.1 The recipient's server was temporarily unavailable to accept your message
      primary target ip address responded
        e.g. 451 4.4.0 Primary target IP address responded with: "451 5.7.3 no"
      (remote|destination) server (is )?(not|did not|does not) (answer|respond)
        e.g. 451 4.4.0 Remote server not answering
      \b(clamd|spamd|amavisd?|rspamd|opendkim) connect
        e.g. 451 4.4.0 clamd connect error
      (problems?|errors?) with (the )?(remote|destination)
        e.g. 554 permanent problems with the remote server
      \b(imap|lmtp|mailbox|storage|delivery|mail ?store) server (is )?(unavailable|not|down|un)
        e.g. 451 4.4.1 IMAP server unavailable
      \bproxy (failed|error|unavailable|timed|could|connect)
        e.g. 451 4.4.0 Proxy failed
      invalid greeting
        e.g. 550 Invalid greeting from server:
      mta failure
        e.g. 451 4.5.0 Temporary MTA failure on relaying
      (time ?-?out|timed out|failed) (\w+ ){0,3}(verify|verification|callout|call-out)
        e.g. 451 Time out trying to verify the recipient
      (no|none of the) (mail ?)?servers? .*(reached|respond|answer|available)
        e.g. 421 4.4.0 no mail servers for this domain could be reached at this time
      timed out (during|while) .*mta\(
      (unable|failed|could not|cannot) (to )?(contact|reach) (the )?(destination|remote|recipient|final|target|backend|content|next|back-end|delivery|lmtp|home|mailbox|storage)
      (home|storage|back-?end|imap|lmtp|downstream|forwarding) (mail )?(server|host|address)( \S+){0,4} (is |was )?(down|un\w+able|offline|failed)\b
        e.g. 451 Home server of the mailbox is down
      call-?back (\w+ ){0,3}(of|for|to) (the )?(recipient|mailhost|destination)
        e.g. 451 Callback verification to mailhost of recipient failed
      queue\.expired
      mailing list expansion
      could not complete recipient verif
        e.g. 451 Could not complete recipient verify callout
      recipient (address )?(verif\w*|callout)( callout)? (deferred|timed out|temporarily|incomplete|not complete)
        e.g. 450 4.1.1 Recipient verification temporarily deferred
      (could not|unable to|cannot|can't) (verify|check) (the )?recipient
        e.g. 450 4.1.1 Unable to verify recipient at the moment
      (content|spam|virus|milter|policy|mail) ?(filter|scanner|checker|service|daemon|server) (at \S+ )?(is )?(not reachable|unreachable|timed out|connection (failed|refused|lost))
        e.g. 451 4.7.1 Content filter connection refused
      \b(clam\w*|avast\w*|fpscand?|savdid?|spamd|ctasd|sophie|amavis\w*|spamassassin|opendkim) (\w+ )?(connect|open|read|write) (error|fail)
        e.g. 451 4.4.0 spamd session write error after 10 bytes
      in the queue (for )?too long|after (multiple|several|many|\d+) (retries|attempts)
        e.g. 451 this message has been in the queue too long
    )"},
};

constexpr RuleBlock kConnectionRules[] = {
    {.name = "connect timed out", .outcome = connection_timeout, .wordings = R"(
      connection timed ?-?out
      time-?out (while )?connecting
        e.g. 451 4.4.1 Timeout connecting to mail.example.com
      timed ?-?out .*connect
        e.g. 450 4.4.1 timed out while trying to connect
      connect(ing|ion)? (attempt )?(to \S+ )?(has )?(timed|time) ?-?out
        e.g. 450 4.4.1 connect attempt timed out
      failed to connect
        e.g. 441 4.4.1 Failed to connect
      establish (a |the )?connection
        e.g. 550 4.4.7 unable to deliver.<421 4.4.1 Failed to establish connection>
      (cannot|unable to) connect to remote
      no (route to host|answer from host|response from host)
        e.g. 450 4.4.1 No answer from host
    )"},
    {.name = "connect to the next hop",
     .outcome = next_hop_failure,
     .wordings = R"(
      (can't|cannot|could not|unable to) connect to
        e.g. 451 Can't connect to example.org
    )",
     .stages = in(Stage::rcpt, Stage::data, Stage::eod)},
    {.name = "time-out", .outcome = remote_timeout, .wordings = R"(
      time ?-?out
      timed out
        e.g. 421 4.4.2 timed out
      connection (length|time|duration)
        e.g. 421 Connection length exceeded: closing transmission channel
      no (data|command|input|reply|answer|activity) (\w+ ){0,2}(for|within|in|since) \d
        e.g. 451 4.4.2 No data received for 300 seconds
      no (\S+ ){0,3}response
        e.g. 451 4.4.2 no MAIL FROM response
      (idle|inactiv\w+|waited|waiting|silent|open|connected) (for )?(too long|limit|exceeded)
        e.g. 421 4.4.2 idle too long
      inactivity
        e.g. 421 4.4.2 closing connection due to inactivity
      (did not|didn't) respond\b
        e.g. 451 server did not respond
    )"},
    {.name = "connection lost", .outcome = connection_lost, .wordings = R"(
      connection error|end of file
        e.g. 421 4.4.0 Connection error, sorry
      (tcp|socket|network) (\w+ )?(error|failure)
        e.g. 420 TCP Write Error
      (read|write|send|receive|recv)(ing)? (\w+ )?(from|to) (the )?(client|peer|network|socket)
        e.g. 421 Read data from client error
      connection (was |has been )?(unexpectedly )?(lost|reset|closed|dropped|aborted|interrupted|broken|terminated)
      lost (input|incoming|connection|output)
      bad connection
      (client|peer|remote|host|server) (has )?(disconnected|hung up|closed|dropped|reset)
      (unexpected|premature)( \w+)? (eof|end of|close|disconnect)
        e.g. 421 4.4.2 unexpected EOF from client
      broken pipe
        e.g. 421 4.4.2 broken pipe
      (read|write|i/o|network|socket) (error|failure) (from|to|on|\d)
      message ended early
    )"},
    {.name = "connect refused",
     .outcome = connection_refused,
     .wordings = R"(
      connection refused
        e.g. 450 4.4.1 Connection refused
      unable to connect\W*$
      (network|host) (is )?(unreachable|not reachable)
        e.g. 421 4.4.1 Network is unreachable
      (actively|immediately) refused
        e.g. 451 4.4.1 mx.example.com actively refused it
      connect\w* .*(refused|unreachable)
        e.g. 450 4.4.1 connecting failed: all hosts unreachable
    )",
     .stages = kGreeting},
    {.name = "expired", .outcome = next_hop_failure, .wordings = R"(
      (message|queue|retry time|delivery)( \w+){0,3} expired
        e.g. 550 5.4.7 Message expired
      expired (in|after|from) .*queue
        e.g. 550 5.4.7 It expired after 2 days in the queue
      retry time not reached
        e.g. 451 retry time not reached for any host
      numerous attempts|giving up on|delivery attempts will continue
        e.g. 451 giving up on it
      (within|in) the allowed queue|not be delivered (for more than|within|in time)|(can't|cannot) be delivered in time
        e.g. 554 Message cannot be delivered in time
      failing for (a long time|\d+ (hours|days))
        e.g. 451 hosts have been failing for a long time
    )"},
    {.name = "service",
     .outcome = server_unavailable,
     .wordings = R"(
      services? (is |are )?(currently |temporarily |momentarily )?(refused?|not (available|active|ready|running|started)|unavailable|down|offline|disabled|suspended|stopped|closed)
      (server|system|host|site|smtp|mail ?server|daemon|we|it) (is |are )?(currently |temporar\w+ |momentarily )?(unavailable|not available|down|offline|not ready|not accepting|out of order|stopped)
      shut(ting)?[ -]?down
      \bmaintenance
        e.g. 421 4.3.2 scheduled maintenance
      \bmigrat
        e.g. 450 suspended due to migration
      (temporar\w+ )?interrupted, (please )?(try|retry)
        e.g. 421 Message delivery was temporarily interrupted, please try again later.
      sigterm
      (going|coming|taken|is|went) (down|offline)
        e.g. 421 4.3.2 going down now
      out of service
        e.g. 421 We are out of service
      reconfigur
        e.g. 421 Reconfiguration in progress
      (starting|restart|reboot|booting|upgrad)\w*
        e.g. 421 4.3.2 Server is restarting
      not (currently |presently )?accepting (mail|messages|connections|network)
        e.g. 421 4.3.2 not accepting network messages
      be back (soon|later|shortly|in)
        e.g. 421 We will be back soon
      (switched|turned|powered) off
        e.g. 421 Sorry, SMTP is switched off at the moment
      (service|server|system|daemon|smtpd?) (is |now )*(stopping|closing down|closed for|terminating|exiting)
        e.g. 421 4.3.2 Service stopping
      (is |are )being (moved|migrated|transferred|relocated|replaced)
        e.g. 451 4.2.1 Mailbox is being moved to another server, try later
      stand-?by\b
        e.g. 421 Server in standby mode
      not (yet |currently |now )*(ready|operational|in service|in operation)
        e.g. 421 4.3.2 Mail system is not yet ready to accept connections
      not (yet )?(initiali[sz]ed|started)
        e.g. 421 Process not yet initialized
      ^\W*(currently|temporarily|momentarily) (not available|unavailable)
        e.g. 400 4.0.0 Currently not available. Try again later.
    )",
     .codes = "4"},
    {.name = "service",
     .outcome = server_unavailable,
     .wordings = R"(
      service (is )?(refused|currently unavailable|temporarily unavailable|not available)
      (not|n't|no longer) (take|accept|receive|handle) (any )?(e-?)?mails? (any ?more|any longer|at all|now)
        e.g. 554 5.3.2 This system does not take mail any more
      no smtp service
        e.g. 554 mx.example.com No SMTP service here
      not accepting (network |any )?(messages|connections|mail)
        e.g. 554 mx.example.org ESMTP not accepting messages
      shut(ting)?[ -]?down
        e.g. 554 5.3.2 Shutting down
      \bmaintenance
        e.g. 554 System is under maintenance
    )",
     .codes = "5"},
};

}  // namespace

std::span<const RuleBlock> hop_rules() { return kHopRules; }
std::span<const RuleBlock> connection_rules() { return kConnectionRules; }

}  // namespace mailsonde::classify
