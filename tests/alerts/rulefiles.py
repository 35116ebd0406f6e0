# SPDX-License-Identifier: Apache-2.0
"""The rules and alerts as they are shipped, and promtool on a part of them: an alert with the rules that it needs and
the cases in cases/ALERT.yml. All of them at once take promtool eight times as long."""

import copy
import pathlib
import re
import subprocess

import yaml

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SHIPPED = ROOT / "deploy" / "prometheus"
RULES = SHIPPED / "mailsonde.rules.yml"
ALERTS = SHIPPED / "mailsonde.alerts.yml"
ALERTMANAGER = SHIPPED / "alertmanager.example.yml"
CASES = HERE / "cases"
PAGES = ROOT / "docs" / "runbooks"
SECONDS_PER_RUN = 120
RANK = {"info": 0, "warning": 1, "critical": 2}  # of a severity


def load(path):
    return yaml.safe_load(path.read_text(encoding="ascii"))


def rules_of(document):
    return [rule for group in document["groups"] for rule in group["rules"]]


def alert_names():
    """Each once, in the order of the file."""
    return list(dict.fromkeys(rule["alert"] for rule in rules_of(load(ALERTS))))


def keep(document, wanted):
    """A copy with only the rules that `wanted` holds of. Groups stay, even empty ones: the cases name their order."""
    part = copy.deepcopy(document)
    for group in part["groups"]:
        group["rules"] = [rule for rule in group["rules"] if wanted(rule)]
    return part


def needed_records(rules, expressions):
    """Names of the recording rules that these expressions are built on, and those that these are built on in turn."""
    found, text = set(), " ".join(expressions)
    while True:
        more = [rule for rule in rules_of(rules)
                if rule["record"] not in found and re.search(re.escape(rule["record"]) + r"(?![\w:])", text)]
        if not more:
            return found
        found.update(rule["record"] for rule in more)
        text += " " + " ".join(rule["expr"] for rule in more)


def run_cases(folder, name, rules, alerts, changed_to=None):
    """promtool's verdict on cases/`name`.yml with these rules and the alerts of that name: (passed, what it printed).
    `changed_to` has other alerts to hold against the same cases: their rules, by a name that stands for them."""
    changed_to = changed_to or {name: [rule for rule in rules_of(alerts) if rule["alert"] == name]}
    needed = needed_records(rules, [rule["expr"] for changed in changed_to.values() for rule in changed])
    write(folder / RULES.name, keep(rules, lambda rule: rule["record"] in needed))
    alerts = keep(alerts, lambda rule: False)
    alerts["groups"][0]["rules"] = [dict(rule, alert=new) for new, changed in changed_to.items() for rule in changed]
    write(folder / ALERTS.name, alerts)
    cases = load(CASES / (name + ".yml"))
    cases["rule_files"] = [RULES.name, ALERTS.name]
    for test in cases["tests"]:
        checks = test["alert_rule_test"]
        test["alert_rule_test"] = [dict(check, alertname=new) for check in checks for new in changed_to]
    write(folder / "cases.yml", cases)
    done = subprocess.run(["promtool", "test", "rules", "cases.yml"], cwd=folder, capture_output=True, text=True,
                          timeout=SECONDS_PER_RUN)
    return done.returncode == 0, done.stdout + done.stderr


def write(path, document):
    path.write_text(yaml.safe_dump(document, sort_keys=False, width=10**6), encoding="ascii")
