# SPDX-License-Identifier: Apache-2.0
"""Expressions without recording rules: each name is replaced by what it stands for."""

import re

import rulefiles

_MATCHERS = re.compile(r"\{([^}]*)\}")


def written_out(expression, rules):
    """The same expression over what was scraped alone."""
    for rule in reversed(rulefiles.rules_of(rules)):  # a rule uses only rules before it
        name = re.compile(re.escape(rule["record"]) + r"(?![\w:])(?:\{([^}]*)\})?")
        expression = name.sub(lambda use: "(%s)" % _with(rule["expr"], use[1]), expression)
    return expression


def _with(expression, matchers):
    """The expression with these matchers in each selector that has the same label already."""
    if not matchers:
        return expression
    label = matchers.split("=")[0]

    def narrowed(braces):
        return "{%s,%s}" % (braces[1], matchers) if label in braces[1] else braces[0]

    return _MATCHERS.sub(narrowed, expression)
