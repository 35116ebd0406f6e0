// SPDX-License-Identifier: Apache-2.0
// Causes that the text names and that concern who sends: where the mail comes from, as whom, over what, how much.
#include "classify/reply_rules.hpp"

namespace mailsonde::classify {
namespace {

using enum Outcome;

constexpr RuleBlock kTrustRules[] = {
    // Authentication of the message. Before TLS and login, which use the same words.
    {.name = "header missing or twice",
     .outcome = content_rejected,
     .wordings = R"(
      (duplicate|missing|multiple|invalid|malformed|no) [\w' -]*headers?\b
    )",
     .codes = "5"},
    {.name = "SPF, DKIM or DMARC, for now",
     .outcome = auth_policy,
     .wordings = R"(
      (temporar\w+|transient) .*\b(spf|dkim|dmarc|arc)\b
      \b(spf|dkim|dmarc|arc)\b.* (temporar\w+|transient|temperror|temp error)
      temporary dns fail.* authentication
        e.g. 451 4.7.26 Temporary DNS failures prevent authentication of the message
    )",
     .codes = "4",
     .retry = Retry::yes},
    {.name = "signing", .outcome = server_error, .wordings = R"(
      (dkim|arc|message) signing (error|fail)
        e.g. 451 4.3.0 DKIM signing failed
    )"},
    {.name = "SPF, DKIM or DMARC", .outcome = auth_policy, .wordings = R"(
      domain owner discourages
        e.g. 550 5.7.1 Message rejected due to: domain owner discourages use of this host
      \b(dmarc|spf|dkim)2?\b
      \bopenspf\.(org|net)
        e.g. 550 4.7.23 Rejected, look at http://www.openspf.org/why.html
      sender policy framework
        e.g. 550 Sender Policy Framework check failed
      \barc (validation|seal|chain|signature)
      sender[ -]?id\b
        e.g. 550 5.7.1 Sender ID (PRA) Not Permitted
      domain ?keys?\b
        e.g. 554 5.7.5 DomainKeys verification failed
      purported responsible
      permitted sender
        e.g. 550 192.0.2.1 is no permitted sender
      signature[_ ](is )?(incorrect|invalid|missing)
    )"},
    {.name = "sender not authenticated", .outcome = auth_policy, .wordings = R"(
      unauthenticated (e-?mails?|senders?|messages?)\b
        e.g. 550 5.7.1 Unauthenticated email is not accepted from this domain
      (is|are|was|being) unauthenticated
        e.g. 550 5.7.9 blocked because the sender is unauthenticated
      authentication (information|checks)
      not pass(ed|ing)? (the )?(\w+ )?authentication
        e.g. 550 5.7.26 This mail has not passed email authentication
      authentication (level|requirements)
        e.g. 550 The domain does not meet the authentication requirements
      invalid ip for sending
        e.g. 554 INVALID IP FOR SENDING MAIL OF DOMAIN example.com
      mismatch(es)? (the )?(client|sending|source) ip
      not (allowed|authori[sz]ed|permitted) to send (e-?)?mails? (from|for|on behalf)
      not (permitted|authori[sz]ed|designated|allowed) by (the )?domain
        e.g. 550 5.7.1 192.0.2.1 is not permitted by domain example.org
    )"},

    {.name = "certificate, in the handshake", .outcome = tls_certificate, .wordings = R"(
      certificate verif|cert\w* (has )?(expired|not trusted|untrusted)
        e.g. 400 TLS handshake failed: certificate verify failed
    )"},

