# SPDX-License-Identifier: Apache-2.0
"""The chart's files: helm likes them, and rules and dashboards are those of the repository."""

import json
import pathlib
import re
import tarfile
import tempfile
import unittest

import yaml

import chart

RULES = {name: chart.RULES / name for name in ("mailsonde.rules.yml", "mailsonde.alerts.yml")}
DASHBOARDS = {path.name: path for path in (chart.TREE / "dashboards").glob("mailsonde-*.json")}


class Files(unittest.TestCase):
    def test_helm_lints_it_with_the_values_of_each_ci_file(self):
        for file in chart.CI:
            with self.subTest(file.name):
                chart.helm("lint", "--strict", chart.CHART, "--values", file)
        self.assertEqual([file.name.removesuffix("-values.yaml") for file in chart.CI],
                         ["default", "everything", "existing-secret", "sharded"])

    def test_rules_and_dashboards_are_links_to_the_repositorys(self):
        for folder, sources in (("prometheus", RULES), ("dashboards", DASHBOARDS)):
            links = {link.name: link for link in (chart.CHART / "files" / folder).iterdir()}
            self.assertEqual(sorted(links), sorted(sources), "files/%s needs a link to each" % folder)
            for name, link in links.items():
                self.assertTrue(link.is_symlink(), "%s is a copy, which would drift" % link)
                self.assertEqual(link.resolve(), sources[name])

    def test_a_package_holds_what_the_links_lead_to(self):
        with tempfile.TemporaryDirectory() as folder:
            chart.helm("package", chart.CHART, "--destination", folder)
            (package,) = pathlib.Path(folder).iterdir()
            with tarfile.open(package) as archive:
                members = {member.name: member for member in archive.getmembers()}
                for name, source in [*RULES.items(), *DASHBOARDS.items()]:
                    inside = "mailsonde/files/%s/%s" % ("prometheus" if name in RULES else "dashboards", name)
                    self.assertTrue(members[inside].isfile(), inside)
                    self.assertEqual(archive.extractfile(inside).read(), source.read_bytes())
            self.assertEqual(chart.render(chart.ALL_ON, chart=package), chart.render(chart.ALL_ON))

    def test_a_chart_that_lost_its_links_says_so(self):
        with tempfile.TemporaryDirectory() as folder:
            for path in chart.CHART.rglob("*"):
                if path.is_file() and not path.is_symlink():
                    copy = pathlib.Path(folder) / path.relative_to(chart.CHART)
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    copy.write_bytes(path.read_bytes())
            chart.render(chart=folder)
            for switch in ("prometheusRule", "dashboards"):
                with self.assertRaisesRegex(chart.Refused, "is not in this chart.*helm package"):
                    chart.render({switch: {"enabled": True}}, chart=folder)

    def test_the_version_is_that_of_the_program(self):
        version = re.search(r"project\(mailsonde VERSION (\S+)", (chart.TREE / "CMakeLists.txt").read_text())[1]
        self.assertEqual(yaml.safe_load((chart.CHART / "Chart.yaml").read_text())["appVersion"], version)

    def test_npm_packages_are_pinned_and_name_no_host(self):
        here = pathlib.Path(__file__).parent
        for name, version in json.loads((here / "package.json").read_text())["devDependencies"].items():
            self.assertRegex(version, r"^\d+\.\d+\.\d+$", name)
        lock = (here / "package-lock.json").read_text()
        self.assertNotIn('"resolved"', lock)
        self.assertNotIn("://registry", lock)


if __name__ == "__main__":
    unittest.main()
