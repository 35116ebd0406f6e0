# SPDX-License-Identifier: Apache-2.0
"""Grafana of the stack: its dashboards stand where its provisioning looks for them, its data source is the Prometheus
beside it."""

import json
import pathlib
import re
import unittest

import stack
import yaml


class GrafanaTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.services = stack.services()
        cls.service = cls.services["grafana"]

    def provisioned(self, kind):
        (path,) = stack.on_host(self.service, "/etc/grafana/provisioning/" + kind).glob("*.yml")
        return path.read_text()

    def test_all_dashboards_and_nothing_else_stand_where_they_are_looked_for(self):
        (provider,) = yaml.safe_load(self.provisioned("dashboards"))["providers"]
        folder = pathlib.PurePosixPath(provider["options"]["path"])
        there = sorted(mount.path for mount in stack.mounts(self.service) if mount.target.is_relative_to(folder))
        self.assertEqual(there, sorted((stack.ROOT / "dashboards").glob("mailsonde-*.json")))
        self.assertEqual(len(there), 5)

    def test_home_is_the_fleet(self):
        path = stack.on_host(self.service, self.service["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"])
        self.assertEqual(json.loads(path.read_text())["title"], "mailsonde / Fleet overview")

    def test_what_the_data_source_takes_from_the_environment_is_given(self):
        wanted = set(re.findall(r"(?<!\$)\$\{(\w+)\}", self.provisioned("datasources")))
        self.assertEqual({name for name in self.service["environment"] if name.startswith("MAILSONDE_")}, wanted)

    def test_the_data_source_is_the_prometheus_of_the_stack(self):
        url = self.service["environment"]["MAILSONDE_PROMETHEUS_URL"]
        host, port = re.fullmatch(r"http://(\w+):(\d+)", url).groups()
        self.assertIn(int(port), [inside for _, _, inside in stack.published(self.services[host])])
        self.assertEqual(host, "prometheus")

    def test_the_scrape_interval_is_what_the_data_source_believes(self):
        (source,) = yaml.safe_load(self.provisioned("datasources"))["datasources"]
        prometheus = self.services["prometheus"]
        config = yaml.safe_load(stack.on_host(prometheus, stack.flag(prometheus, "config.file")).read_text())
        self.assertEqual(config["global"]["scrape_interval"], source["jsonData"]["timeInterval"])
        self.assertNotIn("scrape_interval", config["scrape_configs"][0])


if __name__ == "__main__":
    unittest.main()
