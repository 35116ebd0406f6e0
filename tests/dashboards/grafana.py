# SPDX-License-Identifier: Apache-2.0
"""What Grafana does to a dashboard's expressions before Prometheus sees them."""

import re

WIDTH = 1000  # pixels of a panel, the most points that it asks for
ROUND_STEPS = (1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600)
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds(duration):
    return int(duration[:-1]) * UNITS[duration[-1]]


def step(panel, span):
    """Seconds between the points of a panel over a time range of that many seconds."""
    at_least = seconds(panel.get("interval", "1s"))
    return max(at_least, next(round_step for round_step in ROUND_STEPS if round_step >= span / WIDTH))


def filled(expression, values, a_step, span, scrape):
    """The expression with its variables replaced. `values`: name -> regular expression; `scrape`: seconds."""
    known = {"__rate_interval": "%ds" % max(a_step + scrape, 4 * scrape), "__interval": "%ds" % a_step,
             "__range": "%ds" % span, **values}
    return re.sub(r"\$\{?(\w+)\}?", lambda found: known[found[1]], expression)


def escaped(value):
    """One value of a variable as it stands inside a quoted regular expression."""
    return re.sub(r"[.*+?^$|()\[\]{}\\]", lambda found: "\\\\" + found[0], value)


def variables(dashboard):
    """Those that are filled by a query."""
    return [variable for variable in dashboard["templating"]["list"] if variable["type"] == "query"]


def label_values(variable):
    """The selector and the label of label_values(selector, label)."""
    return re.fullmatch(r"label_values\((.*), (\w+)\)", variable["query"]["query"]).groups()
