// SPDX-License-Identifier: Apache-2.0
// Causes that the text names and that concern who the client and the envelope say they are: relaying, names, logins.
#include "classify/reply_rules.hpp"

namespace mailsonde::classify {
namespace {

using enum Outcome;

constexpr RuleBlock kIdentityRules[] = {
    {.name = "PTR, for now",
     .outcome = sender_identity,
     .wordings = R"(
      (temporary|temporarily) .*(reverse dns|rdns|ptr)
      (reverse dns|rdns|ptr).* temporar
        e.g. 450 4.7.25 Reverse DNS lookup failed temporarily
    )",
     .codes = "4",
     .retry = Retry::yes},
    {.name = "proxy", .outcome = policy_rejected, .wordings = R"(
      open proxy
        e.g. 421 4.7.0 Rejecting open proxy client.example.net
    )"},
    {.name = "relaying", .outcome = relay_denied, .wordings = R"(
      relay(ing)?( access| attempt| mail)? (is |was |not )?(denied|rejected|refused|permitted|allowed|authori[sz]ed|prohibited|disallowed|forbidden|blocked)
      relay(ing)? .*(prohibited|not permitted|not allowed)
      (not (permitted|configured|allowed|authori[sz]ed)|unable|refuse|will not|won't|do not|don't|does not|doesn't|cannot|can't|may not) (to )?(be )?(an? )?(open )?relay
      (open|insecure mail|third[- ]party|no|as a) relay
      not (the |a |an )?(mail ?)?(host|server|exchanger|mx) (of|for) (that|this|the|your|his) (domain|host|recipient)
        e.g. 551 we are not the mail host of that domain
      (forward|carry|pass|transport|deliver) (\w+ )?(mails?|messages?) for (third|others?|strangers|unknown|external|foreign|anybody|anyone)
        e.g. 554 5.7.1 We do not forward mail for third parties
      rcpthosts
        e.g. 553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)
      (unauthori[sz]ed|illegal|attempted|no) relay
        e.g. 500 Unauthorized relay msg rejected
      \b(relaying|relayed)\b
        e.g. 554 Sending to remote addresses (relaying) is refused
      (den(y|ies)|disabled?|refuses?|rejects?|no) (to )?relay\b
        e.g. 553 host denies relay.
      relay\W*(is |access )*(disabled|closed|off)
        e.g. 550 Relay Disabled
      (specified|destination|recipient|that|this) domain (is )?not (allowed|permitted|accepted|local)
        e.g. 553 Specified domain is not allowed.
      local users? only
      non-?local (e-?mail|address|recipient|domain)
      (required|needed|necessary) (for|to) (\w+ )?relay
        e.g. 550 Authentication is required for relay
      through this server without auth
        e.g. 550 you cannot send through this server without authentication
      not (a|our|one of our|among our) (local |hosted )?(domains|hosts)
        e.g. 550 example.org is not one of our domains
      (is |are )not (a|the|an) (mail exchanger|mx|mail ?server) (for|of)
        e.g. 550 5.7.1 This host is not a mail exchanger for example.org
      \bnot (hosted|handled|served) (here|by (us|this))
        e.g. 550 5.1.2 example.org is not served here
      not ((a|our|one of our) )?(local|hosted) (domain|host)
        e.g. 550 5.7.1 not a local domain
      (domain|host) (is )?not (accepted|on|at|with) (here|by|this)
        e.g. 550 example.org: domain not accepted here
      (don't|do not|does not|doesn't) (handle|accept|host|serve) (mail|e-?mail|messages) (for|to) (that|this|the|your) (domain|host|recipient)
        e.g. 550 we do not accept mail for that domain
      mx (do|does)( not|n't) point to us
        e.g. 550 no such address here (MX do not point to us)
      not our (mx|domain)
        e.g. 553-This target address is not our MX service
      forward\w* to (remote|other|external|foreign) (hosts?|domains?|servers?)
        e.g. 551 Forwarding to remote hosts disabled
      not a gateway
        e.g. 550 5.7.1 This host is not a gateway
      (don't|do not|does not|doesn't) handle mail for
        e.g. 550 we do not handle mail for example.org
    )"},
    {.name = "PTR", .outcome = sender_identity, .wordings = R"(
      reverse[ -](dns|lookup|hostname|name|resolution|map|record|entry)
      \b(r-?dns|ptr|fcrdns)\b
      (ip|host|client) ?name lookup failed
      cannot (find|resolve) your (reverse )?(host|address|name|ip)
        e.g. 450 4.7.1 Client host rejected: cannot find your hostname
      unverif\w+ sending ip
      client host rejected: (cannot|could not|can't) (find|resolve)
        e.g. 450 4.7.1 Client host rejected: could not resolve the name
      no (reverse|host ?name)
        e.g. 550 5.7.1 your server has no hostname
      (without|has no|have no|missing|invalid) (a )?(valid )?(reverse|host ?name|dns (name|entry|record))
        e.g. 550 Your server has no valid DNS entry
      (generic|dynamic)( \w+)? (host ?name|name|ip|rdns|address)
        e.g. 550 5.7.1 mail from dynamic IP addresses is not accepted
      (dynamic|residential|dial-?up|dsl)\b.* (ip|host|range|network|client|pool)
        e.g. 554 5.7.1 Dialup hosts must use their provider's server
      may not be (a )?mail exchanger
        e.g. 450 4.7.1 Client host rejected: may not be mail exchanger
      forward[ -]confirmed
        e.g. 550 5.7.25 IP is not forward-confirmed
      \bip in (the )?(client|host|rdns) ?name
        e.g. 550 5.7.1 reject IP in client name
      (forward )?dns entry does(n't| not) (point|match)|incorrect host ?name
        e.g. 550 the forward dns entry does not point to the sending ip
      ipv6 (sending )?guidelines
        e.g. 550 5.7.1 see the IPv6 sending guidelines
    )"},
    // Before the names: whose login it is, not what the name is.
    {.name = "sender not the login's", .outcome = auth_failed, .wordings = R"(
      sender address rejected: not logged in
        e.g. 553 5.7.1 <sender@example.org>: Sender address rejected: not logged in
    )"},
    {.name = "sender not the login's", .outcome = policy_rejected, .wordings = R"(
      not owned by
      (must|should|have to|not) (be )?(the )?(same|identical|equal|match)( as| to| with)? (the )?(\w+ )?(auth\w*|log-?in|account|user)
        e.g. 501 mail from address must be same as authorization user
      (auth\w*|log-?in)\b.* (differ\w*|mismatch\w*|not match)\b.* (sender|from|domain)
        e.g. 554 Domain used for Authentication is different than the sender's Domain (#5.7.1)
      (sender|from|return[ -]path|domain)\W.*(conform|match|correspond|agree|identical|differ\w*)\b.* (auth\w*|log-?in|user ?name|credentials?|account)
        e.g. 436 "MAIL FROM" doesn't conform with authentication
      from account (doesn't|does not|must) (conform|match)
        e.g. 440 mail from account doesn't conform with what you are
      sending (for|from|by) (this|your|the) account
        e.g. 550 message sending for this account is disabled
    )"},
    {.name = "HELO not wanted", .outcome = policy_rejected, .wordings = R"(
      helo command rejected: access denied
      (helo|ehlo) (\S+ ){0,4}denied
        e.g. 553 sorry, your HELO host name has been denied (#5.7.1)
    )"},
    {.name = "HELO", .outcome = sender_identity, .wordings = R"(
      (bad|invalid|wrong|forged|fake|illegal|unacceptable|malformed|incorrect|missing|your) (helo|ehlo)
      (helo|ehlo) (name|command|hostname|argument|domain|string|must|should|is|does|was|rejected|host|greeting|/ehlo)
      (helo|ehlo)\W+(\S+ ){0,3}(invalid|bad|not|does|must|need|reject|mismatch|forged)
        e.g. 550 HELO mx.example.org does not match
      supplied as helo
        e.g. 501 5.5.2 Invalid address supplied as HELO
      (in|on|of|for) (your |the )?(helo|ehlo)\b
        e.g. 550 5.7.1 no dot in HELO
      own(ed)? host ?name
        e.g. 550 5.7.1 client uses our own hostname
      need fully-qualified (host|domain)
        e.g. 504 5.5.2 need fully-qualified hostname
    )"},
    {.name = "sender's domain", .outcome = sender_identity, .wordings = R"(
      domain (of|in) (the |your )?(sender|envelope|return|from)
      (sender'?s?|envelope[ -]?from|return[ -]path|mail ?from|from:?|originating|sending) (address )?(domain|host)\W* (\S+ ){0,3}(not|no|does|invalid|unknown|cannot|can't|unresolvable|must|is|has|could|non-?exist)
      (verify|validate|check|verification of) (the )?(sender|mail ?from)
      your mail exchanger
        e.g. 501 5.4.0 none of your mail exchangers has a routable address
      (mail exchanger|\bmx\b).*sender
        e.g. 501 5.1.8 Sorry, can't find a mail exchanger for sender address
      sender .{0,40}(mail exchanger|\bmx (record|lookup|host))
        e.g. 451 4.4.3 sender from example.net MX lookup error
      sender (address )?(verif|callout|validation|check)
      sender address rejected: (domain|malformed|undeliverable|user unknown|mail|need|does|not found|unknown|invalid)
      (invalid|bad|unknown|illegal|malformed|unresolvable|unroutable|unqualified|non-?existent) (envelope )?(sender|from|return|mail ?from)\b
      (mail ?from|from:?|return) domain
      unresolvable .*from
        e.g. 451 deferred due to an unresolvable RFC.5321 from
      without a valid sender
        e.g. 550 5.7.1 refused, without a valid sender domain
      dns mx or a/aaaa
      sender (e-?mail )?address rejected\W*$
        e.g. 501 5.1.8 Sender address rejected
      (blank|empty|missing) from\b
        e.g. 550 Blank From: addresses are not allowed.
      verify mx
        e.g. 451 4.4.0 cannot verify mx records
      (envelope sender|return address|mail ?from|sender) .*(not exist|n't exist|not resolve|n't resolve|nonexist|not (be )?found|no (valid )?(mx|dns))
        e.g. 550 5.1.8 The envelope sender example.org does not exist
      reserved domain|unknown tld\b|claims to be (us|me|our)\b
        e.g. 550 5.7.1 sender is from an unknown TLD
      (emetteur|expediteur)\W.*(invalid|inconnu)|sender must verify|bogus (mail ?from|sender)
        e.g. 550 emetteur invalide
      sender .{0,60}\bmx invalid
        e.g. 553 5.1.8 sender at example.com MX invalid
    )"},

    {.name = "address, at MAIL",
     .outcome = sender_identity,
     .wordings = R"(
      (verify|validate|check) (the |your )?address
        e.g. 451 unable to verify address
    )",
     .stages = in(Stage::mail)},

    {.name = "account, at AUTH",
     .outcome = auth_failed,
     .wordings = R"(
      (account|user|mailbox|login|access)\b.*(locked|disabled|suspended|blocked|expired|not)
        e.g. 525 5.7.13 Account locked
    )",
     .stages = in(Stage::auth)},

    // Who logs in. Exchange asks for it on behalf of a recipient that takes mail of its own company only.
    {.name = "recipient wants a login", .outcome = policy_rejected, .wordings = R"(
      resolver\.rst\.(auth|not|res)
      authenticated (for|by) (the )?(group|organi[sz]ation|mailbox|mail user|user|distribution)
        e.g. 550 5.7.133 Sender not authenticated for group
    )"},
    {.name = "login", .outcome = auth_failed, .wordings = R"(
      auth(enti\w*|oriza\w*)?\W+(is |was |has |has been )?(required|requise|needed|failed|failure|invalid|incorrect|error|aborted|rejected|unsuccessful|denied|cancel\w*)
      authenti\w*( is| was| has)? (required|requise|needed|necessary|failed|failure|invalid|incorrect|error|aborted|rejected|unsuccessful|denied|cancel\w*|not (allowed|accepted|possible|complete)|unavailable|not enabled|disabled|mechanism|credentials|exchange)
      (incorrect|invalid|bad|wrong|failed|missing) (auth\w*|user ?names?|log-?in|credentials?|passwords?|passwd|user/pass\w*|sasl)
      (unknown|expired) (log-?in|credentials?|passwords?)
        e.g. 535 5.7.8 expired credentials
      (user|user ?names?|log-?in|account|e-?mail)\W(and|or|&|/) ?passwords?
      (credentials?|passwords?|token) (is |are |was |were |has )?(rejected|invalid|expired|incorrect|wrong|not accepted|not match|mismatch)
        e.g. 535 5.7.8 Your password has expired
      (cannot|could not|can't|unable to|failed to|please|must|need to|have to|required to|did not|didn't|not) (be )?(authenticate\b|authenticated|log ?(in|on)\b)
      (authenticate|log ?(in|on)) (first|before|with|via|to)
        e.g. 530 Authenticate first
      permission to submit
        e.g. 454 5.7.3 Client does not have permission to submit mail to this server
      authentification
        e.g. 550 5.7.0 Authentification SMTP obligatoire
      sasl (login |plain |auth\w* )?(fail|error|reject)
        e.g. 535 5.7.8 SASL PLAIN failed
      (application-specific|app) password
        e.g. 534 5.7.9 Application-specific password required
      (pop|imap)[- ]before[- ]smtp
        e.g. 553 5.7.1 POP-before-SMTP needed
      auth\w* (type|mechanism|method)\b
        e.g. 501 unknown AUTH mechanism
      (start|begin|complete|continue) (\w+ )?authentication|authentication process
        e.g. 454 unable to start authentication process
      auth\w* (service|server|backend|system|daemon|module)s? (is |are )?(\w+ )?(un\w+able|not available|down|busy|fail\w*)
        e.g. 454 4.7.0 auth service unavailable
      authenticated (connections|users|senders) only
        e.g. 550 Authenticated connections only
      (turn on|enable|activate|switch on) (\w+ )?auth
        e.g. 550 Please turn on SMTP Authentication in your mail client.
    )"},
};

}  // namespace

std::span<const RuleBlock> identity_rules() { return kIdentityRules; }

}  // namespace mailsonde::classify
