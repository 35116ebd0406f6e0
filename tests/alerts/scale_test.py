# SPDX-License-Identifier: Apache-2.0
"""deploy/prometheus/scale-windows: the same rules at another pace, and nothing else."""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import rulefiles

TOOL = rulefiles.SHIPPED / "scale-windows"


def scaled(factor, path):
    return subprocess.run([sys.executable, TOOL, factor, path], capture_output=True, text=True, timeout=30)


class ScaleTest(unittest.TestCase):
    def test_a_factor_of_one_changes_nothing(self):
        for path in (rulefiles.RULES, rulefiles.ALERTS):
            self.assertEqual(scaled("1", path).stdout, path.read_text(encoding="ascii"))

    def test_every_duration_is_scaled_and_nothing_else(self):
        duration = re.compile(r"(?<![\w:])(\d+)(ms|[smhd])\b")
        text = rulefiles.ALERTS.read_text(encoding="ascii")
        done = scaled("1/60", rulefiles.ALERTS)
        self.assertIn("for: 1s\n", done.stdout)
        self.assertIn("mailsonde_probe_success[2m]", done.stdout)
        self.assertIn("offset 24m", done.stdout)
        for before, after in zip(text.splitlines(), done.stdout.splitlines(), strict=True):
            if "long:" in before or "short:" in before or before.lstrip().startswith("#"):
                self.assertEqual(after, before)
            else:
                self.assertEqual(len(duration.findall(after)), len(duration.findall(before)))
                self.assertEqual(duration.sub("", after), duration.sub("", before))
                self.assertEqual(after == before, not duration.search(before), before)

    def test_the_result_is_valid(self):
        with tempfile.TemporaryDirectory(prefix="mailsonde-alerts-") as folder:
            for factor in ("1/60", "1/7", "5"):
                for path in (rulefiles.RULES, rulefiles.ALERTS):
                    copy = pathlib.Path(folder) / path.name
                    copy.write_text(scaled(factor, path).stdout)
                    done = subprocess.run(["promtool", "check", "rules", "--lint=all", "--lint-fatal", copy],
                                          capture_output=True, text=True, timeout=30)
                    self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_what_is_no_factor_is_refused(self):
        for factor in ("0", "-1", "x", "1/0"):
            self.assertEqual(scaled(factor, rulefiles.RULES).returncode, 2)


if __name__ == "__main__":
    unittest.main()
