# SPDX-License-Identifier: Apache-2.0
"""The stack as a whole: linted, closed to the outside, complete."""

import subprocess
import unittest

import stack

_LINTER = stack.ROOT / "tests" / "compose" / "node_modules" / ".bin" / "dclint"
_OWN = {"mailsonde", "demo"}
_HARDENED = {"cap_drop": ["ALL"], "read_only": True, "security_opt": ["no-new-privileges:true"]}


class StackTest(unittest.TestCase):
    def test_dclint_has_nothing_to_say(self):
        done = subprocess.run([_LINTER, "--max-warnings", "0", stack.FILE], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_all_parts_are_there_and_only_the_demo_must_be_asked_for(self):
        profiles = {name: service.get("profiles") for name, service in stack.services().items()}
        self.assertEqual(profiles, {"mailsonde": None, "prometheus": None, "alertmanager": None, "grafana": None,
                                    "demo": ["demo"]})

    def test_every_mounted_path_is_in_the_repository_and_cannot_be_written(self):
        count = 0
        for service in stack.services().values():
            for mount in stack.mounts(service):
                if not mount.is_volume:
                    self.assertTrue(mount.path.exists(), mount)
                    self.assertTrue(mount.path.is_relative_to(stack.ROOT), mount)
                    self.assertTrue(mount.read_only, mount)
                    count += 1
        self.assertGreater(count, 8)

    def test_volumes_are_declared_and_used(self):
        used = {mount.source for service in stack.services().values() for mount in stack.mounts(service)
                if mount.is_volume}
        self.assertEqual(used, set(stack.load()["volumes"]))

    def test_nothing_listens_beyond_loopback(self):
        ports = [port for service in stack.services().values() for port in stack.published(service)]
        self.assertEqual({address for address, _, _ in ports}, {"127.0.0.1"})
        self.assertEqual(len({outside for _, outside, _ in ports}), len(stack.services()))

    def test_every_container_is_hardened(self):
        for name, service in stack.services().items():
            found = {key: service.get(key) for key in _HARDENED}
            self.assertEqual(found, _HARDENED, name)

    def test_images_of_others_have_a_full_version(self):
        for name, service in stack.services().items():
            if name not in _OWN:
                self.assertRegex(service["image"], r"^[a-z]+/[a-z]+:v?\d+\.\d+\.\d+$")
                self.assertNotIn("build", service)

    def test_our_image_is_built_here(self):
        for name in _OWN:
            service = stack.services()[name]
            self.assertEqual((stack.FILE.parent / service["build"]).resolve(), stack.ROOT)
            self.assertTrue((stack.ROOT / "Dockerfile").exists())
            # Else an image of that name would be sought in a registry first.
            self.assertEqual(service["pull_policy"], "build")
            self.assertEqual(service["healthcheck"]["test"], ["CMD", "/usr/bin/mailsonde", "health"])


if __name__ == "__main__":
    unittest.main()
