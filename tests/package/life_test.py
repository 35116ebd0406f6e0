# SPDX-License-Identifier: Apache-2.0
"""The package on a fresh Debian 12 without systemd running: installed, started by hand, upgraded, removed, purged."""

import pathlib
import re
import stat
import tempfile
import unittest

import package
import root

# The daemon as the unit starts it, until it is well; what it serves; its end. Bash is there, curl is not.
_LIFE = """
set -eu
. /etc/default/mailsonde
as_daemon="setpriv --reuid=mailsonde --regid=mailsonde --init-groups --no-new-privs --bounding-set=-all"
$as_daemon mailsonde check-config /etc/mailsonde/mailsonde.toml
$as_daemon mailsonde serve --config.file=/etc/mailsonde/mailsonde.toml $ARGS 2>/tmp/log &
daemon=$!
for _ in $(seq 150); do
  kill -0 $daemon || { cat /tmp/log; exit 1; }
  ! mailsonde health 2>/dev/null || break
  sleep 0.1
done
mailsonde health
exec 3<>/dev/tcp/127.0.0.1/10451
printf 'GET /metrics HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3
cat <&3
kill -TERM $daemon
wait $daemon
echo "ended well"
cat /tmp/log
"""


class Installed(unittest.TestCase):
    """Each test has a copy of one root in which apt has installed the package."""

    @classmethod
    def setUpClass(cls):
        cls.installed = cls.enterClassContext(root.fresh())
        cls.output = cls.installed.install(package.deb()).stdout

    def setUp(self):
        self.root = self.enterContext(root.copy_of(self.installed))

    def _users(self, file="passwd"):
        return re.findall(r"^([^:]+):", self.root.path("etc/" + file).read_text(), re.M)

    def _live(self):
        return self.root.run("bash", "-c", _LIFE).stdout

    def test_it_is_installed_without_a_complaint(self):
        self.assertEqual(self.root.status().split()[0], "installed")
        self.assertNotRegex(self.output, r"(?i)warning|error|denied|cannot")
        self.assertEqual(self.root.run("ldd", "/usr/bin/mailsonde").stdout.count("not found"), 0)

    def test_it_starts_by_hand_and_probes_nobody(self):
        output = self._live()
        self.assertIn("mailsonde.toml: OK, 0 targets", output)
        self.assertIn("healthy", output)
        self.assertIn("HTTP/1.1 200", output)
        self.assertRegex(output, r'(?m)^mailsonde_build_info\{')
        self.assertRegex(output, r'(?m)^mailsonde_config_last_reload_successful 1$')
        self.assertNotRegex(output, r'(?m)^mailsonde_probes_total\{')
        self.assertIn("ended well", output)
        self.assertNotRegex(output, r"level=(warn|error)")

    def test_the_example_is_a_good_configuration(self):
        example = "/usr/share/doc/mailsonde/examples/mailsonde.example.toml"
        self.assertIn("OK", self.root.run("mailsonde", "check-config", example).stdout)

    def test_only_root_and_the_daemon_read_the_configuration(self):
        status = self.root.path(package.CONFIG).stat()
        group = re.search(r"^mailsonde:[^:]*:(\d+):", self.root.path("etc/group").read_text(), re.M)
        self.assertEqual((status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)), (0, int(group[1]), 0o640))
        state = self.root.path("var/lib/mailsonde").stat()
        self.assertEqual((state.st_gid, stat.S_IMODE(state.st_mode)), (int(group[1]), 0o700))
        self.assertRegex(self.root.path("etc/passwd").read_text(), r"(?m)^mailsonde:.*:/nonexistent:/usr/sbin/nologin$")

    def test_the_service_is_enabled_once(self):
        link = self.root.path("etc/systemd/system/multi-user.target.wants/mailsonde.service")
        self.assertTrue(link.is_symlink())
        link.unlink()  # systemctl disable
        self._upgrade()
        self.assertFalse(link.is_symlink(), "an upgrade does not enable it again")

    def _upgrade(self):
        with tempfile.TemporaryDirectory() as folder:
            self.root.install(package.next_deb(pathlib.Path(folder)))
        self.assertEqual(self.root.status(), "installed 99.0-1")

    def test_an_upgrade_keeps_an_edited_configuration(self):
        config = self.root.path(package.CONFIG)
        edited = config.read_text() + '[[relays]]\nhost = "127.0.0.1"\nport = 9\nmodule = "mx"\n'
        config.write_text(edited)
        before = config.stat()
        self._upgrade()
        self.assertEqual(config.read_text(), edited)
        self.assertEqual((config.stat().st_gid, config.stat().st_mode), (before.st_gid, before.st_mode))
        self.assertIn("new in this version", config.with_name("mailsonde.toml.dpkg-dist").read_text())
        self.assertRegex(self._live(), r'(?m)^mailsonde_probe\w+\{.*target="127.0.0.1"')

    def test_an_upgrade_brings_a_configuration_that_nobody_edited(self):
        before = self.root.path(package.CONFIG).stat()
        self._upgrade()
        config = self.root.path(package.CONFIG)
        self.assertIn("new in this version", config.read_text())
        self.assertEqual((config.stat().st_gid, config.stat().st_mode), (before.st_gid, before.st_mode))

    def test_a_removal_leaves_configuration_and_state(self):
        state = self.root.path("var/lib/mailsonde/state.json")
        state.write_text("{}")
        self.root.run("apt-get", "remove", "-y", "mailsonde")
        self.assertEqual(self.root.status().split()[0], "config-files")
        self.assertTrue(state.exists())
        self.assertTrue(self.root.path(package.CONFIG).exists())
        self.assertFalse(self.root.path("usr/bin/mailsonde").exists())

    def test_a_purge_leaves_nothing(self):
        self._live()
        self.root.path("var/lib/mailsonde/state.json").write_text("{}")
        self.root.run("apt-get", "purge", "-y", "mailsonde")
        self.assertEqual(self.root.status(), "")
        for file in ("passwd", "group", "shadow", "gshadow"):
            self.assertNotIn("mailsonde", self._users(file))
        found = self.root.run("find", "/", "-xdev", "(", "-name", "*mailsonde*", "-o", "-nouser", "-o", "-nogroup", ")")
        self.assertEqual(found.stdout, "")
        dangling = self.root.run("find", "/etc/systemd", "-xtype", "l", check=False)
        self.assertEqual(dangling.stdout, "")

    def test_a_purge_after_a_removal_leaves_what_the_administrator_wrote(self):
        secret = self.root.path("etc/mailsonde/out-1.password")
        secret.write_text("secret\n")
        self.root.run("apt-get", "remove", "-y", "mailsonde")
        self.root.run("dpkg", "--purge", "mailsonde")
        self.assertEqual([path.name for path in secret.parent.iterdir()], [secret.name])


if __name__ == "__main__":
    unittest.main()
