# SPDX-License-Identifier: Apache-2.0
"""mailsonde of the stack: what a newcomer gets before anything is configured."""

import pathlib
import tomllib
import unittest

import stack

from parts import mailsonde


class MailsondeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.service = stack.services()["mailsonde"]
        cls.path = stack.on_host(cls.service, stack.flag(cls.service, "config.file"))
        cls.config = tomllib.loads(cls.path.read_text(encoding="ascii"))

    def test_nobody_is_dialled_before_a_target_is_named(self):
        # example.com has a null MX (RFC 7505): a look-up, and no connection.
        self.assertEqual(self.config["destinations"], [{"domain": "example.com"}])
        self.assertEqual(set(self.config), {"prober", "destinations"})

    def test_state_is_on_a_volume(self):
        self.assertTrue(stack.mount_of(self.service, self.config["prober"]["state_file"]).is_volume)

    def test_the_folder_of_the_configuration_is_mounted_so_that_an_editor_may_replace_the_file(self):
        inside = pathlib.PurePosixPath(stack.flag(self.service, "config.file"))
        self.assertEqual(stack.mount_of(self.service, inside).target, inside.parent)
        self.assertIn("--config.enable-auto-reload", self.service["command"])

    def test_it_listens_where_its_port_is_published(self):
        for name in ("mailsonde", "demo"):
            service = stack.services()[name]
            ((_, _, inside),) = stack.published(service)
            self.assertEqual(stack.flag(service, "web.listen-address"), ":%d" % inside)

    @unittest.skipUnless(mailsonde.BINARY.exists(), "there is no %s" % mailsonde.BINARY)
    def test_the_program_accepts_configuration_and_flags(self):
        done = mailsonde.run("check-config", self.path)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        for name in ("mailsonde", "demo"):
            command, *flags = stack.services()[name]["command"]
            known = mailsonde.run(command, "--help").stdout.split()
            for flag in flags:
                self.assertIn(flag.split("=")[0], known)


if __name__ == "__main__":
    unittest.main()
