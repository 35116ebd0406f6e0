# SPDX-License-Identifier: Apache-2.0
"""The rules of grafana/dashboard-linter, by their names, and the layout. Whether an expression is PromQL, its
target-promql-rule, is shown by queries_test.py: Prometheus takes each."""

import re
import unittest

import grafana
import house

COUNTERS = re.compile(r"_(total|bucket|count|sum)$")
SELECTOR = re.compile(r"\b([a-zA-Z_:][\w:]*)\{([^}]*)\}")
WINDOW = re.compile(r"\[([^\]]+)\]")
COLUMNS = 24


def without_strings(expression):
    return re.sub(r'"[^"]*"', '""', expression)


class Lint(unittest.TestCase):
    looking_at = ""

    def _formatMessage(self, msg, standardMsg):  # what unittest makes its messages with
        return "%s: %s" % (self.looking_at, super()._formatMessage(msg, standardMsg))

    def each_dashboard(self):
        self.assertEqual(len(house.dashboards()), 5)
        for name, dashboard in house.dashboards().items():
            self.looking_at = name
            yield name, dashboard

    def each_panel(self):
        for name, dashboard in house.dashboards().items():
            for panel in house.panels(dashboard):
                self.looking_at = "%s / %s" % (name, panel.get("title"))
                yield panel

    def each_target(self):
        for name, panel, target in house.targets():
            self.looking_at = "%s / %s / %s" % (name, panel["title"], target["refId"])
            yield panel, target

    def variable(self, dashboard, name):
        return next(variable for variable in dashboard["templating"]["list"] if variable["name"] == name)

    def test_template_datasource_rule(self):
        for _, dashboard in self.each_dashboard():
            variable = self.variable(dashboard, "datasource")
            self.assertEqual((variable["type"], variable["query"]), ("datasource", "prometheus"))

    def template(self, name):
        for _, dashboard in self.each_dashboard():
            variable = self.variable(dashboard, name)
            self.assertEqual((variable["type"], variable["datasource"]["uid"]), ("query", "${datasource}"))
            self.assertEqual((variable["multi"], variable["includeAll"], variable["allValue"]), (True, True, ".+"))
            self.assertTrue(variable["label"])

    def test_template_job_rule(self):
        self.template("job")

    def test_template_instance_rule(self):
        self.template("instance")

    def test_template_on_time_change_reload_rule(self):
        for _, dashboard in self.each_dashboard():
            for variable in grafana.variables(dashboard):
                self.assertEqual(variable["refresh"], 2, variable["name"])

    def test_panel_datasource_rule(self):
        for panel in self.each_panel():
            for owner in [panel, *panel["targets"]]:
                self.assertEqual(owner["datasource"], {"type": "prometheus", "uid": "${datasource}"})

    def test_panel_title_description_rule(self):
        for panel in self.each_panel():
            self.assertTrue(panel["title"].strip())
            self.assertGreater(len(panel["description"]), 40)
            self.assertTrue(panel["description"].isascii())

    def test_panel_units_rule(self):
        for panel in self.each_panel():
            self.assertTrue(panel["fieldConfig"]["defaults"]["unit"])

    def test_target_job_rule(self):
        self.matched("job")

    def test_target_instance_rule(self):
        self.matched("instance")

    def matched(self, label):
        for _, target in self.each_target():
            selectors = SELECTOR.findall(target["expr"])
            self.assertTrue(selectors)
            for metric, matchers in selectors:
                self.assertIn('%s=~"$%s"' % (label, label), matchers.split(","), metric)

    def test_target_counter_agg_rule(self):
        for _, target in self.each_target():
            for found in SELECTOR.finditer(target["expr"]):
                if COUNTERS.search(found[1]):
                    before, after = target["expr"][:found.start()], target["expr"][found.end():]
                    self.assertRegex(before, r"\b(rate|increase)\($", found[1])
                    self.assertTrue(after.startswith("["), found[1])

    def test_target_rate_interval_rule(self):
        """A window is the panel's own, or a fixed one that the description names."""
        for panel, target in self.each_target():
            for window in WINDOW.findall(without_strings(target["expr"])):
                if window in ("$__rate_interval", "$__range"):
                    continue
                if window == "1h" and "last_over_time" in target["expr"]:
                    continue  # the newest value of a slow gauge, not a window that is averaged over
                self.assertIn(window.split(":")[0], re.findall(r"\w+", panel["description"]), "fixed window")

    def test_uneditable_dashboard(self):
        for _, dashboard in self.each_dashboard():
            self.assertIs(dashboard["editable"], False)

    def test_dashboards_are_alike(self):
        for name, dashboard in self.each_dashboard():
            self.assertEqual((dashboard["uid"], dashboard["schemaVersion"], dashboard["graphTooltip"]), (name, 39, 1))
            self.assertEqual((dashboard["tags"], dashboard["time"]["from"]), (["mailsonde"], "now-6h"))
            links = [(link["tags"], link["keepTime"], link["includeVars"]) for link in dashboard["links"]]
            self.assertEqual(links, [(["mailsonde"], True, True)])
            marks = [annotation["name"] for annotation in dashboard["annotations"]["list"]]
            self.assertEqual(marks, ["Reloads", "Versions", "Alerts"])

    def test_ids_are_unique(self):
        for _, dashboard in self.each_dashboard():
            rows = [panel for panel in dashboard["panels"] if panel["type"] == "row"]
            ids = [panel["id"] for panel in [*house.panels(dashboard), *rows]]
            self.assertEqual(len(ids), len(set(ids)))
            for panel in house.panels(dashboard):
                letters = [target["refId"] for target in panel["targets"]]
                self.assertEqual(len(letters), len(set(letters)), panel["title"])

    def test_grid_has_no_overlap_and_no_overflow(self):
        for _, dashboard in self.each_dashboard():
            rows = [panel for panel in dashboard["panels"] if panel["type"] == "row"]
            for shown in [dashboard["panels"], *(row["panels"] for row in rows)]:
                taken = set()
                for panel in shown:
                    at = panel["gridPos"]
                    self.assertLessEqual(at["x"] + at["w"], COLUMNS, panel["title"])
                    cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
                    self.assertFalse(taken & cells, panel["title"])
                    taken |= cells

    def test_not_too_much_at_once(self):
        for _, dashboard in self.each_dashboard():
            shown = [panel for panel in dashboard["panels"] if panel["type"] != "row"]
            self.assertLessEqual(len(shown), 20)

    def test_links_lead_to_dashboards_that_exist(self):
        text = str(house.dashboards())
        for uid in re.findall(r"/d/(mailsonde-[\w-]+)\?", text):
            self.assertIn(uid, house.dashboards())
        for kind in ("destination", "relay"):  # ${__data.fields.kind} ends the uid
            self.assertIn("mailsonde-" + kind, house.dashboards())


if __name__ == "__main__":
    unittest.main()
