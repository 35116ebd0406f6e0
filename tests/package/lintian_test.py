# SPDX-License-Identifier: Apache-2.0
"""The package by Debian's rules."""

import subprocess
import unittest

import package


class LintianTest(unittest.TestCase):
    def test_lintian_has_nothing_to_say(self):
        done = subprocess.run(["lintian", "--allow-root", "--fail-on=error,warning", package.deb()],
                              capture_output=True, text=True, timeout=120)
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)

    def test_its_dependencies_are_those_of_the_binary(self):
        depends = subprocess.run(["dpkg-deb", "-f", package.deb(), "Depends"], capture_output=True, text=True,
                                 check=True).stdout
        for library in ("libssl3", "libc-ares2", "libsystemd0", "libprometheus-cpp-core1.0"):
            self.assertIn(library, depends)
        self.assertIn("adduser", depends)


if __name__ == "__main__":
    unittest.main()
