# SPDX-License-Identifier: Apache-2.0
"""The world's history as series: (metric, labels, values), a value a scrape, None where the series is absent.

Series of one metric come one after the other, as a text of OpenMetrics wants them. All labels are those of
docs/metrics.md; metrics_test.py holds them against it.
"""

import itertools
import re

import house
import world

DELAYS = (30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 14400, 28800)
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
ALL = range(world.STEPS)
SECONDS = {"dns": 0.02, "connect": 0.03, "banner": 0.2, "ehlo": 0.03, "starttls": 0.03, "tls": 0.08, "ehlo_tls": 0.03,
           "auth": 0.15, "mail": 0.03, "rcpt": 0.09, "data": 0.04, "eod": 0.3, "quit": 0.03}
# Stage and outcome, code and meaning: what stands at 0 from the start, as far as a module goes.
USUAL_FAILURES = [("dns", "dns_temporary"), ("dns", "dns_no_route"), ("connect", "connection_timeout"),
                  ("connect", "connection_refused"), ("banner", "remote_timeout"), ("banner", "connection_lost"),
                  ("banner", "server_unavailable"), ("banner", "server_overloaded"), ("banner", "rate_limited"),
                  ("banner", "reputation"), ("banner", "blocklisted"), ("banner", "unclassified"),
                  ("ehlo", "remote_timeout"), ("starttls", "tls_failed"), ("tls", "tls_failed"),
                  ("auth", "auth_failed"),
                  ("rcpt", "greylisted"), ("rcpt", "rate_limited"), ("rcpt", "server_overloaded")]
USUAL_REPLIES = [("banner", "421", "none", "server_unavailable"), ("banner", "421", "4.3.2", "server_unavailable"),
                 ("banner", "421", "4.7.0", "rate_limited"), ("banner", "450", "none", "unclassified"),
                 ("banner", "451", "none", "unclassified"), ("banner", "451", "4.3.2", "server_overloaded"),
                 ("banner", "451", "4.7.1", "greylisted"), ("banner", "452", "none", "server_overloaded"),
                 ("ehlo", "421", "none", "server_unavailable"), ("rcpt", "450", "4.2.0", "greylisted"),
                 ("rcpt", "451", "4.7.1", "greylisted"), ("rcpt", "451", "4.3.2", "server_overloaded"),
                 ("rcpt", "451", "4.7.500", "rate_limited"), ("rcpt", "452", "4.2.2", "mailbox_full")]
GOOD_CODES = {"banner": "220", "ehlo": "250", "starttls": "220", "ehlo_tls": "250", "auth": "235", "mail": "250",
              "rcpt": "250", "quit": "221"}
ZEROS = [0] * world.STEPS


def totals(target, matches):
    """A counter: how many probes up to each scrape are such."""
    counted = [0, *itertools.accumulate(int(matches(failure)) for failure in target.probes)]
    return [counted[target.done(step)] for step in ALL] if counted[-1] else ZEROS


def constant(value):
    return [value] * world.STEPS


