# SPDX-License-Identifier: Apache-2.0
"""Dashboards, rules and exporter agree: on metrics, labels, outcomes and thresholds."""

import json
import re
import unittest

import house
import series

OF_PROMETHEUS = {"up", "scrape_samples_scraped", "scrape_duration_seconds", "ALERTS"}
OF_TARGET = ("target", "kind", "provider", "source")
# Exported, and neither on a dashboard nor in a rule: why not.
NOT_SHOWN = {
    "process_virtual_memory_bytes": "says nothing on a 64-bit host; people expect it all the same",
    "process_virtual_memory_max_bytes": "as above",
}
NAME = re.compile(r"\b(?:mailsonde|process)_[a-z_0-9]+\b")


def used(text):
    return {name if name in house.metrics() else series.family(name) for name in NAME.findall(text)}


def expressions():
    for _, _, target in house.targets():
        yield target["expr"]
    for dashboard in house.dashboards().values():
        for annotation in dashboard["annotations"]["list"]:
            yield annotation["expr"]
        for variable in dashboard["templating"]["list"]:
            if variable["type"] == "query":
                yield variable["query"]["query"]


def rules():
    return "\n".join(path.read_text() for path in sorted(house.RULES.glob("mailsonde.*.yml")))


class Metrics(unittest.TestCase):
    def test_every_metric_used_is_exported(self):
        for expression in expressions():
            names = set(re.findall(r"\b([a-zA-Z_]\w*)\{", expression)) | set(NAME.findall(expression))
            self.assertTrue(names, expression)
            self.assertLessEqual({series.family(name) if name not in house.metrics() else name for name in names},
                                 set(house.metrics()) | OF_PROMETHEUS)

    def test_every_exported_metric_is_used_or_excused(self):
        shown = set().union(*(used(expression) for expression in expressions())) | used(rules())
        self.assertEqual(set(house.metrics()) - shown, set(NOT_SHOWN))

    def test_the_history_has_every_metric_with_its_labels(self):
        labels = {}
        for name, own, _ in series.everything():
            labels.setdefault(series.family(name), set()).update(own)
        for name, (_, own) in house.metrics().items():
            with self.subTest(metric=name):
                of_target = OF_TARGET if "target" in labels[name] else ()
                self.assertEqual(labels[name] - {"job", "instance", "le"}, {*own, *of_target})

    def test_every_outcome_has_a_colour_of_its_own(self):
        text = (house.DASHBOARDS / "src" / "colours.ts").read_text()
        colours = dict(re.findall(r"^  (\w+): '(#\w{6})',$", text, re.M))
        self.assertEqual(sorted(colours), sorted(house.outcomes()))
        self.assertEqual(len(set(colours.values())), len(colours))


class Thresholds(unittest.TestCase):
    def test_numbers_are_those_of_the_alerts(self):
        file = house.RULES / "mailsonde.alerts.yml"
        if not file.exists():
            self.skipTest("no alert rules in this tree")
        alerts = {}
        for text in re.split(r"^\s*- alert: ", file.read_text(), flags=re.M)[1:]:
            name, _, body = text.partition("\n")
            alerts[name.strip()] = alerts.get(name.strip(), "") + " ".join(body.split())
        numbers = json.loads((house.DASHBOARDS / "src" / "thresholds.json").read_text())
        for name, threshold in numbers.items():
            with self.subTest(threshold=name):
                clause = threshold["clause"].replace("{}", "%g" % threshold["value"])
                self.assertRegex(alerts[threshold["alert"]], re.escape(clause) + r"(?![\d.])")


if __name__ == "__main__":
    unittest.main()
