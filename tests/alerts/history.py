# SPDX-License-Identifier: Apache-2.0
"""28 days of probe results, made up and always the same: six targets probed every two minutes, with days and weeks in
them, single 451s now and then, two receivers that put off one mail in fifty for ever, and three incidents."""

import collections
import math
import random

SEED = 451
MINUTES_PER_PROBE = 2
PROBES_PER_DAY = 24 * 60 // MINUTES_PER_PROBE
DAYS = 28

# `share` of the probes of `target` meet `reply` for `hours` from that day and hour on. The pace: see BackOff.
Incident = collections.namedtuple("Incident", "target day hour hours share reply slows_down")
Reply = collections.namedtuple("Reply", "code enhanced_code outcome stage")

_FAULT = Reply("451", "4.3.0", "server_error", "rcpt")
_BUSY = Reply("451", "4.3.2", "server_overloaded", "rcpt")
_VAGUE = Reply("451", "none", "unclassified", "rcpt")
_GREYLISTED = Reply("451", "4.7.1", "greylisted", "rcpt")
_GAUGES = ("mailsonde_probe_throttled", "mailsonde_probe_success")
_REPLIES = (_FAULT, _BUSY, _VAGUE, _GREYLISTED)

INCIDENTS = (
    Incident("calm.example", 9, 14.5, 2, 0.6, _FAULT, False),
    Incident("busy.example", 17, 3.2, 4, 1.0, _BUSY, True),
    Incident("out-1", 23, 10.1, 1.5, 0.4, _VAGUE, False),
)

# What share of the probes fails at a quiet hour, how many times as much at the busiest, and how.
_TARGETS = {
    "calm.example": ("destination", 0.0005, 3, _FAULT),
    "busy.example": ("destination", 0.004, 10, _VAGUE),
    "chronic.example": ("destination", 0.02, 1, _VAGUE),
    "greylister.example": ("destination", 0.02, 1, _GREYLISTED),
    "rare.example": ("destination", 0.001, 1, _VAGUE),
    "out-1": ("relay", 0.0005, 3, _FAULT),
}


def begin_of(incident):
    """In minutes from the start."""
    return round((incident.day * 24 + incident.hour) * 60)


def write_openmetrics(file, begin):
    """All samples, the first at `begin`, in seconds since 1970: as promtool makes blocks of them."""
    series = {}
    for target in _TARGETS:
        for family, labels, values in _series_of(target):
            series.setdefault(family, []).append((labels, values))
    for family, children in series.items():
        kind, suffix = ("gauge", "") if family in _GAUGES else ("counter", "_total")
        file.write("# TYPE %s %s\n" % (family, kind))
        for labels, values in children:
            for turn, value in enumerate(values):
                file.write("%s%s{%s} %d %d\n" % (family, suffix, labels, value, begin + turn * 60 * MINUTES_PER_PROBE))
    file.write("# EOF\n")


def _series_of(target):
    """(family, labels, values)."""
    kind, *_ = _TARGETS[target]
    labels = ('job="mailsonde",instance="probe-1:10451",target="%s",kind="%s",provider="other",source="default"'
              % (target, kind))
    results = _results_of(target)
    yield "mailsonde_probes", labels + ',outcome="ok"', _counter(results, "ok")
    for reply in _REPLIES:
        if reply not in results:
            continue
        counted = _counter(results, reply)
        yield "mailsonde_probes", '%s,outcome="%s"' % (labels, reply.outcome), counted
        yield ("mailsonde_smtp_replies", '%s,stage="%s",code="%s",enhanced_code="%s",outcome="%s"'
               % (labels, reply.stage, reply.code, reply.enhanced_code, reply.outcome), counted)
    yield "mailsonde_probe_throttled", labels, [0] * len(results)
    yield "mailsonde_probe_success", labels, _gauge(results)


def _results_of(target):
    """How the probe of each two minutes ended: "ok", a Reply, or None where there was none."""
    chance = random.Random("%d %s" % (SEED, target))
    _, quiet, at_most, reply = _TARGETS[target]
    results, next_probe, wait = [], 0, 1
    for turn in range(DAYS * PROBES_PER_DAY):
        if turn < next_probe:
            results.append(None)
            continue
        incident = _incident_at(target, turn * MINUTES_PER_PROBE)
        share = incident.share if incident else quiet * _rhythm(turn, at_most)
        failed = chance.random() < share
        results.append((incident.reply if incident else reply) if failed else "ok")
        slow = failed and incident and incident.slows_down
        wait = min(wait * 2, 16) if slow else max(wait // 2, 1)
        next_probe = turn + wait
    return results


def _incident_at(target, minute):
    for incident in INCIDENTS:
        if incident.target == target and 0 <= minute - begin_of(incident) < incident.hours * 60:
            return incident
    return None


def _rhythm(turn, at_most):
    """From 1 at night to `at_most` in the afternoon of a weekday."""
    hour = turn % PROBES_PER_DAY / PROBES_PER_DAY * 24
    by_day = max(0.0, math.sin((hour - 8) / 12 * math.pi))
    is_weekend = turn // PROBES_PER_DAY % 7 >= 5
    return 1 + (at_most - 1) * by_day * (0.3 if is_weekend else 1)


def _counter(results, kind):
    count, values = 0, []
    for result in results:
        count += result == kind
        values.append(count)
    return values


def _gauge(results):
    last, values = 1, []
    for result in results:
        last = last if result is None else int(result == "ok")
        values.append(last)
    return values
