# SPDX-License-Identifier: Apache-2.0
"""What Grafana 11, 12 and 13 would stumble over when they import the JSON files as they are."""

import json
import unittest

import house

# Part of Grafana itself in 11 to 13; graph, singlestat and table-old went with AngularJS.
CORE_PANELS = {"barchart", "bargauge", "row", "stat", "state-timeline", "table", "timeseries"}
TRANSFORMATIONS = {"filterFieldsByName", "groupingToMatrix", "merge", "organize"}
LONGEST_UID = 40


def objects(value):
    """All JSON objects inside, at any depth."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(inner)


class Import(unittest.TestCase):
    looking_at = ""

    def _formatMessage(self, msg, standardMsg):  # what unittest makes its messages with
        return "%s: %s" % (self.looking_at, super()._formatMessage(msg, standardMsg))

    def each(self):
        for self.looking_at, dashboard in house.dashboards().items():
            yield dashboard

    def test_every_panel_type_is_in_all_three(self):
        for dashboard in self.each():
            kinds = {panel["type"] for panel in [*dashboard["panels"], *house.panels(dashboard)]}
            self.assertLessEqual(kinds, CORE_PANELS)

    def test_every_transformation_is_in_all_three(self):
        for dashboard in self.each():
            for panel in house.panels(dashboard):
                self.assertLessEqual({each["id"] for each in panel.get("transformations", [])}, TRANSFORMATIONS)

    def test_nothing_is_asked_on_import(self):
        for dashboard in self.each():
            self.assertFalse({"__inputs", "__requires", "__elements"} & set(dashboard))
            self.assertNotIn("${DS_", json.dumps(dashboard))

    def test_every_data_source_is_the_variable(self):
        for dashboard in self.each():
            for found in objects(dashboard):
                if isinstance(found.get("datasource"), (str, dict)):
                    self.assertEqual(found["datasource"], {"type": "prometheus", "uid": "${datasource}"})

    def test_uids_are_short_enough_and_dashboards_have_no_number(self):
        for dashboard in self.each():
            self.assertRegex(dashboard["uid"], r"^[a-z0-9-]{1,%d}$" % LONGEST_UID)
            self.assertNotIn("id", dashboard)  # that of another Grafana's data base

    def test_links_and_annotations_are_not_hidden_in_a_menu(self):
        for dashboard in self.each():
            for shown in [*dashboard["links"], *dashboard["annotations"]["list"]]:
                self.assertNotIn("placement", shown)
            for annotation in dashboard["annotations"]["list"]:
                self.assertTrue(annotation["enable"] and annotation["iconColor"] and annotation["expr"])
                self.assertFalse(annotation["hide"])

    def test_variables_have_nothing_of_intervals(self):
        for dashboard in self.each():
            for variable in dashboard["templating"]["list"]:
                self.assertFalse({"auto", "auto_min", "auto_count"} & set(variable), variable["name"])

    def test_rows_are_collapsed_with_their_panels_inside(self):
        for dashboard in self.each():
            for row in (panel for panel in dashboard["panels"] if panel["type"] == "row"):
                self.assertTrue(row["collapsed"] and row["panels"])

    def test_a_query_is_either_of_a_moment_or_of_a_range(self):
        for name, panel, target in house.targets():
            with self.subTest(dashboard=name, panel=panel["title"]):
                self.assertNotEqual(target["instant"], target["range"])


if __name__ == "__main__":
    unittest.main()
