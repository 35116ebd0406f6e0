# SPDX-License-Identifier: Apache-2.0
"""What the tests of the dashboards take from the rest of the tree: metrics, outcomes, rules, and the dashboards."""

import functools
import json
import pathlib
import re

TREE = pathlib.Path(__file__).resolve().parents[2]
DASHBOARDS = TREE / "dashboards"
RULES = TREE / "deploy" / "prometheus"


@functools.cache
def metrics():
    """{name: (type, labels beyond those of a target)} of docs/metrics.md; a unit test keeps it equal to the program."""
    text = (TREE / "docs" / "metrics.md").read_text()
    rows = re.findall(r"^\| `((?:mailsonde|process)_\w+)` \| (\w+) \| (?:`([\w,]+)`)? *\|", text, re.M)
    return {name: (kind, tuple(labels.split(",")) if labels else ()) for name, kind, labels in rows}


@functools.cache
def outcomes():
    text = (TREE / "docs" / "outcomes.md").read_text()
    return re.findall(r"^## ([a-z_]+)$", text, re.M)


@functools.cache
def dashboards():
    return {path.stem: json.loads(path.read_text()) for path in sorted(DASHBOARDS.glob("mailsonde-*.json"))}


def panels(dashboard):
    """All panels but rows, also those inside rows."""
    for panel in dashboard["panels"]:
        if panel["type"] == "row":
            yield from panel.get("panels", [])
        else:
            yield panel


def targets():
    """(dashboard, panel, target) of all panels."""
    for name, dashboard in dashboards().items():
        for panel in panels(dashboard):
            for target in panel["targets"]:
                yield name, panel, target
