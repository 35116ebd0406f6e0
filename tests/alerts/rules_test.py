# SPDX-License-Identifier: Apache-2.0
"""The rules, alerts and pages by the house's conventions."""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import promql
import rulefiles

_DOCUMENTED = re.compile(r"^\| `(\w+)` \| (counter|gauge|histogram) \| ?(?:`([\w,]*)`)?", re.M)
_METRIC = re.compile(r"\b(?:mailsonde|process)_\w+")
_SECTIONS = ["Meaning", "Impact", "How to confirm", "What to do", "When to escalate"]
_OF_PROMETHEUS = {"ALERTS", "up", "scrape_duration_seconds", "prometheus_config_last_reload_successful"}


def metrics():
    """The names of all series that mailsonde exports."""
    found = set()
    for name, kind, _ in _DOCUMENTED.findall((rulefiles.ROOT / "docs" / "metrics.md").read_text()):
        found |= {name + suffix for suffix in ("_bucket", "_count", "_sum")} if kind == "histogram" else {name}
    return found


def promtool(*arguments):
    return subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True, timeout=60)


def queries_of(page):
    return re.findall(r"```promql\n(.*?)\n```", page.read_text(), re.S)


class RulesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.records = rulefiles.rules_of(rulefiles.load(rulefiles.RULES))
        cls.alerts = rulefiles.rules_of(rulefiles.load(rulefiles.ALERTS))
        cls.pages = sorted(path for path in rulefiles.PAGES.glob("*.md") if path.stem != "README")

    def test_promtool_has_nothing_to_say(self):
        for path in (rulefiles.RULES, rulefiles.ALERTS):
            done = promtool("check", "rules", "--lint=all", "--lint-fatal", path)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_only_metrics_that_exist_are_used(self):
        known = metrics() | {rule["record"] for rule in self.records}
        self.assertGreater(len(known), 50)
        for rule in self.records + self.alerts:
            for node in promql.walk(promql.parse(rule["expr"])):
                if node.kind == "selector":
                    name = re.match(r"[\w:]+", rule["expr"][node.start:])[0]
                    self.assertIn(name, known | _OF_PROMETHEUS, rule)
            for name in _METRIC.findall(rule.get("annotations", {}).get("description", "")):
                self.assertIn(name, known, rule["alert"])

    def test_every_recording_rule_is_used(self):
        used = rulefiles.needed_records(rulefiles.load(rulefiles.RULES), [rule["expr"] for rule in self.alerts])
        self.assertEqual({rule["record"] for rule in self.records} - used, set())

    def test_alerts_look_as_the_conventions_say(self):
        for rule in self.alerts:
            with self.subTest(rule["alert"]):
                self.assertRegex(rule["alert"], r"^Mailsonde[A-Z0-9]\w+$")
                self.assertIn(rule["labels"]["severity"], rulefiles.RANK)
                notes = rule["annotations"]
                self.assertEqual(sorted(notes), ["description", "runbook_url", "summary"])
                self.assertRegex(notes["summary"], r"^[A-Z][^{}]*\.$")
                self.assertTrue(notes["runbook_url"].endswith("/docs/runbooks/%s.md" % rule["alert"]))

    def test_every_alert_has_its_page_and_every_page_its_alert(self):
        self.assertEqual([page.stem for page in self.pages], sorted(rulefiles.alert_names()))
        for page in self.pages:
            with self.subTest(page.stem):
                text = page.read_text(encoding="ascii")
                self.assertTrue(text.startswith("# %s\n" % page.stem))
                self.assertEqual(re.findall(r"^## (.*)$", text, re.M), _SECTIONS)
                for link in re.findall(r"\]\(([^)#:]+)\)", text):
                    self.assertTrue((page.parent / link).exists(), link)

    def test_every_page_has_a_query_that_asks_for_metrics_that_exist(self):
        known = metrics() | {rule["record"] for rule in self.records} | _OF_PROMETHEUS
        groups = []
        for page in self.pages:
            self.assertTrue(queries_of(page), page)
            for query in queries_of(page):
                names = re.findall(r"[A-Za-z_:][\w:]*(?=[{\[]|\s*(?:$|[-+*/=)<>]))", re.sub(r'"[^"]*"', '""', query))
                self.assertTrue(known & set(names), "%s: %s" % (page.stem, query))
                for name in _METRIC.findall(query):
                    self.assertTrue(name in known or any(name in long for long in known), "%s: %s" % (page.stem, name))
                groups.append({"record": "page:query", "expr": query, "labels": {"page": page.stem}})
        with tempfile.TemporaryDirectory(prefix="mailsonde-alerts-") as folder:
            path = pathlib.Path(folder) / "queries.yml"
            rulefiles.write(path, {"groups": [{"name": "queries", "rules": groups}]})
            done = promtool("check", "rules", "--lint=none", path)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_the_list_of_alerts_is_complete_and_true(self):
        text = (rulefiles.ROOT / "docs" / "alerts.md").read_text(encoding="ascii")
        listed = re.findall(r"^\| \[(\w+)\]\(runbooks/\1\.md\) \| ([a-z, ]+) \|", text, re.M)
        severities = {}
        for rule in self.alerts:
            severities.setdefault(rule["alert"], set()).add(rule["labels"]["severity"])
        self.assertEqual({name: set(said.split(", ")) for name, said in listed}, severities)


class CasesTest(unittest.TestCase):
    def test_every_alert_does_what_its_cases_say(self):
        rules, alerts = rulefiles.load(rulefiles.RULES), rulefiles.load(rulefiles.ALERTS)
        checks = 0
        for name in rulefiles.alert_names():
            with self.subTest(name), tempfile.TemporaryDirectory(prefix="mailsonde-alerts-") as folder:
                found = [check for test in rulefiles.load(rulefiles.CASES / (name + ".yml"))["tests"]
                         for check in test["alert_rule_test"]]
                self.assertEqual({check["alertname"] for check in found}, {name})
                self.assertTrue(any(check["exp_alerts"] for check in found), "none that fires")
                self.assertTrue(any(not check["exp_alerts"] for check in found), "none that is quiet")
                checks += len(found)
                passed, printed = rulefiles.run_cases(pathlib.Path(folder), name, rules, alerts)
                self.assertTrue(passed, printed)
        print("alerts: %d, checks: %d" % (len(rulefiles.alert_names()), checks), file=sys.stderr)


if __name__ == "__main__":
    unittest.main()
