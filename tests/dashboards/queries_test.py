# SPDX-License-Identifier: Apache-2.0
"""Every expression of every panel answers with data, quickly, from a Prometheus with six hours of 200 targets."""

import math
import os
import pathlib
import tempfile
import unittest

import grafana
import history
import house
import world

SPAN = history.LAST - world.START
MOST_MILLISECONDS = 200
SINGLE = {"job": "mailsonde", "instance": world.INSTANCE["instance"], "source": "pool-a", "kind": "destination",
          "provider": "microsoft", "target": "aurora-07.example"}
SINGLE_OF = {"mailsonde-relay": {**SINGLE, "target": "out-7", "kind": "relay"},
             "mailsonde-sources": {**SINGLE, "provider": "yahoo"}}
# Where nothing is what should be there: a relay without logins that were refused shows no such line, and so on.
MAY_BE_EMPTY = {
    ("mailsonde-prober", "Throttled targets by provider"): "nobody throttles",
}


def most_milliseconds():
    """Where processors have more to do than they can, they share caches and cores: 140 ms became 230."""
    return MOST_MILLISECONDS * (2 if os.getloadavg()[0] > os.cpu_count() else 1)


class Queries(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls._folder = cls.enterClassContext(tempfile.TemporaryDirectory(prefix="mailsonde-dashboards-"))
        cls.prometheus = cls.enterClassContext(history.Prometheus(pathlib.Path(cls._folder)))

    def test_every_expression_answers_with_every_variable_at_its_default(self):
        self.ask_all("defaults", lambda name: self.defaults(house.dashboards()[name]))

    def test_every_expression_answers_with_every_variable_at_one_value(self):
        values = {name: {key: grafana.escaped(value) for key, value in SINGLE_OF.get(name, SINGLE).items()}
                  for name in house.dashboards()}
        self.ask_all("one value", values.get)

    def test_annotations_have_something_to_mark(self):
        for name, dashboard in house.dashboards().items():
            for annotation in dashboard["annotations"]["list"]:
                with self.subTest(dashboard=name, annotation=annotation["name"]):
                    expression = grafana.filled(annotation["expr"], self.defaults(dashboard), 60, SPAN, world.STEP)
                    self.assertGreater(self.points(expression, 60, False), 0, expression)

    def ask_all(self, what, values_of):
        milliseconds = []
        for name, panel, target in house.targets():
            step = grafana.step(panel, SPAN)
            expression = grafana.filled(target["expr"], values_of(name), step, SPAN, world.STEP)
            with self.subTest(dashboard=name, panel=panel["title"], target=target["refId"]):
                try:
                    points, took = self.quickest(expression, step, target["instant"])
                except history.Refused as refusal:
                    raise self.failureException("%s\n%s" % (expression, refusal)) from None
                milliseconds.append((took, name, panel["title"], target["refId"]))
                if (name, panel["title"]) not in MAY_BE_EMPTY:
                    self.assertGreater(points, 0, "no data:\n" + expression)
                self.assertLessEqual(took, most_milliseconds(), expression)
        milliseconds.sort(reverse=True)
        print("%s: %d expressions, median %d ms, slowest %s" % (
            what, len(milliseconds), milliseconds[len(milliseconds) // 2][0],
            "; ".join("%d ms %s / %s" % row[:3] for row in milliseconds[:3])), flush=True)

    def defaults(self, dashboard):
        """All, or the first value of a variable that has one value at a time."""
        values = {}
        for variable in grafana.variables(dashboard):
            if variable["includeAll"]:
                values[variable["name"]] = variable["allValue"]
                continue
            selector, label = grafana.label_values(variable)
            found = self.prometheus.ask("label/%s/values" % label, start=world.START, end=history.LAST,
                                        **{"match[]": grafana.filled(selector, values, 60, SPAN, world.STEP)})
            self.assertTrue(found, "no value for $%s" % variable["name"])
            values[variable["name"]] = grafana.escaped(found[0])
        return values

    def quickest(self, expression, step, instant):
        """Points, and milliseconds of processor time that Prometheus needs: the clock would measure who else works."""
        took = []
        while len(took) < 6 and not (took and took[-1] <= MOST_MILLISECONDS / 2):
            before = self.processor_milliseconds()
            points = self.points(expression, step, instant)
            took.append(self.processor_milliseconds() - before)
        return points, min(took)

    def processor_milliseconds(self):
        fields = pathlib.Path("/proc/%d/stat" % self.prometheus.pid).read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) * 1000 // os.sysconf("SC_CLK_TCK")

    def points(self, expression, step, instant):
        """How many values there are that are numbers."""
        if instant:
            answer = self.prometheus.ask("query", query=expression, time=history.LAST)
        else:
            answer = self.prometheus.ask(
                "query_range", query=expression, start=world.START, end=history.LAST, step=step)
        result = answer["result"]
        return sum(not math.isnan(float(value)) for row in result
                   for _, value in (row["values"] if "values" in row else [row["value"]]))


if __name__ == "__main__":
    unittest.main()
