// SPDX-License-Identifier: Apache-2.0
#include "classify/meaning.hpp"

#include <array>

namespace mailsonde::classify {
namespace {

constexpr std::array<Meaning, kOutcomeCount> kMeanings{{
    // ok
    {Fault::none, "The dialogue went as far as it was meant to, and every answer was a good one.", "Nothing to do."},
    // greylisted
    {Fault::receiver,
     "The server puts off a sender that it does not know; a later attempt from the same address with the same envelope "
     "passes.",
     "Do not page on single events. Retry after 5 to 60 minutes from the same IP with the same envelope. If it never "
     "clears, look for a pool of outbound IPs or changing envelope senders, then ask to be exempted."},
    // rate_limited
    {Fault::sender, "Too many connections, messages, recipients or logins in a time, from one IP, account or session.",
     "Send less to that provider: fewer connections at once, more messages on each, a lower rate. Probe it less often. "
     "A daily quota clears on the next day; new IPs must be warmed up."},
    // server_overloaded
    {Fault::receiver, "The server lacks a resource: processor, memory, disk, queue space or process slots.",
     "Your own server: check load, disk and queue now. Another's: watch the trend and its other MX hosts, retry after "
     "5, 30 and 120 minutes. If only you see it, it may be throttling in disguise."},
    // server_unavailable
    {Fault::receiver, "The service is shutting down, in maintenance, not started, or says that it is not available.",
     "Look at the provider's status page and retry; maintenance takes minutes to hours. If a second attempt passes at "
     "once, it was greylisting in disguise. If it lasts over a day, check your own side."},
    // server_error
    {Fault::receiver, "The server has an internal fault or a wrong configuration: a look-up, a filter, a queue file.",
     "Your own server: read its mail log at that second. Another's: wait, then write to its postmaster with the time "
     "and the queue ID."},
    // next_hop_failure
    {Fault::receiver,
     "The server answered, but what lies behind it did not: back end, filter, forward target; or mail runs in a loop.",
     "Your own relay: check its content filter, its mail store and its smart host. A loop: look for MX and transport "
     "entries that point at each other. Another's server: wait."},
    // remote_timeout
    {Fault::unknown, "The connection stood, but no complete answer came in time.",
     "Note the stage. Silence before the banner: overload, a tarpit, or a port that expects TLS at once. Silence "
     "during data: path MTU or a firewall that inspects SMTP. Compare the other MX hosts and another network."},
    // connection_lost
    {Fault::unknown, "The connection was cut while the session was open.",
     "Treat it as temporary and retry. If it is always cut at the same stage, suspect a firewall on the path or an IP "
     "block that answers with a reset."},
    // connection_timeout
    {Fault::network, "Nothing answered the attempt to connect.",
     "Check that TCP port 25 leaves your network: many hosting and access providers block it until asked. Mail to "
     "another domain's MX is only taken on port 25; 465 and 587 are for logging in to your own relay. Then check host "
     "and port, trace the route, and try from another IP to see whether yours is dropped."},
    // connection_refused
    {Fault::receiver, "The connection was refused at once, or the host is unreachable.",
     "Nothing listens there, or a firewall rejects. Check the MX target and the port: 25 toward an MX, 465 or 587 only "
     "toward a relay that you log in to. Your own server: is the daemon up? One MX of several: the receiver's matter."},
    // dns_temporary
    {Fault::unknown, "A name could not be looked up now.",
     "Ask a second resolver and the domain's own name servers. If all targets fail, it is your resolver; if one domain "
     "fails, it is its name servers or its DNSSEC."},
    // dns_no_route
    {Fault::receiver, "DNS answers, but names no host that would take the mail.",
     "Check the spelling of the domain and whether it has lapsed. Your own domain: publish an MX whose target has an "
     "address. A null MX says that the domain takes no mail: remove the target."},
    // tls_failed
    {Fault::unknown, "Encryption could not be set up, or one side demands it and the other does not offer it.",
     "Try the handshake by hand with the server's name as SNI, and allow TLS 1.2 and newer. Port 465 speaks TLS from "
     "the first byte, 25 and 587 begin in plain text and change by STARTTLS; mixing them up looks like silence or "
     "garbage."},
    // tls_certificate
    {Fault::receiver, "TLS works, but the certificate or a policy about it fails.",
     "Renew the certificate, send the whole chain, put the MX host's name into it. Publish new TLSA records and "
     "MTA-STS policies before the keys or hosts change."},
    // auth_failed
    {Fault::sender, "The server demands a login, refuses it, or cannot check it now.",
     "Check user, password or token, the mechanism, and whether the account may send by SMTP. Stop trying after a 535: "
     "accounts get locked. A 454 means that the server cannot reach its own user store."},
    // relay_denied
    {Fault::sender, "The server does not carry mail to that recipient domain for this client.",
     "It is the wrong server for the domain, the login is missing, or your IP is not on its relay list. From an MX "
     "that is not yours this is the right answer to mail for a third domain; another port changes nothing."},
    // blocklisted
    {Fault::sender, "A list of IPs or domains refuses the sender: a public one, the provider's or the customer's.",
     "Find the list in the text. First remove the cause (a hacked account, an open relay, an infected host), then ask "
     "for removal. From a dynamic or shared IP send through a relay instead."},
    // reputation
    {Fault::sender, "Refused or slowed because of what this IP or domain sent before, without a named list.",
     "Read the provider's postmaster page. Cut the volume for some days, drop unknown recipients, watch the complaint "
     "rate, then grow slowly. Retrying hard makes it worse."},
    // sender_identity
    {Fault::sender,
     "The client does not show who it is: PTR record, HELO name or sender domain are missing or do not match.",
     "Give every sending IP, IPv6 too, a PTR record whose name resolves back to it, and use that name in HELO. Give "
     "the sender domain an MX or an address. Changing the port or retrying does not help."},
    // auth_policy
    {Fault::sender, "SPF, DKIM, DMARC or ARC fail, or are missing where the receiver demands them.",
     "Add the sending IP to the SPF record, sign with the domain of the From header, and check that they align. A "
     "canary message needs the same."},
    // mailbox_unavailable
    {Fault::recipient, "That recipient cannot be reached: unknown, disabled, inactive, moved or closed.",
     "A probe: fix its test recipient. Real mail: stop sending to it, unknown recipients cost reputation."},
    // mailbox_full
    {Fault::recipient, "That recipient's quota is used up.",
     "A canary mailbox: empty it and have old mail deleted there. Real mail: retry over some days, then give up."},
    // content_rejected
    {Fault::sender, "The message itself is refused: spam or virus verdict, links, attachment, size, header format.",
     "The same message fails again. Keep a canary small and plain, with Date, Message-ID and one From; compare its "
     "size with the SIZE that EHLO offered. Real mail: look at links and attachments first."},
    // policy_rejected
    {Fault::receiver, "A local rule of the receiver refuses, and says no more than that.",
     "Ask the receiver's postmaster, with time, IP and the whole reply, to be let in."},
    // protocol_error
    {Fault::unknown, "The dialogue went wrong: a syntax or sequence error, or an answer that is no SMTP.",
     "Read the dialogue. It is the wrong port, a proxy or firewall that changes SMTP, or a fault of the client."},
    // unclassified
    {Fault::unknown, "Text, codes and stage do not tell the cause.",
     "Go by the first digit: 4 is worth a retry, 5 is not. Keep the text, and report wordings that come often."},
}};

}  // namespace

const Meaning& meaning_of(Outcome outcome) { return kMeanings[static_cast<std::size_t>(outcome)]; }

}  // namespace mailsonde::classify
