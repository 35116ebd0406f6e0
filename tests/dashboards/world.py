# SPDX-License-Identifier: Apache-2.0
"""The world that the dashboards' history tells of: 200 targets, six hours, and what went wrong in them.

From hour 4.5 on microsoft answers more and more probes with 451. Beside it, what is always there somewhere: a source
that yahoo thinks little of, one that a list names and whose PTR name was lost, a dead host, a relay that was down for some minutes.
"""

import bisect
import collections
import random

START = 1767247200  # 2026-01-01 06:00 UTC; a multiple of two hours, as Prometheus cuts its blocks
HOURS = 6
STEP = 120  # of a scrape: seconds. At 60 all figures are the same, and the blocks take twice the time
STEPS = HOURS * 3600 // STEP
INTERVAL = 120  # of probes
PROBES = HOURS * 3600 // INTERVAL

INSTANCE = {"job": "mailsonde", "instance": "127.0.0.1:10451"}
SOURCES = ("pool-a", "pool-b")

# provider -> (how its targets are called, how many, how many of them from both sources)
PROVIDERS = {
    "microsoft": ("aurora", 40, 10), "google": ("birch", 60, 10), "yahoo": ("cedar", 15, 10), "gmx": ("dune", 10, 5),
    "proofpoint": ("elm", 15, 0), "mimecast": ("fjord", 10, 0), "ovh": ("grove", 10, 0), "other": ("heath", 30, 0),
}
RELAYS = 10
STAGES = ("dns", "connect", "banner", "ehlo", "starttls", "tls", "ehlo_tls", "auth", "mail", "rcpt", "data", "eod",
          "quit")

Failure = collections.namedtuple("Failure", "stage outcome code enhanced")
RATE_LIMITED = Failure("rcpt", "rate_limited", "451", "4.7.500")
OVERLOADED = Failure("rcpt", "server_overloaded", "451", "4.3.2")
GREYLISTED = Failure("rcpt", "greylisted", "451", "4.7.1")
REPUTATION = Failure("banner", "reputation", "421", "4.7.0")
BLOCKLISTED = Failure("banner", "blocklisted", "554", "5.7.1")
BUSY = Failure("banner", "server_unavailable", "421", "4.3.2")
TIMEOUT = Failure("connect", "connection_timeout", None, None)
REFUSED = Failure("connect", "connection_refused", None, None)
BAD_LOGIN = Failure("auth", "auth_failed", "535", "5.7.8")


class Target:
    """A target as one source sees it, with all its probes: a Failure, or None for ok, and the seconds of each stage."""

    def __init__(self, name, kind, provider, source, number):
        self.name, self.kind, self.provider, self.source, self.number = name, kind, provider, source, number
        self.depth = "auth" if kind == "relay" else "rcpt" if provider in ("microsoft", "yahoo") else "starttls"
        self.random = random.Random("%s %s" % (name, source))
        self.speed = self.random.choice((0.6, 0.8, 1, 1, 1.3, 2))
        self.phase = number % (INTERVAL // STEP)
        self.mx = name if kind == "relay" else "mx1.%s" % name
        self.probes = [self._failure(i * INTERVAL / 3600) for i in range(PROBES)]

    @property
    def labels(self):
        return {"target": self.name, "kind": self.kind, "provider": self.provider, "source": self.source}

    def walked(self):
        """The stages that a probe goes through when all is well."""
        beyond = {"starttls": (), "auth": ("auth",), "rcpt": ("mail", "rcpt")}[self.depth]
        return STAGES[:7] + beyond + ("quit",)

    def done(self, step):
        """How many probes have ended at that scrape."""
        return min((step + self.phase) // (INTERVAL // STEP), PROBES)

    def throttled(self, step):
        if self.provider != "microsoft" or self.done(step) == 0:
            return 0
        return int(RATE_LIMITED in self.probes[max(0, self.done(step) - 8):self.done(step)])

    def well(self, step):
        """What mailsonde_probe_success says: what the last conclusive probe showed."""
        for i in range(self.done(step) - 1, -1, -1):
            if self.probes[i] not in (RATE_LIMITED, GREYLISTED):
                return int(self.probes[i] in (None, OVERLOADED))  # another of its hosts took it
        return 1

    def _failure(self, hour):
        by_chance = self.random.random()
        if self.kind == "relay":
            if self.name == "out-3" and 2.5 <= hour < 2.56:
                return REFUSED
            return BAD_LOGIN if self.name == "out-7" and 3 <= hour < 3.03 else None
        if self.name == "heath-04.example" and hour >= 1.2:
            return TIMEOUT
        if self.provider == "microsoft":
            rising = max(0.0, min(0.85, (hour - 4.5) * 0.8))
            if by_chance < rising:
                return RATE_LIMITED if by_chance < 0.8 * rising else OVERLOADED
            return GREYLISTED if by_chance > 0.99 else None
        if self.provider == "yahoo" and self.source == "pool-a" and hour > 1:
            return REPUTATION if by_chance < 0.3 else None
        if self.provider == "gmx" and self.source == "pool-b":
            return BLOCKLISTED if by_chance < 0.04 else None
        return BUSY if by_chance < 0.004 else None


def targets():
    made = []
    for provider, (stem, count, doubled) in PROVIDERS.items():
        for i in range(count):
            for source in SOURCES[:2 if i < doubled else 1]:
                made.append(Target("%s-%02d.example" % (stem, i + 1), "destination", provider, source, i))
    return made + [Target("out-%d" % (i + 1), "relay", "other", SOURCES[0], i) for i in range(RELAYS)]


# (scope, subject) -> the hours in which the diagnosis suspected it
FAULTS = {
    ("egress", "port_25"): (), ("egress", "network"): (), ("ip_family", "ipv4"): (), ("ip_family", "ipv6"): (),
    ("prober", "all"): (), ("prober", "microsoft"): (5.2, 6),
    ("source", "pool-a"): (), ("source", "pool-b"): (3.1, 3.4),
    ("resolver", "127.0.0.1:53"): (), ("resolver", "192.0.2.53:53"): (0.5, 0.8),
    ("mx_host", "mx1.heath-04.example"): (1.4, 6), **{("provider", p): () for p in PROVIDERS if p != "other"},
}

# (check, source) -> the hours in which the self-check did not confirm it. It only reports: require_identity = "never".
UNCONFIRMED = {("helo", "pool-a"): (), ("ptr", "pool-a"): (), ("helo", "pool-b"): (), ("ptr", "pool-b"): (3, 6)}


def minute(step):
    return step * STEP / 60


def holds(hours, step):
    """Whether a scrape falls into these hours."""
    return int(bool(hours) and hours[0] * 3600 <= step * STEP < hours[1] * 3600)


def bucket(bounds, seconds):
    """The first bound that a duration does not exceed."""
    return bisect.bisect_left(bounds, seconds)
