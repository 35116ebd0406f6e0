# SPDX-License-Identifier: Apache-2.0
"""The JSON that users import is what the TypeScript gives, and both name nothing that is not ours."""

import json
import pathlib
import subprocess
import tempfile
import unittest

import house

BIN = house.DASHBOARDS / "node_modules" / ".bin"


class Generated(unittest.TestCase):
    def test_the_committed_json_is_what_the_source_gives(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([BIN / "tsc"], cwd=house.DASHBOARDS, check=True, timeout=120)
            subprocess.run(["node", "js/generate.js", folder], cwd=house.DASHBOARDS, check=True, timeout=60,
                           stdout=subprocess.DEVNULL)
            made = {path.name: path.read_text() for path in pathlib.Path(folder).iterdir()}
        committed = {path.name: path.read_text() for path in house.DASHBOARDS.glob("mailsonde-*.json")}
        self.assertEqual(sorted(made), sorted(committed))
        for name, text in made.items():
            self.assertEqual(text, committed[name], "%s is stale: npm run generate in dashboards/" % name)

    def test_packages_are_pinned_and_name_no_host(self):
        package = json.loads((house.DASHBOARDS / "package.json").read_text())
        for name, version in package["devDependencies"].items():
            self.assertRegex(version, r"^\d+\.\d+\.\d+$", name)
        lock = (house.DASHBOARDS / "package-lock.json").read_text()
        self.assertNotIn('"resolved"', lock)
        self.assertNotIn("://registry", lock)


if __name__ == "__main__":
    unittest.main()
