# SPDX-License-Identifier: Apache-2.0
"""What the image tells an engine."""

import re
import sys
import unittest

import image

_MEGABYTE = 10**6
_LARGEST = 120  # MB


class ConfigTest(unittest.TestCase):
    def test_the_user_is_a_number_and_not_root(self):
        self.assertEqual(image.config()["User"], "65532:65532")

    def test_it_serves_where_its_port_is_told(self):
        self.assertEqual(list(image.config()["ExposedPorts"]), ["10451/tcp"])
        self.assertIn("--web.listen-address=:10451", image.config()["Cmd"])

    def test_it_serves_the_configuration_that_is_mounted(self):
        self.assertEqual(image.config()["Entrypoint"], [image.BINARY])
        self.assertEqual(image.config()["Cmd"][:2], ["serve", "--config.file=/etc/mailsonde/mailsonde.toml"])

    def test_its_health_is_asked_by_the_program_itself(self):
        check = image.config()["Healthcheck"]
        self.assertEqual(check["Test"], ["CMD", image.BINARY, "health"])
        self.assertEqual((check["Interval"], check["Timeout"]), (30 * 10**9, 5 * 10**9))  # ns

    def test_labels_say_what_it_is(self):
        build = image.REPO.joinpath("CMakeLists.txt").read_text()
        version, description = re.search(r'project\(mailsonde VERSION (\S+) DESCRIPTION "([^"]+)"', build).groups()
        labels = {name.removeprefix("org.opencontainers.image."): value
                  for name, value in image.config()["Labels"].items()}
        expected = {"title": "mailsonde", "description": description, "version": version, "licenses": "Apache-2.0",
                    "source": "https://github.com/mailsonde/mailsonde"}
        self.assertEqual({name: labels.get(name) for name in expected}, expected)

    def test_nothing_of_the_build_is_in_its_environment(self):
        self.assertEqual({entry.split("=")[0] for entry in image.config()["Env"]}, {"PATH"})

    def test_it_is_small(self):
        sizes = [size / _MEGABYTE for size in image.layer_sizes()]
        print("measured: %.1f MB, the exported layers uncompressed: %s" %
              (sum(sizes), " + ".join("%.1f" % size for size in sizes)), file=sys.stderr)
        self.assertGreater(sizes[0], 50)
        self.assertLessEqual(sum(sizes), _LARGEST)


if __name__ == "__main__":
    unittest.main()
