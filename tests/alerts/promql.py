# SPDX-License-Identifier: Apache-2.0
"""Just enough of PromQL to find the clauses of an expression: a tokenizer, and a parser that keeps of each node where
in the text it stands. What it cannot parse it refuses; promtool judges whether an expression is right."""

import collections
import re

Token = collections.namedtuple("Token", "kind text start end")
# kind: or, and, unless, a comparison, an arithmetic operator, number, selector, call, paren. parts: the operands.
Node = collections.namedtuple("Node", "kind start end parts")

_TOKEN = re.compile(r"""(?P<space>\s+)|(?P<string>"(?:[^"\\]|\\.)*"|'[^']*')|(?P<braces>\{[^}]*\})|(?P<range>\[[^\]]*\])
  |(?P<duration>\d+(?:ms|[smhdwy])(?:\d+(?:ms|[smhdwy]))*)|(?P<number>\d+(?:\.\d+)?)|(?P<word>[A-Za-z_:][\w:]*)
  |(?P<sign>==|!=|>=|<=|[-+*/%^<>(),])""", re.X)
_LEVELS = [("or",), ("and", "unless"), ("==", "!=", ">", "<", ">=", "<="), ("+", "-"), ("*", "/", "%")]
_GROUPINGS = ("by", "without", "on", "ignoring", "group_left", "group_right")
COMPARISONS = _LEVELS[2]


def tokenize(text):
    tokens, at = [], 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found:
            raise ValueError("no PromQL: %r" % text[at:at + 30])
        at = found.end()
        if found.lastgroup != "space":
            tokens.append(Token(found.lastgroup, found.group(), found.start(), found.end()))
    return tokens


def parse(text):
    """The tree of the whole text."""
    parser = _Parser(tokenize(text))
    node = parser.binary(0)
    if parser.next:
        raise ValueError("too much: %r" % text[parser.next.start:])
    return node


def walk(node):
    yield node
    for part in node.parts:
        yield from walk(part)


class _Parser:
    def __init__(self, tokens):
        self._tokens = tokens
        self._at = 0

    @property
    def next(self):
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, *texts):
        token = self.next
        if token is None or texts and token.text not in texts:
            raise ValueError("%r expected, not %r" % (texts, token))
        self._at += 1
        return token

    def _is(self, *texts):
        return self.next is not None and self.next.text in texts

    def binary(self, level):
        if level == len(_LEVELS):
            return self._operand()
        left = self.binary(level + 1)
        while self._is(*_LEVELS[level]):
            operator = self._take().text
            self._skip_groupings()
            right = self.binary(level + 1)
            left = Node(operator, left.start, right.end, [left, right])
        return left

    def _skip_groupings(self):
        while self._is(*_GROUPINGS):
            self._take()
            self._take("(")
            while not self._is(")"):
                self._take()
            self._take(")")

    def _operand(self):
        token = self._take()
        if token.text == "(":
            inner = self.binary(0)
            return Node("paren", token.start, self._take(")").end, [inner])
        if token.kind in ("number", "string"):
            return Node(token.kind, token.start, token.end, [])
        if token.kind != "word":
            raise ValueError("an operand expected, not %r" % (token,))
        self._skip_groupings()
        if self._is("("):
            return self._call(token)
        return self._selector(token)

    def _call(self, name):
        self._take("(")
        parts = []
        while not self._is(")"):
            parts.append(self.binary(0))
            if self._is(","):
                self._take()
        end = self._take(")").end
        return Node("call", name.start, end, parts)

    def _selector(self, name):
        end, parts = name.end, []
        if self.next and self.next.kind == "braces":
            braces = self._take()
            parts.append(Node("braces", braces.start, braces.end, []))
            end = braces.end
        if self.next and self.next.kind == "range":
            end = self._take().end
        if self._is("offset"):
            self._take()
            end = self._take().end
        return Node("selector", name.start, end, parts)