class OfTarget:
    """What there is to say of one target as one source sees it."""

    def __init__(self, target):
        self.target = target
        self.done = [target.done(step) for step in ALL]
        self.times = {stage: SECONDS[stage] * target.speed for stage in target.walked()}

    def all(self):
        yield from self.gauges()
        yield from self.counters()
        yield from self.durations()
        yield from self.of_hosts()

    def gauges(self):
        target, start = self.target, world.START
        last = [start + max(0, count * world.INTERVAL - target.phase * world.STEP) - 4 for count in self.done]
        yield "mailsonde_probe_success", {}, [target.well(step) for step in ALL]
        yield "mailsonde_probe_throttled", {}, [target.throttled(step) for step in ALL]
        yield "mailsonde_probe_interval_seconds", {}, constant(world.INTERVAL)
        yield "mailsonde_probe_last_timestamp_seconds", {}, last
        good, best = [], start - 60
        for step in ALL:
            count = self.done[step]
            if count and target.probes[count - 1] is None:
                best = last[step]
            good.append(best)
        yield "mailsonde_probe_last_success_timestamp_seconds", {}, good
        if target.kind == "destination":
            yield "mailsonde_mx_hosts", {}, constant(1)
            yield "mailsonde_mx_addresses", {}, constant(2)
            moved = [int(world.minute(step) > 200) for step in ALL] if target.number == 2 else ZEROS
            yield "mailsonde_mx_changes_total", {}, moved

    def counters(self):
        target = self.target
        for outcome in house.outcomes():
            name = None if outcome == "ok" else outcome
            yield ("mailsonde_probes_total", {"outcome": outcome},
                   totals(target, lambda failure: (failure.outcome if failure else None) == name))
        seen = {(failure.stage, failure.outcome) for failure in target.probes if failure}
        walked = target.walked()
        usual = {pair for pair in USUAL_FAILURES if pair[0] in walked}
        for stage, outcome in sorted(usual | seen):
            yield ("mailsonde_probe_failures_total", {"stage": stage, "outcome": outcome},
                   totals(target, lambda failure: failure is not None and failure[:2] == (stage, outcome)))
        yield from self.replies(walked)
        for reason in ("budget", "backoff", "shared", "identity", "dead_endpoint", "resources"):
            part = {"budget": 0.01, "shared": 0.4 if target.provider == "google" else 0}.get(reason, 0)
            yield ("mailsonde_probes_suppressed_total", {"reason": reason},
                   [int(part * count) for count in self.done] if part else ZEROS)
        for result, version in (("ok", "TLSv1.2"), ("ok", "TLSv1.3"), ("not_offered", "none"), ("refused", "none"),
                                ("failed", "none")):
            used = result == "ok" and version == self.version()
            yield "mailsonde_tls_handshakes_total", {"result": result, "version": version}, self.done if used else ZEROS

    def version(self):
        return "TLSv1.2" if self.target.number % 5 == 4 else "TLSv1.3"

    def replies(self, walked):
        target = self.target
        refusals = {(f.stage, f.code, f.enhanced, f.outcome) for f in target.probes if f and f.code}
        usual = {reply for reply in USUAL_REPLIES if reply[0] in walked}
        for stage, code, enhanced, outcome in sorted(usual | refusals):
            yield ("mailsonde_smtp_replies_total",
                   {"stage": stage, "code": code, "enhanced_code": enhanced, "outcome": outcome},
                   totals(target, lambda f: f is not None and f == (stage, outcome, code, enhanced)))
        for stage in walked:
            if stage in GOOD_CODES:
                at = world.STAGES.index(stage)
                yield ("mailsonde_smtp_replies_total",
                       {"stage": stage, "code": GOOD_CODES[stage], "enhanced_code": "none", "outcome": "ok"},
                       totals(target, lambda f: f is None or world.STAGES.index(f.stage) > at))

    def durations(self):
        whole = sum(self.times.values())
        yield from self.histogram("mailsonde_probe_duration_seconds", {}, whole)
        for stage, seconds in self.times.items():
            yield from self.histogram("mailsonde_stage_duration_seconds", {"stage": stage}, seconds)
        if self.target.depth == "rcpt":
            waited = totals(self.target, lambda failure: failure == world.GREYLISTED)
            first = world.bucket(DELAYS, 310)
            yield from buckets("mailsonde_greylist_delay_seconds", {}, DELAYS, waited, [ZEROS] * first, 310)

    def jitter(self, step):
        return 0.8 + 0.04 * ((world.minute(step) // 2 * 7 + self.target.number) % 11)

    def histogram(self, name, labels, seconds):
        """Most durations are as usual, one in eight is three times as long."""
        usual, slow = world.bucket(BUCKETS, seconds), world.bucket(BUCKETS, 3 * seconds)
        quick = [count - count // 8 for count in self.done]
        yield from buckets(name, labels, BUCKETS, self.done, [ZEROS] * usual + [quick] * (slow - usual), 1.25 * seconds)

    def of_hosts(self):
        target = self.target
        mx = {"mx": target.mx}
        for family in ("ipv4", "ipv6")[:2 if target.number % 4 == 0 else 1]:
            endpoint = {**mx, "family": family}
            yield "mailsonde_endpoint_success", endpoint, [target.well(step) for step in ALL]
            for stage, seconds in self.times.items():
                yield ("mailsonde_endpoint_stage_duration_seconds", {**endpoint, "stage": stage},
                       [round(seconds * self.jitter(step), 4) for step in ALL])
        yield "mailsonde_starttls_advertised", mx, constant(1)
        cipher = "TLS_AES_256_GCM_SHA384" if self.version() == "TLSv1.3" else "ECDHE-RSA-AES256-GCM-SHA384"
        yield "mailsonde_tls_session_info", {**mx, "version": self.version(), "cipher": cipher}, constant(1)
        expired = target.name == "heath-09.example"
        yield "mailsonde_tls_certificate_valid", mx, constant(int(not expired))
        end = world.START + (-3 if expired else 20 + target.number * 3) * 86400
        for chain in ("leaf",) if expired else ("leaf", "verified"):
            yield "mailsonde_tls_certificate_not_after_timestamp_seconds", {**mx, "chain": chain}, constant(end)


def buckets(name, labels, bounds, counts, below, mean):
    """A histogram whose first buckets hold `below`, and all further ones everything."""
    held = below + [counts] * (len(bounds) - len(below))
    for bound, values in zip(bounds, held):
        yield name + "_bucket", {**labels, "le": repr(float(bound))}, values
    yield name + "_bucket", {**labels, "le": "+Inf"}, counts
    yield name + "_count", labels, counts
    yield name + "_sum", labels, [round(count * mean, 3) for count in counts]


def growing(a_step):
    return [round(step * a_step, 3) for step in ALL]


def of_process(probes):
    """`probes` are the started probes in a step."""
    yield from of_dns()
    for (scope, subject), hours in world.FAULTS.items():
        yield "mailsonde_fault_suspected", {"scope": scope, "subject": subject}, [world.holds(hours, s) for s in ALL]
    for (check, source), hours in world.UNCONFIRMED.items():
        confirmed = [1 - world.holds(hours, step) for step in ALL]
        yield "mailsonde_identity_check_ok", {"check": check, "subject": source}, confirmed
    started = [step * probes for step in ALL]
    late = [count // 20 for count in started]
    below = [[count - slow for count, slow in zip(started, late)]] * 3
    yield from buckets("mailsonde_schedule_lag_seconds", {}, BUCKETS, started, below, 0.004)
    yield "mailsonde_probes_in_flight", {}, [2 + step % 5 for step in ALL]
    yield "mailsonde_targets", {"kind": "destination"}, constant(sum(count for _, count, _ in world.PROVIDERS.values()))
    yield "mailsonde_targets", {"kind": "relay"}, constant(world.RELAYS)
    yield "mailsonde_label_overflow_total", {}, ZEROS
    for level, pace in (("debug", 0), ("info", 0.3), ("warn", 0.02), ("error", 0)):
        yield "mailsonde_log_messages_total", {"level": level}, [int(step * pace) for step in ALL]
    yield "mailsonde_build_info", {"version": "0.1.0", "revision": "0123456789ab", "compiler": "clang 19"}, constant(1)
    yield "mailsonde_config_last_reload_successful", {}, [int(not 90 <= world.minute(step) < 100) for step in ALL]
    reloads = [world.START + (-400 if world.minute(step) < 100 else 5993) for step in ALL]
    yield "mailsonde_config_last_reload_success_timestamp_seconds", {}, reloads
    yield "process_cpu_seconds_total", {}, growing(0.024 * world.STEP)
    for name, value in (("open_fds", 48), ("max_fds", 65536), ("virtual_memory_bytes", 301e6),
                        ("virtual_memory_max_bytes", 18446744073709551615), ("start_time_seconds", world.START - 400),
                        ("threads", 6)):
        yield "process_" + name, {}, constant(value)
    yield "process_resident_memory_bytes", {}, [61e6 + 4096 * (step % 40) for step in ALL]


def of_dns():
    servers = ("127.0.0.1:53", "192.0.2.53:53")
    for name in ("lookups", "duration"):
        for server, rrtype in itertools.product(servers, ("MX", "A", "AAAA")):
            asked = [step * (3 if server == servers[0] else 1) for step in ALL]
            labels = {"server": server, "rrtype": rrtype}
            if name == "duration":
                yield from buckets("mailsonde_dns_lookup_duration_seconds", labels, BUCKETS, asked, [ZEROS] * 2, 0.02)
                continue
            for rcode in ("NOERROR", "NODATA", "NXDOMAIN", "SERVFAIL", "REFUSED", "OTHER", "TIMEOUT"):
                part = {"NOERROR": 0.97, "SERVFAIL": 0.02 if server == servers[1] else 0.005}.get(rcode, 0)
                yield "mailsonde_dns_lookups_total", {**labels, "rcode": rcode}, [int(part * count) for count in asked]


def of_prometheus(size):
    """What Prometheus adds to a scrape of so many samples, and what it says of the alerts that it has."""
    yield "up", {}, constant(1)
    yield "scrape_samples_scraped", {}, constant(size)
    yield "scrape_duration_seconds", {}, [0.08 + 0.001 * (step % 9) for step in ALL]
    for number in range(1, 7):
        labels = {"alertname": "MailsondeTemporaryFailuresRising", "alertstate": "firing", "severity": "warning",
                  "code": "451", "target": "aurora-%02d.example" % number, "kind": "destination",
                  "provider": "microsoft", "source": "pool-a"}
        yield "ALERTS", labels, [1 if world.minute(step) >= 310 + number else None for step in ALL]


def everything():
    """All series, those of one metric beside each other."""
    targets = world.targets()
    collected = [(name, {**target.labels, **labels}, values)
                 for target in targets for name, labels, values in OfTarget(target).all()]
    collected += of_process(len(targets) // (world.INTERVAL // world.STEP))
    collected += of_prometheus(len(collected))
    collected.sort(key=lambda series: series[0])
    return [(name, {**labels, **world.INSTANCE}, values) for name, labels, values in collected]


def family(name):
    """The metric that a series belongs to: its name without what a histogram adds."""
    return re.sub(r"_(bucket|count|sum)$", "", name)