    // Encryption. Before login: "authentication requires TLS".
    {.name = "TLS version",
     .outcome = tls_failed,
     .wordings = R"(
      (tls|ssl) ?v?1\.[01]\b.* (not|no longer|deprecated|disabled)
      (tls|ssl) (protocol )?version .*(unsupported|not supported|too (old|low))
        e.g. 421 4.7.66 TLS version not supported
      unsupported (tls|ssl|protocol version)
        e.g. 454 4.7.0 Unsupported TLS version
    )",
     .retry = Retry::no},
    {.name = "TLS required", .outcome = tls_failed, .wordings = R"(
      must (first )?(issue|use|send|enable) (an? )?(starttls|tls|ssl|encrypt|secure)
      (use|issue|send) (a )?starttls (command )?(first|before)
        e.g. 530 5.7.0 Use STARTTLS first
      starttls (command )?(is )?(first|required|needed|mandatory)
      (tls|ssl|encryption|encrypted|secure)[ -]?(connection|channel|session|conversation)?( \w+)? (is |be )?(requi\w*red|mandatory|needed|enforced)
      requires? (the use of )?(an? )?(starttls|tls|ssl|encrypt)
      (not|n't) (sent )?(over|through|via|using) (an? )?(tls|ssl|secure|encrypted)
      (plain ?text|unencrypted|cleartext|insecure) (connection|session|auth|login|password)
        e.g. 530 5.7.4 Unencrypted connections are not accepted
      (to use|must|should) (use )?(tls|ssl|starttls|encrypt)\b
        e.g. 421 4.7.29 we require senders to use TLS
      (minimum|requested) security
        e.g. 500 Unable to set minimum security
    )"},
    {.name = "TLS not available", .outcome = tls_failed, .wordings = R"(
      (start)?tls( i[st])?( currently| temporarily)? (not( currently)? |un)(available|supported|ready)
      n[o']t (support|offer|accept|advertise) (start)?tls
      (tls|starttls) (missing|disabled|failed|failure|error|handshake|negotiation|initiali[sz]ation)
      (handshake|ssl|tls) (has )?fail
        e.g. 454 4.7.0 handshake failed
      (negotiate|start|initiali[sz]e|initiate|establish) (a )?(secure |the )?(tls|ssl)
        e.g. 454 4.7.5 Unable to start TLS session
      without (tls|ssl|starttls|encryption)
        e.g. 538 auth not available without TLS (#5.3.3)
      encryption (error|fail)
        e.g. 550 5.7.5 data encryption error
      (tls|ssl) (\w+ )?(library|engine|context|layer|module)
        e.g. 454 4.7.0 SSL library not initialised
      security level
        e.g. 550 5.7.3 Security level check failed
      lack of (security|encryption|tls)
        e.g. 554 Refused due to lack of security
      no shared cipher
        e.g. 454 4.7.5 error: no shared cipher
      no (common )?ciphers?\b
        e.g. 454 4.7.0 no common cipher found
      security status
    )"},
    {.name = "certificate", .outcome = tls_certificate, .wordings = R"(
      \bcertificate|subjectmismatch|untrustedroot
      \b(mta-sts|tlsa|dnssec validation of tlsa)\b
      \bdane (valid|verif|fail|polic|requir)
        e.g. 450 4.7.323 DANE validation failed
      authenticity
        e.g. 451 4.7.0 Failed to establish the MX record authenticity
      \(dane\)
        e.g. 450 4.7.5 Policy of the destination not met (DANE)
    )"},
};

constexpr RuleBlock kStandingRules[] = {
    // Greylisting names itself, more or less.
    {.name = "greylisting",
     .outcome = greylisted,
     .wordings = R"(
      gr[ae]y[ -]?trap
        e.g. 450 4.7.1 Greytrapped, come back later
      \b(sqlgrey|postgrey)\b
        e.g. 450 4.7.1 See http://postgrey.example.org/help
      soft ?-?reject
      \bgr[ae]y\W*$
        e.g. 450 4.2.0 Recipient address rejected: Service temporarily faded to Gray
      reconnect(ed|ing)? too? fast
        e.g. 451 4.4.3 Temporary rejected: Reconnect to fast. Please try again later
      first (seen|contact|encounter)
        e.g. 451 First contact, try again
      first[ -]time (that |we |you |sender|delivery|connection|\w+ seen)
        e.g. 451 4.7.1 First time that we see you, try again later
      (not|never) (been |yet )*(seen|known|authori[sz]ed|recogni[sz]ed)( \w+)? (yet|before|to deliver)
      \btriplets?\b|too young
        e.g. 450 4.7.1 Client host rejected: too young in our database, wait 4 min
      (accepted|accept your mail|welcome|delivered) on (the )?(next|second|your next) (attempt|try|retry)
        e.g. 451 4.7.1 Your mail will be accepted on the next attempt
      intentional policy rejection
      rejection\W+(please )?try (again )?later
        e.g. 450 4.7.1 Policy Rejection- Please try later.
      \bprobation
        e.g. 450 4.2.0 Sender is on probation, please retry
      (verification|validation) (is )?pending
        e.g. 451 Recipient verification pending, please retry
      (temporar\w+ |initially )?(delay|defer)\w* .*(will be|be|is) accepted
        e.g. 450 4.7.1 Delayed by our anti-spam measure, it will be accepted later
      verification (is )?in progress
        e.g. 450 4.1.1 Recipient address rejected: unverified address: Address verification in progress
      (new|unknown) (sender|client|triplet|sending (server|host)).* (later|again|retry|delay)
        e.g. 451 4.7.1 Unknown sender, please try again later
      (temporarily |initially )?(delayed|deferred|rejected) (to|as|for|by) (an? |our )?(anti-?spam|spam protection|spam prevention|policy measure)
        e.g. 451 4.7.1 Temporarily delayed as anti-spam measure
      come back (again )?(in \d|later.*(first|unknown))
        e.g. 451 come back in 00:05:00
    )",
     .codes = "4"},
    {.name = "confirm this server",
     .outcome = greylisted,
     .wordings = R"(
      requires confirmation.* confirm this
    )",
     .retry = Retry::no},

    // Named lists. Lists of links in a message are about the message, lists of countries and recipients' own are
    // policy.
    {.name = "recipient's own list", .outcome = policy_rejected, .wordings = R"(
      user'?s? (own )?(reject|block|black|deny)[ -]?list
        e.g. 550 You are registered as spammer (by user's reject list)
    )"},
    {.name = "list of senders", .outcome = blocklisted, .wordings = R"(
      (sender|mail) address\b.*\b(surbl|uribl)
        e.g. 554 5.7.1 Service unavailable; Sender address [sender@example.org] blocked using multi.surbl.org
    )"},
    {.name = "list of links", .outcome = content_rejected, .wordings = R"(
      \b(uribl|surbl)\b
      spam ?(url|link|domain in)
        e.g. 554 5.7.1 Spam URL in body
      (url|uri|link)s? (in|of) (the |your )?(message|mail|body).* (list|block)
        e.g. 550 A URL in the message body is listed by our filter
    )"},
    {.name = "country", .outcome = policy_rejected, .wordings = R"(
      geographical
      countries\.
        e.g. 550 5.7.1 blocked using ee.countries.nerd.dk
      countr(y|ies) (is |are )?(not|block|rejected|denied|banned)
        e.g. 550 5.7.1 Your country is not allowed to connect
      (block|reject|den|ban)\w* (by|for|based on|because of)? ?(\w+ )?countr
        e.g. 550 Connection blocked by country
    )"},
    {.name = "pattern of content", .outcome = content_rejected, .wordings = R"(
      blocked using (\w+ )?(spam|content) (pattern|filter)
      (message|mail|body) contains
        e.g. 554 5.6.0 Message contains something odd
      spam-like (header|content|message)|anti-?spam (polic|check)|\bspam (e-?mail|message)
        e.g. 451 Spam email. Email Session ID: {5E26FC89-230023-208F00A-C0000000}
      spam ?(content|score|signature)
        e.g. 554 5.7.1 Message blocked due to spam content in the message.
      (considered|appears|classified|looks like|seems|judged) (\w+ ){0,3}(spam|unsolicited|junk|virus)
        e.g. 554 5.7.1 Mail appears to be unsolicited - Score (59) over limit (50)
      \b(dcc|razor|pyzor)\b
        e.g. 451 4.7.1 Access denied by DCC
      \battach\w* (type|name|ext|is |are |not|of|with|block|contain)
        e.g. 552 5.7.1 attachment type not permitted
      file[ -]?(ext\w*|type|name)\b
        e.g. 550 Blacklisted high risk file extension detected
      (mail|message) ?scor(e|ing)
        e.g. 554 5.7.1 Mail Score (59) over the upper mark
      executable att|content polic(y|ies)|recurrent pattern
        e.g. 550 5.7.1 Message rejected due to content policy
      potential security (issue|threat|problem|risk)
        e.g. 552 5.7.0 its content presents a potential security issue
      unicode character|improperly[ -]formatted|unnecessary \w+ encoding
        e.g. 550 5.7.1 a unicode character in a disallowed header
    )"},
    {.name = "list, by its name", .outcome = blocklisted, .wordings = R"(
      spam ?(haus|cop|rats|cannibal)
      \b(sorbs|ahbl|njabl|ordb|dsbl|wpbl|mailspike|backscatterer|uceprotect|hostkarma|invaluement|barracudacentral|abuseat|senderbase)\b
      junkemailfilter
        e.g. 550 rejected, see http://ipadmin.junkemailfilter.com/
      (dns?-?|ip|r|u)[rbw]*bl\b
      \b(rbl|dnsbl|rhsbl)
      \b(cbl|xbl|sbl|pbl|dbl|psbl|bl)\b
        e.g. 550 5.7.1 192.0.2.1 is in the XBL
      mail-abuse\.(com|org)
        e.g. 550 5.7.1 see http://www.mail-abuse.com/cgi-bin/lookup
      symantec zodiac
      \bip found in
        e.g. 550 5.7.1 refused due to the sender IP found in ERS-DUL
    )"},
    {.name = "list", .outcome = blocklisted, .wordings = R"(
      black[ -]?list
      \bblack (ip|host|server|address|mail|sender)
        e.g. 550 black ip.
      spam(mer)?s? (list|database|db|site)\b
        e.g. 550 Denied due to spam list
      badmail(from|to)
        e.g. 553 sorry, your envelope sender is in my badmailfrom list (#5.7.1)
      listed as (a )?spam
        e.g. 553 sorry, your envelope sender is enlisted as spammer.
      block(ed)?[ -]?list
        e.g. 550 5.7.1 Your server was blocklisted
      deny[ -]?list
        e.g. 550 5.7.1 Your server is on our deny list
      reject[ -]?list
        e.g. 554 5.7.1 Sender is on our reject list
      local (ip )?(ban|block)
        e.g. 550 local ban on 192.0.2.1
      \b(drop|ban|kill|refuse)[ -]?list\b
        e.g. 550 5.7.1 your network is on our drop list
      (ip|network|domain|host|server) (is |was |has been )banned
        e.g. 553 5.7.1 Your domain is banned here
      \blisted (at|by|in|on|with)\b
        e.g. 550 5.7.1 192.0.2.1 listed at dun.example.org
      blocked (using|by ldap)
      client host .*blocked
        e.g. 554 5.7.1 Client host is blocked here
      (ip|ip address|host|server|client|network)\W+(\S+ )?(is |has been |was )?(temporarily |permanently |currently )?(banned|blocked|blacklisted)\b
        e.g. 550 5.7.1 Your IP address has been blocked
      (banned|blocked|bad|rejected) (sending |sender |client |source )?ips?\b
      \bip (identified as|reject\W*$)
      (blocked|listed) by (\S+ ){1,4}reputation
        e.g. 450 4.7.1 Mail from 192.0.2.4 has been blocked by Trend Micro Email Reputation Service.
      (delist|de-list|removal (from|request))
        e.g. 550 5.7.1 Connection refused, for removal request visit our page
      (due to|because of|for) (\w+ )?listing\b
        e.g. 550 5.7.1 rejected due to listing in example.net
      \b(ip|ip address|address|host|server)\W+(\S+ )?is (\w+ )?listed
        e.g. 554 Refused. Your IP address is listed
      (adresse ip|ip source) (\w+ )?bloqu|(ont|a) ete bloques? par
        e.g. 550 Adresse IP source bloquee
    )"},

    {.name = "client refused", .outcome = policy_rejected, .wordings = R"(
      connection refused from
        e.g. 421 charter.net connection refused from [192.0.2.193]
      \bip\b.{0,20} is filtered
        e.g. 421 4.3.2 Your IP(192.0.2.1) is filtered and this connection will be closed.
      sender ip address rejected\W*$
        e.g. 550 sender ip address rejected
    )"},

    // How the sender behaved, without a list.
    {.name = "reputation", .outcome = reputation, .wordings = R"(
      reputation
      complaint
        e.g. 421 4.7.0 deferred due to user complaints
      unexpected volume
        e.g. 421 4.7.0 deferred due to unexpected volume
      (incidents?|source|evidence|history) of (abuse|spam)
      spam (attack|abuse)
      (too much|lots of) (\w+ )?(spam|junk)
        e.g. 451 4.3.0 Throttled - Too much spam from your mail server.
      suspected spam ip
      (traffic|mail|messages|connections?) (is |are )?not accepted from this ip
        e.g. 550 5.7.1 traffic not accepted from this IP
      block(ed|ing)? (for|due to) (sending )?(spam|abus|suspicious|malicious)
        e.g. 521 Error - Blocked for abuse
      (detected|caught|identified) (as )?sending spam
        e.g. 550 Your message has been rejected because you have been detected sending spam
      (message|mail) (received )?from \S+ (was |is )?(temporarily )?deferred
        e.g. 421 Message received from 192.0.2.1 temporarily deferred
      abus detect
      rejection- ?abuse
      (suspicious|abnormal|malicious|unusual) (traffic|activity|behaviou?r|sending)
        e.g. 421 4.7.0 Suspicious activity from your server, try again later
      exceeded threshold
        e.g. 550 Access denied, tenant has exceeded threshold
      permanently deferred
        e.g. 421 All messages from 192.0.2.1 will be permanently deferred
      (spam|bounce|junk|invalid recipient|unknown user) (rate|ratio)\b
        e.g. 421 4.7.1 Your spam rate is too high
      spam(my)? (source|sender|host)\b
        e.g. 550 5.7.1 spam source
      penal|\bkarma\b
        e.g. 550 You were naughty. You are penalized for 0.99 more days.
      (poor|bad|low|weak|negative) (\w+ )?(standing|trust|ranking|history|behaviou?r)
        e.g. 421 4.7.0 Sender has poor standing, mail delayed
      trust (level|score|value|index)
        e.g. 554 Your trust level is too low
      \b(ip|host|server|network|system|domain) (\S+ )?(has |have |is |was |been )*(sent|sending|sends|emit\w*) (\w+ ){0,3}(spam|junk|unsolicited|virus)
        e.g. 550 Your host sent spam in the last 24 hours
      (flagged|marked|reported) (\S+ ){0,4}by (\w+ )?(users|recipients|customers|subscribers)
        e.g. 550 5.7.1 Mail from your domain is mostly flagged as junk by users
      sender ?score
        e.g. 450 4.7.1 Senderscore below 70
      (marked|reported|flagged|rated) as (spam|junk) (too|by|very)
        e.g. 554 5.7.1 Mails from you were marked as spam too often
      spam-like|spammy (traffic|mail|behaviou?r)
        e.g. 421 4.7.0 Your IP was deferred because of spam-like traffic
      low priority
        e.g. 450 4.7.0 Message given low priority
      limited due to (the |your )?(ip|domain|sender)\b
        e.g. 451 4.7.650 temporarily rate limited due to IP
      unusual rate of unsolicited|unsolicited mail originating
        e.g. 550 5.7.1 an unusual rate of unsolicited mail from you
      (you|ip|sender|server|host|remotehost) (is|are|looks) (a |like |known |suspiciously )*spammer|(you are|is) sending spam|spams? from your
        e.g. 550 you are sending spam
      not (currently )?accepting mail from your ip
        e.g. 550 not currently accepting mail from your ip
      \bip( address)?\W*(\S+ )?(is |has been |was )?(currently |temporarily )?(deferred|filtered)\b
        e.g. 421 IP address deferred
    )"},
    {.name = "unknown recipients, too many", .outcome = reputation, .wordings = R"(
      (too many|excessive|many|number of) (bad|invalid|unknown|unverified|undeliverable|non-?existent|wrong|failed|rejected) (rcpt|recipient|user|address|mailbox)
      (harvest|dictionary|directory) attack
        e.g. 421 4.7.0 Directory harvest attack detected
    )"},
};

}  // namespace

std::span<const RuleBlock> trust_rules() { return kTrustRules; }
std::span<const RuleBlock> standing_rules() { return kStandingRules; }

}  // namespace mailsonde::classify
