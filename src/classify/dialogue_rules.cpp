// SPDX-License-Identifier: Apache-2.0
// What the text says of the dialogue itself: commands, their order and their syntax, and too many errors in them.
#include "classify/reply_rules.hpp"

namespace mailsonde::classify {
namespace {

using enum Outcome;

constexpr RuleBlock kDialogueRules[] = {
    {.name = "errors of one client", .outcome = reputation, .wordings = R"(
      too many errors (\w+ )?from (your|this) (ip|host|address|server)
    )"},
    {.name = "login failures, too many", .outcome = auth_failed, .wordings = R"(
      (too many|excessive|multiple|repeated) (failed )?(auth\w*|log-?ins?|password)( \w+)? (errors?|fail\w*)
      (too many|excessive|multiple|repeated) failed (auth\w*|log-?ins?|password)
        e.g. 421 4.7.0 Too many failed login attempts
      auth error limit
      (issue|use|send) an? auth
        e.g. 530 5.5.1 Invalid command: Must issue an AUTH command first
    )"},
    {.name = "address that is none",
     .outcome = protocol_error,
     .wordings = R"(
      invalid|malformed|bad|illegal
    )",
     .enhanced = "x.1.3"},
    {.name = "too many new TLS sessions", .outcome = rate_limited, .wordings = R"(
      too many (new )?(tls|ssl) (sessions|handshakes|connections)
      too many auth commands
        e.g. 450 4.7.1 Error: too many AUTH commands from 192.0.2.9
      too many log-?in attempts
        e.g. 454 4.7.0 Too many login attempts
    )"},
    {.name = "dialogue", .outcome = protocol_error, .wordings = R"(
      \bsyntax\b
      smtputf8|internationali[sz]ed
        e.g. 553 5.6.7 Must declare SMTPUTF8 to send unicode address
      \bvalid rfc
        e.g. 553 5.1.3 The recipient address <user@@example.com> is not a valid RFC 5321 address.
      too (much|many) fail\w* in
        e.g. 421 Too much failure in SMTP session
      \bnul\b.*command|null (byte|character)
        e.g. 501 NUL characters are not allowed in SMTP commands
      command (line )?(is )?too long
        e.g. 521 Command line too long
      pre-?greet|wait for my
        e.g. 550 5.7.1 [192.0.2.125] sent pre-greeting traffic
      (esmtp|smtp) (extension|protocol)
        e.g. 550 Unsupported ESMTP extension: A=B
      \b(noop|rset|vrfy|expn)\b
        e.g. 421 4.7.0 NOOP sent too many times
      \bpipelin
      (bad|wrong|invalid|improper) (command )?(sequence|order)
      out of (sequence|order)
      sequence of commands
        e.g. 503 Improperly ordered sequence of commands
      protocol (error|violation|deviation|synchroni[sz]ation|mismatch)
      synchroni[sz]ation error
        e.g. 554 SMTP synchronization error
      (smtp|rfc)\W?(\d+ )?(protocol )?violation
        e.g. 554 5.5.0 RFC 5321 violation
      (un)?recogni[sz]ed command
      commands? (is |was )?(not |un)?recogni[sz]ed
      (unknown|invalid|bad|illegal|unsupported|unexpected|undefined|disallowed) (smtp )?command
      command (is )?(not |un|dis)(implemented|supported|known|allowed|permitted|valid|disabled|understood)
        e.g. 502 5.5.1 Command not supported
      not implemented
        e.g. 502 HELP not implemented
      ^ ?unimplemented
      (parameter|argument|option)s? (is |are )?(not |un)(implemented|supported|recogni[sz]ed|valid|allowed|expected)
        e.g. 504 5.5.4 Parameter not supported
      (unsupported|invalid|bad|illegal|missing) (parameter|argument|option)
        e.g. 501 5.5.4 Invalid arguments
      need (mail|rcpt)\b
      (say|send|issue|expect\w*|use) (hello|helo|ehlo)\b
      (issue|expect\w*) (mail|rcpt)\b
        e.g. 503 5.5.1 expecting RCPT
      (helo|ehlo|mail|rcpt)(/\w+| command| from| to)? (first|expected|before|required)
      (no|without|missing) (rcpt|helo|ehlo)\b
        e.g. 503 5.5.1 DATA without RCPT
      too many (\w+ )?(errors|commands|bad commands|nonsense|junk)
      (errors?|commands?|syntax errors) (limit|threshold)? ?(exceeded|reached)
        e.g. 421 4.7.0 Error limit exceeded
      talk (too soon|early|too early|before)
      (too early|early talk|premature)
        e.g. 554 5.5.0 you spoke too early
      before (the )?(greeting|banner|my|server)
        e.g. 554 5.5.1 data sent before my banner
      error: no valid recipients
      (mail|rcpt|data|ehlo|helo|auth|starttls)( command| from| to)? (is )?not (allowed|permitted|expected|valid) (now|here|yet|at this)
        e.g. 503 RCPT not allowed now
      must precede data
      after bdat
      (address|recipient|sender|mailbox|path) (parse|parsing|format)\b
        e.g. 501 5.1.3 address parsing failed
      break rules
      (already|nested) (active|started|specified|greeted|helo|ehlo|mail|a transaction|authenticated|identified|given|secured|negotiated|processing|in tls)
        e.g. 503 5.5.1 sender already specified
      (http|web|proxy|get|post) (request|command|not allowed|is not)
      (inside|during|in) (an? |the )?(mail )?transaction
        e.g. 503 5.5.0 AUTH not permitted during a mail transaction
      (not|n't) be repeated|repeated (mail|rcpt|data|starttls|auth)
        e.g. 454 5.5.1 STARTTLS may not be repeated.
      (cannot|can't|could not|unable to) (decode|accommodate) (\w+ )?(param\w*|arguments?|base64)
        e.g. 501 Cannot decode parameter - too long
      excessive (amounts? of )?data
        e.g. 421 Excessive amounts of data sent to server.
      \bturn (is )?(dis|not )allowed
        e.g. 502 TURN disallowed
      illegal characters? in (the )?(user|local|domain|address)
        e.g. 554 Transaction failed: Address contains illegal characters in user name: 'x'
      recipient address rejected: need fully-qualified
        e.g. 504 5.5.2 <user>: Recipient address rejected: need fully-qualified address
      response (was |is )?not rfc
        e.g. 421 4.4.0 Remote server response was not RFC conformant
      prescan:|(address|path|local part) (is )?too long|^ ?illegal character
        e.g. 553 5.1.0 prescan: too many tokens
      invalid (rcpt|mail) (to|from) address
        e.g. 501 Invalid RCPT TO address provided
      command used when not advertised
        e.g. 503 AUTH command used when not advertised
      any other (auth|mail|rcpt|data) command
        e.g. 503 Refusing any other AUTH command
      (sender|recipient) not yet given|no (sender|recipient) (yet )?(given|specified)
        e.g. 503 sender not yet given
      multiple (mail|rcpt|data) commands
        e.g. 503 5.5.1 Multiple MAIL commands not allowed
      command line length
        e.g. 500 5.5.2 maximum command line length exceeded
      \b(orcpt|envid|deliverby|etrn|atrn|xclient|xforward|mt-priority|futurerelease)\b
        e.g. 504 5.7.0 ORCPT not supported here
      malformed (\w+ )?(address|auth|domain|path|recipient|command|parameter)
        e.g. 501 malformed address: < may not follow
      (sender|recipient|return path|address) (address )?must (contain|be qualified|be fully)
        e.g. 501 sender address must contain a domain
      (character|token) in (\w+ )?(mailbox|address|local|domain|command)
        e.g. 501 5.1.3 8-bit character in mailbox address
      transaction in progress
        e.g. 503 5.5.1 Error: MAIL transaction in progress
      expected after|missing or malformed
        e.g. 501 <sender at example.org>: "@" or "." expected after "sender"
      illegal in|improper (recipient|sender|address)
        e.g. 553 Colon illegal in host name part
      (parameter|hold time|release time|value) exceeds
        e.g. 501 5.5.4 BY parameter exceeds maximum of 10 seconds.
    )"},
    {.name = "command line",
     .outcome = protocol_error,
     .wordings = R"(
      line (is |was )?too long
        e.g. 500 Line too long
    )",
     .codes = "500"},
    {.name = "no recipient before DATA",
     .outcome = protocol_error,
     .wordings = R"(
      no valid recipients
        e.g. 503 5.5.0 No valid recipients
    )",
     .codes = "503"},
};

}  // namespace

std::span<const RuleBlock> dialogue_rules() { return kDialogueRules; }

}  // namespace mailsonde::classify
