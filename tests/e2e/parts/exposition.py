# SPDX-License-Identifier: Apache-2.0
"""Reads a scrape in text format 0.0.4."""

import collections
import re

Sample = collections.namedtuple("Sample", "name labels value")

_SAMPLE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)")
_LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"(?:,|$)')
_ESCAPES = {r"\\": "\\", r"\"": '"', r"\n": "\n"}


class Exposition:
    def __init__(self, text):
        self.text = text
        self.samples = [_parse(line) for line in text.splitlines() if line and not line.startswith("#")]

    def select(self, name, **labels):
        """The samples of that name which have all these labels."""
        return [sample for sample in self.samples
                if sample.name == name and all(sample.labels.get(key) == value for key, value in labels.items())]

    def sum(self, name, **labels):
        return sum(sample.value for sample in self.select(name, **labels))

    def value(self, name, **labels):
        """The one sample that fits; None when there is none."""
        found = self.select(name, **labels)
        if len(found) > 1:
            raise AssertionError("%s%s is not one series: %s" % (name, labels, found))
        return found[0].value if found else None

    def outcomes(self, target):
        """Probes of the target by outcome, those that happened."""
        return {sample.labels["outcome"]: sample.value
                for sample in self.select("mailsonde_probes_total", target=target) if sample.value}

    def replies(self, target, **labels):
        """Replies the target gave: (stage, code, enhanced code, outcome) -> how many, those that happened."""
        found = collections.Counter()
        for sample in self.select("mailsonde_smtp_replies_total", target=target, **labels):
            if sample.value:
                keys = ("stage", "code", "enhanced_code", "outcome")
                found[tuple(sample.labels[key] for key in keys)] += sample.value
        return dict(found)


def _parse(line):
    match = _SAMPLE.fullmatch(line)
    if not match:
        raise AssertionError("not a sample: %r" % line)
    name, labels, value = match.groups()
    return Sample(name, _parse_labels(labels or ""), float(value))


def _parse_labels(text):
    labels, end = {}, 0
    for match in _LABEL.finditer(text):
        if match.start() != end:
            break
        labels[match[1]] = re.sub(r"\\.", lambda escape: _ESCAPES.get(escape[0], escape[0]), match[2])
        end = match.end()
    if end != len(text):
        raise AssertionError("not labels: %r" % text)
    return labels
