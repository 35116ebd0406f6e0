# SPDX-License-Identifier: Apache-2.0
"""The image at work, with a root that cannot be written and no capabilities."""

import os
import shutil
import unittest
import urllib.request

import container
import image
import stack

from parts import netns, processes, tempdirs

_STACK = stack.services()
_CONFIG = stack.on_host(_STACK["mailsonde"], "/etc/mailsonde")


def health():
    return container.run(image.config()["Healthcheck"]["Test"][1:])


class CommandsTest(unittest.TestCase):
    def test_it_tells_the_version_of_its_label(self):
        done = container.run([image.BINARY, "--version"])
        self.assertEqual(done.returncode, 0, done.stderr)
        version = image.config()["Labels"]["org.opencontainers.image.version"]
        self.assertTrue(done.stdout.startswith("mailsonde, version %s " % version), done.stdout)

    def test_it_accepts_the_example(self):
        with tempdirs.private_folder() as folder:
            shutil.copy(image.REPO / "deploy" / "mailsonde.example.toml", folder / "mailsonde.toml")
            done = container.run([image.BINARY, "check-config", "/etc/mailsonde/mailsonde.toml"], folder)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_its_root_cannot_be_written_nor_can_its_configuration(self):
        for path in ("/file", "/tmp/file", "/etc/mailsonde/file"):
            done = container.run(["touch", path])
            self.assertIn("Read-only file system", done.stderr)
        self.assertEqual(container.run(["touch", "/var/lib/mailsonde/file"]).returncode, 0)


class ServeTest(unittest.TestCase):
    def setUp(self):
        network = netns.Namespace("mailsonde-%d-image" % os.getpid())
        self.addCleanup(network.delete)
        network.run("ip", "link", "set", "lo", "up")
        self.folder = self.enterContext(tempdirs.private_folder())
        self.enterContext(network)

    def metrics(self):
        return urllib.request.urlopen(container.Container.URL + "/metrics", timeout=5).read().decode()

    def test_it_serves_as_the_compose_stack_wants_it_and_is_healthy_as_long_as_it_does(self):
        self.assertEqual(health().returncode, 1)
        with container.Container(self.folder, _STACK["mailsonde"]["command"], _CONFIG) as server:
            done = health()
            self.assertEqual((done.returncode, done.stdout), (0, "healthy\n"), done.stderr)
            self.assertIn("mailsonde_probes_total{", self.metrics())
            self.assertEqual(server.stop(), 0, server.log())
        self.assertEqual(health().returncode, 1)

    def test_it_has_no_right_that_it_does_not_need(self):
        with container.Container(self.folder, config_folder=_CONFIG) as server:
            status = server.status()
        self.assertEqual(set(status["Uid"].split() + status["Gid"].split()), {"65532"})
        self.assertEqual({int(status[key], 16) for key in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")}, {0})
        self.assertEqual((status["Groups"].strip(), status["NoNewPrivs"], status["NSpid"].split()[-1]), ("", "1", "1"))

    def test_the_demo_probes_its_mail_world(self):
        demo = _STACK["demo"]
        with container.Container(self.folder, demo["command"], tmpfs=demo["tmpfs"]):
            processes.wait_until(lambda: 'outcome="ok"' in self.metrics() and 'code="451"' in self.metrics(), 60,
                                 "the demo has seen a 451 and a success")
            self.assertEqual(health().returncode, 0)


if __name__ == "__main__":
    unittest.main()
