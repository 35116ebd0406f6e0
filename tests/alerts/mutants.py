# SPDX-License-Identifier: Apache-2.0
"""Mutants of a rule: each clause of its expression removed or loosened in turn, its waits removed."""

import collections
import copy
import re

import promql

# What it is, for people; the whole rule, or of recording rules those that change, by name.
Mutant = collections.namedtuple("Mutant", "what rule")

_MATCHER = re.compile(r'\w+\s*(?:=~|!~|!=|=)\s*"(?:[^"\\]|\\.)*"')


def of_alert(rule):
    expression = rule["expr"]
    tree = promql.parse(expression)
    for node in promql.walk(tree):
        for what, text in _of_node(expression, node):
            yield Mutant(what, dict(rule, expr=text))
    for wait in ("for", "keep_firing_for"):
        if wait in rule:
            changed = copy.deepcopy(rule)
            del changed[wait]
            yield Mutant("no %s" % wait, changed)


def of_records(rules):
    """What the recording rules select: each matcher removed, from all rules that have it. One alone would often be
    made up for by its neighbours in the alert, and their numbers are those of their names."""
    found = {}
    for rule in rules:
        for node in promql.walk(promql.parse(rule["expr"])):
            if node.kind == "braces":
                for matcher in _MATCHER.findall(rule["expr"][node.start:node.end]):
                    found.setdefault(matcher, []).append(rule)
    for matcher, users in found.items():
        without = {rule["record"]: _without_matcher(rule, matcher) for rule in users}
        yield Mutant("without {%s}" % matcher, without)


def _without_matcher(rule, matcher):
    expression = rule["expr"]
    for shape in ("," + matcher, matcher + ",", "{" + matcher + "}"):
        expression = expression.replace(shape, "")
    return dict(rule, expr=expression)


def _of_node(expression, node):
    def text_of(part):
        return expression[part.start:part.end]

    def instead(part):
        return expression[:node.start] + text_of(part) + expression[node.end:]

    if node.kind in ("and", "or", "unless"):
        left, right = node.parts
        yield "without %s %s" % (node.kind, _short(text_of(right))), instead(left)
        if node.kind != "unless":
            yield "without %s (%s)" % (_short(text_of(left)), node.kind), instead(right)
    elif node.kind in promql.COMPARISONS:
        left, right = node.parts
        bound = _bound(expression, right)
        if node.kind == "==" or bound is None or float(text_of(bound)) == 0:
            yield "without %s %s" % (node.kind, _short(text_of(right))), instead(left)
        else:
            looser = _looser(node.kind, text_of(bound), alone=bound is right)
            yield ("%s %s: %s" % (node.kind, _short(text_of(right)), looser),
                   expression[:bound.start] + looser + expression[bound.end:])
    elif node.kind == "braces":
        yield from _without_matchers(expression, node)


def _bound(expression, right):
    """The number that says how much is too much: the right side, or the first factor in it that is not 0."""
    for node in promql.walk(right):
        if node.kind == "call":
            return None
        if node.kind == "number" and (node is right or float(expression[node.start:node.end]) != 0):
            return node
    return None


def _looser(comparison, number, alone):
    upwards = comparison in ("<", "<=")
    if alone and comparison == ">=" and "." not in number:
        return str(int(number) - 1)
    return "%g" % (float(number) * (1.25 if upwards else 0.8))


def _without_matchers(expression, braces):
    inner = expression[braces.start + 1:braces.end - 1]
    matchers = _MATCHER.findall(inner)
    for matcher in matchers:
        rest = ",".join(other for other in matchers if other is not matcher)
        yield ("without {%s}" % matcher,
               expression[:braces.start] + ("{%s}" % rest if rest else "") + expression[braces.end:])


def _short(text):
    text = " ".join(text.split())
    return text if len(text) < 70 else text[:67] + "..."
